"""SQL of the touchpoints that were held, of whom and since when, and of which accounts wait for one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Select, Text, Uuid, column, select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import Window, end_of_day

# One account that waits for touchpoints.
ACCOUNT_ID = column("account_id", Uuid)
TIER = column("tier", Text)
NEXT_DUE_ON = column("next_due_on", Date)
OVERDUE_DAYS = column("overdue_days", Integer)
_COLUMNS = (ACCOUNT_ID, column("account_name", Text), column("kam_user_id", Uuid), TIER, NEXT_DUE_ON, OVERDUE_DAYS)


async def held_on(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_ids: Sequence[AccountId],
    kinds: Collection[str],
    as_of: date,
) -> Sequence[RowMapping]:
    """The days on which touchpoints of these kinds were held with these accounts, up to a day."""
    values = {"tenant_id": tenant_id, "account_ids": list(account_ids), "kinds": sorted(kinds), "as_of": as_of}
    return (await connection.execute(_HELD, values)).mappings().all()


_HELD = text(
    "SELECT account_id, kind, held_on FROM engagements WHERE tenant_id = :tenant_id"
    " AND account_id = ANY(CAST(:account_ids AS uuid[])) AND kind = ANY(CAST(:kinds AS text[]))"
    " AND held_on <= :as_of ORDER BY account_id, held_on"
)


async def first_held_on(
    connection: AsyncConnection, tenant_id: TenantId, kinds: Collection[str], as_of: date
) -> dict[str, date]:
    """By kind, the first day on which the organization held such a touchpoint with anybody."""
    found = await connection.execute(_FIRST, {"tenant_id": tenant_id, "kinds": sorted(kinds), "as_of": as_of})
    return {row.kind: row.first_on for row in found}


_FIRST = text(
    "SELECT kind, min(held_on) AS first_on FROM engagements WHERE tenant_id = :tenant_id"
    " AND kind = ANY(CAST(:kinds AS text[])) AND held_on <= :as_of GROUP BY kind"
)


async def there_since(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], as_of: date
) -> dict[AccountId, date]:
    """The day since which each account is a customer as far as was known on a day, else since which it was known."""
    values = {"tenant_id": tenant_id, "account_ids": list(account_ids), "known_before": end_of_day(as_of)}
    found = await connection.execute(_THERE_SINCE, values)
    return {AccountId(row.id): row.since for row in found if row.since is not None}


# As states came in order, the last one that began by then is the one that held then.
_SINCE = (
    "SELECT id, coalesce((array_agg(customer_since ORDER BY valid_from DESC))[1],"
    " CAST(min(valid_from) AT TIME ZONE 'UTC' AS date)) AS since FROM accounts_states WHERE tenant_id = :tenant_id"
    " AND valid_from < :known_before"
)
_THERE_SINCE = text(f"{_SINCE} AND id = ANY(CAST(:account_ids AS uuid[])) GROUP BY id")


async def contacts(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, window: Window, kinds: Collection[str]
) -> RowMapping:
    """How often the account was in touch: in all, with a known beginning, begun by us and of these kinds."""
    values = {
        "tenant_id": tenant_id,
        "account_id": account_id,
        "kinds": sorted(kinds),
        "after": window.after,
        "until": window.until,
    }
    return (await connection.execute(_CONTACTS, values)).mappings().one()


_CONTACTS = text(
    "SELECT count(*) AS total, count(initiated_by) AS known, count(*) FILTER (WHERE initiated_by = 'supplier'"
    " AND kind = ANY(CAST(:kinds AS text[]))) AS planned FROM engagements"
    " WHERE tenant_id = :tenant_id AND account_id = :account_id AND held_on > :after AND held_on <= :until"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which accounts are asked for: tiers by account, intervals by tier and kind, and what narrows the list."""

    as_of: date
    tiers: Sequence[tuple[AccountId, str]]
    intervals: Sequence[tuple[str, str, int]]
    kam_user_id: UserId | None
    overdue: bool | None


def waiting(tenant_id: TenantId, asked: Waiting) -> Select[Any]:
    """Accounts with a cadence: when the first of their touchpoints is due, and by how long the latest is overdue."""
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "as_of": asked.as_of,
        "known_before": end_of_day(asked.as_of),
        "account_ids": [account_id for account_id, _ in asked.tiers],
        "account_tiers": [tier for _, tier in asked.tiers],
        "tiers": [tier for tier, _, _ in asked.intervals],
        "kinds": [kind for _, kind, _ in asked.intervals],
        "every": [every for _, _, every in asked.intervals],
        "kam_user_id": asked.kam_user_id,
    }
    found = text(_WAITING).bindparams(**values).columns(*_COLUMNS).subquery("waiting")
    statement = select(found)
    if asked.overdue is None:
        return statement
    return statement.where(found.c.overdue_days > 0 if asked.overdue else found.c.overdue_days == 0)


_WAITING = f"""
    WITH placed AS (
        SELECT * FROM unnest(CAST(:account_ids AS uuid[]), CAST(:account_tiers AS text[])) AS p(account_id, tier)
    ), wanted AS (
        SELECT * FROM unnest(CAST(:tiers AS text[]), CAST(:kinds AS text[]), CAST(:every AS int[]))
            AS w(tier, kind, every)
    ), since AS ({_SINCE} GROUP BY id
    ), held AS (
        SELECT account_id, kind, max(held_on) AS last_on, min(held_on) AS first_on FROM engagements
        WHERE tenant_id = :tenant_id AND kind = ANY(CAST(:kinds AS text[])) AND held_on <= CAST(:as_of AS date)
        GROUP BY account_id, kind
    ), begun AS (SELECT kind, min(first_on) AS first_on FROM held GROUP BY kind
    ), due AS (
        SELECT p.account_id, p.tier, w.every + coalesce(h.last_on, CASE
               WHEN b.first_on IS NOT NULL AND s.since IS NOT NULL THEN greatest(b.first_on, s.since) END) AS due_on
        FROM placed p JOIN wanted w ON w.tier = p.tier
        LEFT JOIN since s ON s.id = p.account_id
        LEFT JOIN held h ON h.account_id = p.account_id AND h.kind = w.kind
        LEFT JOIN begun b ON b.kind = w.kind
    )
    SELECT a.id AS account_id, a.name AS account_name, a.kam_user_id, d.tier, min(d.due_on) AS next_due_on,
           coalesce(greatest(max(CAST(:as_of AS date) - d.due_on), 0), 0) AS overdue_days
    FROM due d JOIN accounts a ON a.tenant_id = :tenant_id AND a.id = d.account_id
    WHERE (CAST(:kam_user_id AS uuid) IS NULL OR a.kam_user_id = CAST(:kam_user_id AS uuid))
    GROUP BY a.id, a.name, a.kam_user_id, d.tier"""
