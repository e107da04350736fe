"""SQL of where the accounts of a portfolio stand in hygiene and health."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import TIMESTAMP, Select, Text, Uuid, column, select, table
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.tables import account_health
from app.kernel.ids import TenantId

standing = account_health.c
NAMES = ("name", "source", "external_id")
# What is said of an account and then of each side, in the order in which it is selected.
PLAIN = ("as_of", "quadrant", "quadrant_since", "provisional", "previous_on")
SIDES = tuple(
    f"{side}{figure}"
    for side in ("hygiene", "health")
    for figure in ("", "_low", "_high", "_coverage", "_delta", "_30", "_90")
)
accounts = table(
    "accounts",
    *(column(name, Uuid) for name in ("tenant_id", "id", "kam_user_id")),
    *(column(name, Text) for name in NAMES),
    column("removed_at", TIMESTAMP),
)
named = accounts.c


def standings(tenant_id: TenantId, wanted: Mapping[str, Any]) -> Select[Any]:
    """Where the accounts stand that are there and were ever judged; wanted: `quadrant` and `kam_user_id`, by value."""
    statement = (
        select(
            standing.account_id,
            named.name,
            named.source,
            named.external_id,
            named.kam_user_id,
            *(standing[name] for name in (*PLAIN, *SIDES)),
        )
        .join(
            accounts,
            (named.tenant_id == standing.tenant_id) & (named.id == standing.account_id),
        )
        .where(standing.tenant_id == tenant_id, named.removed_at.is_(None))
    )
    if "quadrant" in wanted:
        statement = statement.where(standing.quadrant == wanted["quadrant"])
    if "kam_user_id" in wanted:
        statement = statement.where(named.kam_user_id == wanted["kam_user_id"])
    return statement


async def every_standing(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """All of them."""
    rows: Sequence[RowMapping] = (await connection.execute(standings(tenant_id, {}))).mappings().all()
    return rows
