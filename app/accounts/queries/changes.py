"""SQL of what was changed since it was last scored: who changes facts marks, who scores takes the marks away."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId


async def mark(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Collection[UUID | str], *, every: bool, job: str
) -> bool:
    """Mark accounts, or all of them at once, as changed; whether nobody waits in the queue to score them."""
    values = {
        "tenant_id": tenant_id,
        "account_ids": f"{{{','.join(map(str, account_ids))}}}",
        "every": every,
        "job": job,
        "payload": orjson.dumps(payload(tenant_id)),
    }
    return bool(await connection.scalar(_MARK, values))


_MARK = text("SELECT mark_changed(:tenant_id, CAST(CAST(:account_ids AS text) AS uuid[]), :every, :job, :payload)")


def payload(tenant_id: TenantId) -> dict[str, str]:
    """What a job to score an organization's changed accounts carries; the same bytes for the same organization."""
    return {"tenant_id": str(tenant_id)}


async def take(connection: AsyncConnection, tenant_id: TenantId, limit: int) -> list[AccountId | None]:
    """Take away up to `limit` marks that nobody holds, oldest first; None stands for every account."""
    rows = await connection.scalars(_TAKE, {"tenant_id": tenant_id, "limit": limit})
    return [None if row is None else AccountId(row) for row in rows]


# By an array, not a join: what is known of a table that fills and empties all the time is wrong, and a join planned by
# it looks through all of it for each row.
_TAKE = text(
    "DELETE FROM changed_accounts WHERE tenant_id = :tenant_id AND id = ANY(ARRAY("
    "SELECT id FROM changed_accounts WHERE tenant_id = :tenant_id"
    " ORDER BY created_at, id LIMIT :limit FOR UPDATE SKIP LOCKED)) RETURNING account_id"
)


async def take_all(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Take away every mark that nobody holds."""
    await connection.execute(_TAKE_ALL, {"tenant_id": tenant_id})


_TAKE_ALL = text(
    "DELETE FROM changed_accounts WHERE tenant_id = :tenant_id AND id = ANY(ARRAY("
    "SELECT id FROM changed_accounts WHERE tenant_id = :tenant_id FOR UPDATE SKIP LOCKED))"
)


async def take_of(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> None:
    """Take away the marks of one account that nobody holds."""
    await connection.execute(_TAKE_OF, {"tenant_id": tenant_id, "account_id": account_id})


_TAKE_OF = text(
    "DELETE FROM changed_accounts WHERE tenant_id = :tenant_id AND id = ANY(ARRAY(SELECT id FROM changed_accounts"
    " WHERE tenant_id = :tenant_id AND account_id = :account_id FOR UPDATE SKIP LOCKED))"
)


async def waiting(connection: AsyncConnection, tenant_id: TenantId) -> tuple[int, bool]:
    """How many accounts are marked, and whether every account is."""
    row = (await connection.execute(_WAITING, {"tenant_id": tenant_id})).one()
    return row.accounts, row.every_account


_WAITING = text(
    "SELECT count(DISTINCT account_id) AS accounts, count(*) > count(account_id) AS every_account"
    " FROM changed_accounts WHERE tenant_id = :tenant_id"
)


async def alone(connection: AsyncConnection, tenant_id: TenantId) -> bool:
    """Whether nobody is changing facts of the organization at this moment; if so, until the transaction ends."""
    return bool(await connection.scalar(_ALONE, {"tenant_id": str(tenant_id)}))


# The same number as in the function mark_changed.
_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('changed accounts ' || :tenant_id, 0))")


async def first(connection: AsyncConnection, tenant_id: TenantId) -> bool:
    """Whether nobody else is taking marks of the organization's turn by turn; if so, until the transaction ends."""
    return bool(await connection.scalar(_FIRST, {"tenant_id": str(tenant_id)}))


_FIRST = text("SELECT pg_try_advisory_xact_lock(hashtextextended('scores what changed ' || :tenant_id, 0))")


async def changed_at(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> datetime | None:
    """Since when the account has changes that no score knows of."""
    found: datetime | None = await connection.scalar(_CHANGED_AT, {"tenant_id": tenant_id, "account_id": account_id})
    return found


_CHANGED_AT = text(
    "SELECT min(created_at) FROM changed_accounts"
    " WHERE tenant_id = :tenant_id AND (account_id = :account_id OR account_id IS NULL)"
)
