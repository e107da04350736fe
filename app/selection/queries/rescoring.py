"""SQL of scoring accounts anew: whether the organization keeps scores, and whom its accounts stand among."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.rows import among
from app.kernel.ids import AccountId, ModelId, RunId, TenantId
from app.selection.tables import scores, selection_runs


async def scored_since(connection: AsyncConnection, tenant_id: TenantId, day: date) -> bool:
    """Whether there is any score as of a day after `day`."""
    statement = select(exists().where(scores.c.tenant_id == tenant_id, scores.c.as_of > day))
    return bool(await connection.scalar(statement))


async def run_accounts(connection: AsyncConnection, tenant_id: TenantId) -> int | None:
    """How many accounts the newest finished run had."""
    runs_ = selection_runs.c
    found: int | None = await connection.scalar(
        select(runs_.accounts)
        .where(runs_.tenant_id == tenant_id, runs_.accounts.is_not(None))
        .order_by(runs_.id.desc())
        .limit(1)
    )
    return found


async def others(
    connection: AsyncConnection, tenant_id: TenantId, run_id: RunId, account_ids: Sequence[AccountId]
) -> Sequence[float | None]:
    """The composites of the other accounts of a run."""
    rows = await connection.scalars(
        select(scores.c.composite).where(
            scores.c.tenant_id == tenant_id, scores.c.run_id == run_id, not_(among(scores.c.account_id, account_ids))
        )
    )
    return rows.all()


async def newest_run(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, number: int, as_of: date
) -> RunId | None:
    """The newest finished run of a model version that is of `as_of` or earlier."""
    runs_ = selection_runs.c
    found = await connection.scalar(
        select(runs_.id)
        .where(
            runs_.tenant_id == tenant_id,
            runs_.model_id == model_id,
            runs_.model_version == number,
            runs_.as_of <= as_of,
            runs_.accounts.is_not(None),
        )
        .order_by(runs_.as_of.desc(), runs_.id.desc())
        .limit(1)
    )
    return found and RunId(found)
