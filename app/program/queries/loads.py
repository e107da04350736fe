"""SQL of who looks after which account on a day, what only they hold of it, and what they spent their time on."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import end_of_day

_KNOWN = "{0}.tenant_id = :tenant_id AND {0}.valid_from < :known_before AND {0}.valid_to >= :known_before"


async def managers(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId]
) -> dict[AccountId, UserId | None]:
    """Who looked after each of these accounts at the end of a day; None: nobody."""
    values = {"tenant_id": tenant_id, "known_before": end_of_day(as_of), "account_ids": list(account_ids)}
    rows = await connection.execute(_MANAGERS, values)
    return {AccountId(row.id): row.kam_user_id and UserId(row.kam_user_id) for row in rows}


_MANAGERS = text(
    f"SELECT a.id, a.kam_user_id FROM accounts_states a WHERE {_KNOWN.format('a')}"
    " AND a.id = ANY(CAST(:account_ids AS uuid[]))"
)


async def every_managed(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> dict[AccountId, UserId]:
    """Who looked after each account of any kind at the end of a day; those that nobody did are left out."""
    values = {"tenant_id": tenant_id, "known_before": end_of_day(as_of)}
    return {AccountId(row.id): UserId(row.kam_user_id) for row in await connection.execute(_EVERY, values)}


_EVERY = text(
    f"SELECT a.id, a.kam_user_id FROM accounts_states a WHERE {_KNOWN.format('a')} AND a.kam_user_id IS NOT NULL"
)


async def held(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, managed: Mapping[AccountId, UserId]
) -> dict[AccountId, RowMapping]:
    """What each account's manager holds of it, and who else stands for it, by account; one statement.

    managed: the accounts with their managers. Engagements do not say who of the supplier took part: others are known
    to have met who took part in an executive review or a steering committee, and a sponsor's counterpart.
    """
    values = {
        "tenant_id": tenant_id,
        "as_of": as_of,
        "known_before": end_of_day(as_of),
        "account_ids": list(managed),
        "user_ids": list(managed.values()),
    }
    return {AccountId(row["account_id"]): row for row in (await connection.execute(_HELD, values)).mappings()}


_CURRENT = (
    "FROM sponsorships s WHERE s.tenant_id = :tenant_id AND s.account_id = k.account_id AND s.user_id <> k.user_id"
    " AND s.started_on <= :as_of AND (s.ended_on IS NULL OR s.ended_on > :as_of)"
)
# Who worked for an account, by function and day; as the metric collaboration_breadth counts them.
_HANDS = """
    SELECT p.account_id, v.function, v.saved_on AS day FROM account_plans p
    JOIN plan_versions v ON v.tenant_id = :tenant_id AND v.plan_id = p.id WHERE p.tenant_id = :tenant_id
    UNION ALL
    SELECT v.account_id, v.function, CAST(v.created_at AT TIME ZONE 'UTC' AS date)
    FROM review_votes v WHERE v.tenant_id = :tenant_id
    UNION ALL
    SELECT c.account_id, m.function, c.accepted_on FROM commitments c
    JOIN commitment_moves m ON m.tenant_id = :tenant_id AND m.commitment_id = c.id
    WHERE c.tenant_id = :tenant_id AND m.from_state = 'requested' AND m.to_state IN ('accepted', 'countered')"""
_HELD = text(f"""
WITH keys AS (
    SELECT k.account_id, k.user_id, u.function
    FROM unnest(CAST(:account_ids AS uuid[]), CAST(:user_ids AS uuid[])) k(account_id, user_id)
    JOIN users u ON u.tenant_id = :tenant_id AND u.id = k.user_id),
met AS (
    SELECT e.account_id, c.contact_id, bool_or(e.kind IN ('executive_review', 'steering_committee')) AS by_others
    FROM engagements e JOIN engagement_contacts c ON c.tenant_id = :tenant_id AND c.engagement_id = e.id
    WHERE e.tenant_id = :tenant_id AND e.account_id = ANY(CAST(:account_ids AS uuid[]))
      AND e.held_on > CAST(:as_of AS date) - 365 AND e.held_on <= :as_of
    GROUP BY e.account_id, c.contact_id),
people AS (
    SELECT k.account_id, p.stance, p.seniority,
           NOT m.by_others AND NOT EXISTS (SELECT {_CURRENT} AND s.contact_id = m.contact_id) AS alone
    FROM keys k JOIN met m ON m.account_id = k.account_id
    JOIN contacts_states p ON {_KNOWN.format("p")} AND p.id = m.contact_id AND p.active),
counted AS (
    SELECT account_id, count(*) AS contacts, count(*) FILTER (WHERE alone) AS alone,
           count(*) FILTER (WHERE alone AND stance IN ('advocate', 'coach')) AS advocates_alone,
           count(*) FILTER (WHERE alone AND seniority IN ('director', 'vp', 'c_level')) AS executives_alone
    FROM people GROUP BY account_id),
recorded AS MATERIALIZED (SELECT EXISTS (SELECT FROM ({_HANDS}) h WHERE h.day <= :as_of) AS ever)
SELECT k.account_id, coalesce(n.contacts, 0) AS contacts, coalesce(n.alone, 0) AS alone,
       coalesce(n.advocates_alone, 0) AS advocates_alone, coalesce(n.executives_alone, 0) AS executives_alone,
       EXISTS (SELECT {_CURRENT}) AS sponsored,
       CASE WHEN r.ever THEN EXISTS (
         SELECT FROM ({_HANDS}) h WHERE h.account_id = k.account_id AND h.function <> k.function
           AND h.day <= :as_of AND h.day > CAST(:as_of AS date) - 365) END AS second_function
FROM keys k CROSS JOIN recorded r LEFT JOIN counted n ON n.account_id = k.account_id""")


async def hours(connection: AsyncConnection, tenant_id: TenantId, after: date, until: date) -> Sequence[RowMapping]:
    """The hours of the days after one and up to another, by person, account (null: for none) and activity."""
    values = {"tenant_id": tenant_id, "after": after, "until": until}
    return (await connection.execute(_HOURS, values)).mappings().all()


_HOURS = text(
    "SELECT user_id, account_id, activity, sum(hours) AS hours FROM kam_hours"
    " WHERE tenant_id = :tenant_id AND spent_on > :after AND spent_on <= :until GROUP BY user_id, account_id, activity"
)
