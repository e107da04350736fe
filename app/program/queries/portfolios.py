"""SQL of portfolios: asked for, solved, and what they give each account."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, insert, select, text, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.program.tables import portfolio_entries, portfolios


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(portfolios).values(**values))


async def find(
    connection: AsyncConnection, tenant_id: TenantId, portfolio_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = of_tenant(tenant_id).where(portfolios.c.id == portfolio_id)
    rows = await connection.execute(statement.with_for_update() if lock else statement)
    row: RowMapping | None = rows.mappings().one_or_none()
    return row


def of_tenant(tenant_id: TenantId) -> Select[Any]:
    return select(portfolios).where(portfolios.c.tenant_id == tenant_id)


async def finish(
    connection: AsyncConnection, tenant_id: TenantId, portfolio_id: UUID, result: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(portfolios)
        .where(portfolios.c.tenant_id == tenant_id, portfolios.c.id == portfolio_id)
        .values(result=dict(result))
    )


Line = tuple[UUID, str | None, UUID | None, Mapping[str, Any]]


async def add_entries(
    connection: AsyncConnection, tenant_id: TenantId, portfolio_id: UUID, first_place: int, lines: Sequence[Line]
) -> None:
    """What accounts get, from a place on, in their order: account, tier, KAM, figures."""
    values = {
        "tenant_id": tenant_id,
        "portfolio_id": portfolio_id,
        "first": first_place,
        "account_ids": [line[0] for line in lines],
        "tiers": [line[1] for line in lines],
        "kam_user_ids": [line[2] for line in lines],
        "figures": [orjson.dumps(line[3]).decode() for line in lines],
    }
    await connection.execute(_ADD_ENTRIES, values)


_ADD_ENTRIES = text(
    "INSERT INTO portfolio_entries (tenant_id, portfolio_id, place, account_id, tier, kam_user_id, figures)"
    " SELECT :tenant_id, :portfolio_id, :first + e.number - 1, e.account_id, e.tier, e.kam_user_id,"
    "  CAST(e.figures AS jsonb)"
    " FROM unnest(CAST(:account_ids AS uuid[]), CAST(:tiers AS text[]), CAST(:kam_user_ids AS uuid[]),"
    "  CAST(:figures AS text[])) WITH ORDINALITY AS e(account_id, tier, kam_user_id, figures, number)"
)


def entries_of(
    tenant_id: TenantId,
    portfolio_id: UUID,
    *,
    tier: str | None = None,
    kam_user_id: UUID | None = None,
    left_out: bool | None = None,
) -> Select[Any]:
    """What a portfolio gives each account: all, or those of a tier, of a KAM, those left out or not."""
    columns = portfolio_entries.c
    statement = select(portfolio_entries).where(columns.tenant_id == tenant_id, columns.portfolio_id == portfolio_id)
    if tier is not None:
        statement = statement.where(columns.tier == tier)
    if kam_user_id is not None:
        statement = statement.where(columns.kam_user_id == kam_user_id)
    if left_out is not None:
        statement = statement.where(columns.tier.is_(None) if left_out else columns.tier.is_not(None))
    return statement
