"""SQL of scoring accounts anew: whether the organization keeps scores, and whom its accounts stand among."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, ModelId, TenantId
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
    connection: AsyncConnection, tenant_id: TenantId, run: tuple[ModelId, int, date], account_ids: Sequence[AccountId]
) -> NDArray[np.float64] | None:
    """The composites of the other accounts in the newest run, NaN where unknown; None while there is no such run.

    run: the model and its version, and the day; the newest finished run of these that is of the day or earlier counts.
    """
    model_id, number, as_of = run
    values = {
        "tenant_id": tenant_id,
        "model_id": model_id,
        "number": number,
        "as_of": as_of,
        "account_ids": list(account_ids),
    }
    row = (await connection.execute(_OTHERS, values)).one_or_none()
    return None if row is None else np.frombuffer(row.composites or b"", dtype=">f8").astype(np.float64)


# The server packs the numbers, so that no object is made for any of them.
_OTHERS = text(
    "SELECT (SELECT string_agg(float8send(coalesce(s.composite, 'NaN')), CAST('' AS bytea)) FROM scores s"
    "  WHERE s.tenant_id = :tenant_id AND s.run_id = run.id AND s.account_id <> ALL(CAST(:account_ids AS uuid[])))"
    " AS composites FROM (SELECT id FROM selection_runs WHERE tenant_id = :tenant_id AND model_id = :model_id"
    "  AND model_version = :number AND as_of <= :as_of AND accounts IS NOT NULL"
    "  ORDER BY as_of DESC, id DESC LIMIT 1) AS run"
)
