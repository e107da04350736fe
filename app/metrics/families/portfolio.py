"""Which accounts exist on a date, and which kinds of fact the organization records at all by then."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import QUARTER_DAYS, end_of_day
from app.metrics.families.reading import EXISTS_BY_THEN, known, typed

# Sums over a million deals are kept in memory when the portfolio is read whole; one account needs none of it.
PORTFOLIO_MEMORY = "256MB"

_DATED = {"engagements": "held_on", "observations": "observed_on", "ratings": "rated_on"}
_STATES = ("opportunities", "opportunities_past", "targets", "targets_past")

# The state before the present is looked up last: mostly the account itself is old enough.
EXISTS = " OR ".join(
    [
        "a.valid_from < :known_before",
        "a.customer_since <= :as_of",
        (
            "EXISTS (SELECT FROM accounts_past p WHERE p.tenant_id = :tenant_id AND p.id = a.id"
            " AND p.valid_from < :known_before)"
        ),
        *(
            f"EXISTS (SELECT FROM {table} f WHERE f.tenant_id = :tenant_id AND f.account_id = a.id"
            f" AND f.{day} <= :as_of)"
            for table, day in _DATED.items()
        ),
        *(
            f"EXISTS (SELECT FROM {table} s WHERE s.tenant_id = :tenant_id AND s.account_id = a.id"
            " AND s.valid_from < :known_before)"
            for table in _STATES
        ),
    ]
)

# A removed account is in the portfolio as of every day before its removal, and of none from it on, so that what was
# computed before comes out the same. One that came back was gone between two of its states.
_HELD_NO_STATE = """
    EXISTS (SELECT FROM accounts_past p WHERE p.tenant_id = :tenant_id AND p.id = a.id AND p.valid_to < :known_before)
    AND NOT EXISTS (SELECT FROM accounts_past p WHERE p.tenant_id = :tenant_id AND p.id = a.id
                    AND p.valid_from < :known_before AND p.valid_to >= :known_before)"""
THERE = f"""(a.removed_at IS NULL OR a.removed_at >= :known_before)
    AND (a.valid_from < :known_before OR NOT ({_HELD_NO_STATE})) AND ({EXISTS})"""

_DEAL = f"SELECT FROM opportunities_states o WHERE {known('o')} AND o.account_id IS NOT NULL AND {EXISTS_BY_THEN}"
_STANCE = "SELECT FROM contacts_states c WHERE c.tenant_id = :tenant_id AND c.stance <> 'unknown' AND c.valid_from <"
_ENGAGEMENT = "SELECT FROM engagements e WHERE e.tenant_id = :tenant_id AND e.held_on <= :as_of"

RECORDED = {
    "strategies": """SELECT FROM (
            SELECT s.id FROM whitespace_statements s WHERE s.tenant_id = :tenant_id AND s.said_on <= :as_of
            UNION ALL
            SELECT a.id FROM plan_actions a WHERE a.tenant_id = :tenant_id AND a.opened_on <= :as_of) s""",
    "opportunities": _DEAL,
    "offerings of opportunities": f"{_DEAL} AND o.offering_id IS NOT NULL",
    "buying centers of opportunities": f"{_DEAL} AND o.buying_center_id IS NOT NULL",
    "competitors": f"{_DEAL} AND o.competitor IS NOT NULL",
    "participants": """SELECT FROM engagement_contacts p
        JOIN engagements e ON e.tenant_id = p.tenant_id AND e.id = p.engagement_id
        WHERE p.tenant_id = :tenant_id AND e.held_on <= :as_of""",
    "referrals": f"{_ENGAGEMENT} AND e.kind = 'referral'",
    "proposals": """SELECT FROM opportunities_states o WHERE o.tenant_id = :tenant_id AND o.valid_from < :known_before
        AND o.account_id IS NOT NULL AND o.stage = ANY(CAST(:proposal_stages AS text[]))""",
    "proposal engagements": f"{_ENGAGEMENT} AND e.kind = 'proposal'",
    "plan edits": """SELECT FROM plan_versions v
        WHERE v.tenant_id = :tenant_id AND v.function IS NOT NULL AND v.saved_on <= :as_of""",
    "review votes": "SELECT FROM review_votes v WHERE v.tenant_id = :tenant_id AND v.created_at < :known_before",
    "accepted commitments": "SELECT FROM commitments c WHERE c.tenant_id = :tenant_id AND c.accepted_on <= :as_of",
    "usage entries": "SELECT FROM usage_entries u WHERE u.tenant_id = :tenant_id AND u.used_on <= :as_of",
    "stances": f"{_STANCE} :known_before",
    "stances of the quarter before": f"{_STANCE} :known_before - INTERVAL '{24 * QUARTER_DAYS} hours'",
    "seniorities": """SELECT FROM contacts_states c
        WHERE c.tenant_id = :tenant_id AND c.seniority IS NOT NULL AND c.valid_from < :known_before""",
}


async def existing(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> list[AccountId]:
    """Every account known by `as_of`, ordered by id."""
    found: list[AccountId] | None = await connection.scalar(
        typed(f"SELECT array_agg(a.id ORDER BY a.id) FROM accounts a WHERE a.tenant_id = :tenant_id AND {THERE}"),
        {"tenant_id": tenant_id, "as_of": as_of, "known_before": end_of_day(as_of)},
    )
    return found or []


async def existing_packed(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> bytes:
    """Every account known by `as_of`, its ids one after the other in any order: no object is made for any of them."""
    found: bytes | None = await connection.scalar(
        typed(
            "SELECT string_agg(uuid_send(a.id), CAST('' AS bytea)) FROM accounts a"
            f" WHERE a.tenant_id = :tenant_id AND {THERE}"
        ),
        {"tenant_id": tenant_id, "as_of": as_of, "known_before": end_of_day(as_of)},
    )
    return found or b""


async def existing_of(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId]
) -> set[AccountId]:
    """Those of `account_ids` that were known by `as_of`."""
    found = await connection.execute(
        typed(
            "SELECT a.id FROM accounts a WHERE a.tenant_id = :tenant_id"
            f" AND a.id = ANY(CAST(:account_ids AS uuid[])) AND {THERE}"
        ),
        {
            "tenant_id": tenant_id,
            "as_of": as_of,
            "known_before": end_of_day(as_of),
            "account_ids": list(account_ids),
        },
    )
    return set(found.scalars())


async def successors(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId]
) -> dict[AccountId, AccountId | None]:
    """Who stands for each account at the end of a day: itself, the one it was merged into, or nobody if it is gone."""
    found = await connection.execute(
        typed(
            """SELECT a.id, CASE WHEN a.removed_at IS NULL OR a.removed_at >= :known_before THEN a.id
                                 WHEN s.removed_at IS NULL OR s.removed_at >= :known_before THEN s.id END AS successor
            FROM accounts a LEFT JOIN accounts s ON s.tenant_id = :tenant_id AND s.id = a.merged_into_id
            WHERE a.tenant_id = :tenant_id AND a.id = ANY(CAST(:account_ids AS uuid[]))"""
        ),
        {"tenant_id": tenant_id, "known_before": end_of_day(as_of), "account_ids": list(account_ids)},
    )
    return {AccountId(row.id): row.successor for row in found}


async def surroundings(
    connection: AsyncConnection,
    tenant_id: TenantId,
    *,
    as_of: date,
    currency: str,
    kinds: Collection[str],
    proposal_stages: Sequence[str],
) -> tuple[bool, frozenset[str]]:
    """Whether any rate into the reporting currency is in force, and which of `kinds` the organization records."""
    asked = sorted(kinds)
    columns = "".join(f", EXISTS ({RECORDED[kind]}) AS kind_{number}" for number, kind in enumerate(asked))
    parameters: dict[str, Any] = {
        "tenant_id": tenant_id,
        "as_of": as_of,
        "known_before": end_of_day(as_of),
        "currency": currency,
        "proposal_stages": list(proposal_stages),
    }
    row = (
        await connection.execute(
            typed(
                "SELECT EXISTS (SELECT FROM exchange_rates WHERE tenant_id = :tenant_id AND into_currency = :currency"
                f" AND from_on <= :as_of) AS converts{columns}"
            ),
            parameters,
        )
    ).one()
    return row[0], frozenset(kind for kind, found in zip(asked, row[1:], strict=True) if found)


async def allow_memory(connection: AsyncConnection) -> None:
    """Let this transaction's statements keep a portfolio's sums in memory, and read each table once.

    Of an organization that has just come, the planner has no statistics: it takes its tables for empty ones, and would
    look through them row by row for each row of another, for minutes. Of a whole portfolio everything is read anyway.
    """
    settings = "SELECT set_config('work_mem', :memory, true), set_config('enable_nestloop', 'off', true)"
    await connection.execute(typed(settings), {"memory": PORTFOLIO_MEMORY})
