"""SQL of analyses of models: asked, finished, and what they say of each account."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, insert, select, text, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, ModelId, TenantId
from app.selection.tables import analyses, analysis_entries


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(analyses).values(**values))


async def find(connection: AsyncConnection, tenant_id: TenantId, kind: str, analysis_id: UUID) -> RowMapping | None:
    statement = select(analyses).where(
        analyses.c.tenant_id == tenant_id, analyses.c.id == analysis_id, analyses.c.kind == kind
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


def of_model(tenant_id: TenantId, kind: str, model_id: ModelId) -> Select[Any]:
    return select(analyses).where(
        analyses.c.tenant_id == tenant_id, analyses.c.model_id == model_id, analyses.c.kind == kind
    )


async def newest_with_result(
    connection: AsyncConnection, tenant_id: TenantId, kind: str, model_id: ModelId, number: int
) -> Sequence[RowMapping]:
    """The finished analyses of a version, the newest first."""
    statement = (
        of_model(tenant_id, kind, model_id)
        .where(analyses.c.model_version == number, analyses.c.result.is_not(None))
        .order_by(analyses.c.id.desc())
        .limit(20)
    )
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def finish(
    connection: AsyncConnection, tenant_id: TenantId, analysis_id: UUID, result: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(analyses)
        .where(analyses.c.tenant_id == tenant_id, analyses.c.id == analysis_id)
        .values(result=dict(result))
    )


async def add_entries(
    connection: AsyncConnection,
    tenant_id: TenantId,
    analysis_id: UUID,
    first_place: int,
    entries: Sequence[tuple[AccountId, Mapping[str, Any]]],
) -> None:
    """What is said of accounts, from a place on, in their order."""
    values = {
        "tenant_id": tenant_id,
        "analysis_id": analysis_id,
        "first": first_place,
        "account_ids": [account_id for account_id, _ in entries],
        "figures": [orjson.dumps(figures).decode() for _, figures in entries],
    }
    await connection.execute(_ADD_ENTRIES, values)


_ADD_ENTRIES = text(
    "INSERT INTO analysis_entries (tenant_id, analysis_id, place, account_id, figures)"
    " SELECT :tenant_id, :analysis_id, :first + e.number - 1, e.account_id, CAST(e.figures AS jsonb)"
    " FROM unnest(CAST(:account_ids AS uuid[]), CAST(:figures AS text[]))"
    " WITH ORDINALITY AS e(account_id, figures, number)"
)


def entries_of(tenant_id: TenantId, analysis_id: UUID) -> Select[Any]:
    """What an analysis says of each account."""
    return select(analysis_entries).where(
        analysis_entries.c.tenant_id == tenant_id, analysis_entries.c.analysis_id == analysis_id
    )
