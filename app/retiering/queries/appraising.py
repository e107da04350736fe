"""SQL over all appraisals: who is to be appraised, which plans are past their day, how long customers waited."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId

_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('appraisals ' || :tenant_id, 0))")

# The last word on an account: an appraisal that was closed, or a decision that was made.
_TO_APPRAISE: Final = text("""
    SELECT s.account_id, s.tier, a.kam_user_id, CAST(s.since AT TIME ZONE 'UTC' AS date) AS selected_on,
           greatest(closed.last_on, decided.last_on) AS last_word_on
    FROM account_standings s
    JOIN accounts a ON a.tenant_id = s.tenant_id AND a.id = s.account_id AND a.removed_at IS NULL
    LEFT JOIN LATERAL (
      SELECT max(p.closed_on) AS last_on FROM appraisals p
      WHERE p.tenant_id = :tenant_id AND p.account_id = s.account_id) closed ON true
    LEFT JOIN LATERAL (
      SELECT max(coalesce(r.approved_on, r.decided_on)) AS last_on FROM retierings r
      WHERE r.tenant_id = :tenant_id AND r.account_id = s.account_id AND r.state = 'decided') decided ON true
    WHERE s.tenant_id = :tenant_id AND s.state = 'selected'
      AND NOT EXISTS (
        SELECT FROM appraisals p
        WHERE p.tenant_id = :tenant_id AND p.account_id = s.account_id AND p.state <> 'closed')
    ORDER BY s.account_id""")

_PAST_THEIR_DAY: Final = text("""
    SELECT p.id, p.account_id, p.due_on,
           (SELECT count(*) FROM appraisal_actions x
            WHERE x.tenant_id = :tenant_id AND x.appraisal_id = p.id AND x.state <> 'done') AS undone
    FROM appraisals p
    WHERE p.tenant_id = :tenant_id AND p.state = 'action_plan' AND p.due_on < :today
    ORDER BY p.id FOR UPDATE""")

_REEVALUATE: Final = text("""
    UPDATE appraisals SET state = 'reevaluation', reevaluation_on = due_on + 1, version = version + 1,
           updated_at = now()
    WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[])) AND state = 'action_plan'
    RETURNING id, account_id, reevaluation_on, due_on""")

# A decision is the last word on what an appraisal found.
_SETTLE: Final = text("""
    UPDATE appraisals p SET state = 'closed', outcome = 'decided', version = p.version + 1, updated_at = now(),
           closed_on = greatest(r.decided_on, p.opened_on, p.contacted_on, p.reevaluation_on)
    FROM (SELECT appraisal_id, min(coalesce(approved_on, decided_on)) AS decided_on FROM retierings
          WHERE tenant_id = :tenant_id AND state = 'decided' AND coalesce(approved_on, decided_on) <= :day
            AND (CAST(:appraisal_id AS uuid) IS NULL OR appraisal_id = :appraisal_id)
          GROUP BY appraisal_id) r
    WHERE p.tenant_id = :tenant_id AND p.id = r.appraisal_id AND p.state <> 'closed'
    RETURNING p.*""")

# Who heard by then was waited for until then; who did not is last seen on the day, or when the appraisal was closed.
_WAITED: Final = text("""
    SELECT least(CASE WHEN p.contacted_on <= :as_of THEN p.contacted_on END, :as_of,
                 CASE WHEN p.contacted_on > :as_of OR p.contacted_on IS NULL THEN p.closed_on END)
             - p.first_sign_on AS contact_days,
           coalesce(p.contacted_on <= :as_of, false) AS contacted,
           greatest(least(r.decided_on, :as_of) - p.first_sign_on, 0) AS decision_days,
           r.decided_on IS NOT NULL AS decided,
           r.decided_on IS NULL AND coalesce(p.closed_on <= :as_of, false) AS settled
    FROM appraisals p
    LEFT JOIN LATERAL (
      SELECT min(coalesce(r.approved_on, r.decided_on)) AS decided_on FROM retierings r
      WHERE r.tenant_id = :tenant_id AND r.appraisal_id = p.id AND r.state = 'decided'
        AND coalesce(r.approved_on, r.decided_on) <= :as_of
    ) r ON true
    WHERE p.tenant_id = :tenant_id AND p.opened_on <= :as_of
      AND (CAST(:from_on AS date) IS NULL OR p.first_sign_on >= :from_on)
      AND (CASE WHEN CAST(:trigger AS text) IS NULL THEN p.trigger <> 'schedule' ELSE p.trigger = :trigger END)""")


async def appraised_on(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> dict[AccountId, date]:
    """When each account was appraised last by a day, open appraisals included."""
    found = await connection.execute(_APPRAISED, {"tenant_id": tenant_id, "as_of": as_of})
    return {AccountId(row.account_id): row.opened_on for row in found}


_APPRAISED: Final = text(
    "SELECT account_id, max(opened_on) AS opened_on FROM appraisals"
    " WHERE tenant_id = :tenant_id AND opened_on <= :as_of GROUP BY account_id"
)


async def one_at_a_time(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Let nobody else take the organization's turn until the transaction ends."""
    await connection.execute(_ONE_AT_A_TIME, {"tenant_id": str(tenant_id)})


async def to_appraise(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """The selected accounts without an open appraisal: tier, since when they are selected, the last word on them."""
    return (await connection.execute(_TO_APPRAISE, {"tenant_id": tenant_id})).mappings().all()


async def past_their_day(connection: AsyncConnection, tenant_id: TenantId, today: date) -> Sequence[RowMapping]:
    """The action plans whose day has passed, held, with how many of their actions are not done."""
    values = {"tenant_id": tenant_id, "today": today}
    return (await connection.execute(_PAST_THEIR_DAY, values)).mappings().all()


async def reevaluate(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """Those of the plans that are looked at anew from the day after theirs on."""
    return (await connection.execute(_REEVALUATE, {"tenant_id": tenant_id, "ids": list(ids)})).mappings().all()


async def settle(
    connection: AsyncConnection, tenant_id: TenantId, day: date, appraisal_id: UUID | None
) -> Sequence[RowMapping]:
    """Close the appraisals, or that one, on which a retiering was decided by a day."""
    values = {"tenant_id": tenant_id, "day": day, "appraisal_id": appraisal_id}
    return (await connection.execute(_SETTLE, values)).mappings().all()


async def waited(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, *, from_on: date | None, trigger: str | None
) -> Sequence[RowMapping]:
    """By appraisal, how long the customer and a decision were waited for since its first sign, and whether they came.

    from_on: only first signs of that day or later. trigger: only that one; without it all but the schedule.
    """
    values = {"tenant_id": tenant_id, "as_of": as_of, "from_on": from_on, "trigger": trigger}
    return (await connection.execute(_WAITED, values)).mappings().all()
