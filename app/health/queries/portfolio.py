"""SQL of where the accounts of a portfolio stand in hygiene and health."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from sqlalchemy import TIMESTAMP, Select, Text, Uuid, column, select, table
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.tables import account_health
from app.infra.db import Database
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


async def first_standings(database: Database, tenant_id: TenantId, limit: int) -> "list[asyncpg.Record]":
    """The least healthy so many of them and one more, in one round trip; then `content`."""
    return await database.all_quickly(_first(f"found.*, {_CONTENT}", limit), str(tenant_id))


async def first_contents(database: Database, tenant_id: TenantId, limit: int) -> "list[asyncpg.Record]":
    """The same by `account_id`, `health` and `content` alone."""
    return await database.all_quickly(_first(f"found.account_id, found.health, {_CONTENT}", limit), str(tenant_id))


# A number that is another one as soon as anything is that is selected of an account.
_CONTENT = "hash_record_extended(found, 0) AS content"
_SELECTED = ", ".join(
    ("h.account_id", *(f"a.{name}" for name in (*NAMES, "kam_user_id")), *(f"h.{name}" for name in (*PLAIN, *SIDES)))
)


def _first(wanted: str, limit: int) -> str:
    """Selects what is wanted of each of them.

    Whatever is found depends on the tenant that is set first, so that no plan can look before the policies know whom
    for. The limit is part of the text: for one to come, PostgreSQL would plan anew at each request, which takes longer
    than to find the rows.
    """
    return (
        "WITH entered AS MATERIALIZED (SELECT set_config('app.tenant_id', $1, true) AS tenant_id)"
        f" SELECT {wanted} FROM entered CROSS JOIN LATERAL (SELECT {_SELECTED} FROM account_health AS h"
        " JOIN accounts AS a ON a.tenant_id = h.tenant_id AND a.id = h.account_id"
        " WHERE h.tenant_id = entered.tenant_id::uuid AND a.removed_at IS NULL"
        f" ORDER BY h.health, h.account_id LIMIT {int(limit) + 1}) AS found ORDER BY found.health, found.account_id"
    )


async def every_standing(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """All of them."""
    rows: Sequence[RowMapping] = (await connection.execute(standings(tenant_id, {}))).mappings().all()
    return rows
