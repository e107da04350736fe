"""SQL of which calibrations in force are due to be done anew, and why."""

from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import Boolean, Column, Date, Integer, Select, Text, Uuid, or_, select, text
from sqlalchemy.sql.selectable import Subquery

from app.kernel.ids import TenantId

DueTrigger = Literal["period_elapsed", "owner_changed", "tier_changed", "expectations_missed"]
TRIGGERS: Final[tuple[DueTrigger, ...]] = ("period_elapsed", "owner_changed", "tier_changed", "expectations_missed")

_COLUMNS: Final = (
    Column("id", Uuid), Column("account_id", Uuid), Column("account_name", Text), Column("owner_user_id", Uuid),
    Column("agreed_level", Text), Column("activated_on", Date), Column("due_on", Date),
    Column("missed", Integer), Column("recalibration_id", Uuid), *(Column(name, Boolean) for name in TRIGGERS),
)  # fmt: skip
# The KAM and the tier are held against those of the day of activation; an account without a tier on that day counts
# from the first that it had after it, as agreeing comes before selecting. An expectation is missed while its last
# assessment says so.
_DUE: Final = """
    WITH active AS (
      SELECT c.*, a.name, a.kam_user_id, CAST(c.activated_on + make_interval(months => :months) AS date) AS due_on,
             CAST(c.activated_on + 1 AS timestamp) AT TIME ZONE 'UTC' AS known_before
      FROM calibrations c
      JOIN accounts a ON a.tenant_id = c.tenant_id AND a.id = c.account_id AND a.removed_at IS NULL
      WHERE c.tenant_id = :tenant_id AND c.state = 'active')
    SELECT c.id, c.account_id, c.name AS account_name, c.owner_user_id, c.agreed_level, c.activated_on, c.due_on,
           CAST(coalesce(missed.count, 0) AS integer) AS missed, anew.id AS recalibration_id,
           c.due_on <= :today AS period_elapsed,
           EXISTS (SELECT FROM accounts_states s WHERE s.tenant_id = :tenant_id AND s.id = c.account_id
                     AND s.valid_from < c.known_before AND s.valid_to >= c.known_before
                     AND s.kam_user_id IS DISTINCT FROM c.kam_user_id) AS owner_changed,
           tier_then.name IS NOT NULL AND tier_now.name IS DISTINCT FROM tier_then.name AS tier_changed,
           coalesce(missed.count, 0) >= :missed_from AS expectations_missed
    FROM active c
    LEFT JOIN LATERAL (
      SELECT e.basis_name AS name FROM account_entitlements e
      WHERE e.tenant_id = :tenant_id AND e.account_id = c.account_id AND e.basis = 'tier' AND e.from_on <= :today
        AND (e.until_on IS NULL OR e.until_on > c.activated_on)
      ORDER BY e.from_on, e.id LIMIT 1) tier_then ON true
    LEFT JOIN LATERAL (
      SELECT e.basis_name AS name FROM account_entitlements e
      WHERE e.tenant_id = :tenant_id AND e.account_id = c.account_id AND e.basis = 'tier' AND e.from_on <= :today
        AND (e.until_on IS NULL OR e.until_on > :today)
      ORDER BY e.from_on DESC, e.id DESC LIMIT 1) tier_now ON true
    LEFT JOIN LATERAL (
      SELECT count(*) AS count FROM expectations e
      JOIN LATERAL (
        SELECT m.met FROM expectation_assessments m
        WHERE m.tenant_id = :tenant_id AND m.expectation_id = e.id AND m.assessed_on <= :today
        ORDER BY m.assessed_on DESC, m.id DESC LIMIT 1) last ON NOT last.met
      WHERE e.tenant_id = :tenant_id AND e.calibration_id = c.id AND e.invalidated_at IS NULL
        AND e.withdrawn_on IS NULL) missed ON true
    LEFT JOIN calibrations anew ON anew.tenant_id = :tenant_id AND anew.account_id = c.account_id
      AND anew.state = ANY(:steps)"""


def due(tenant_id: TenantId, today: date, *, months: int, missed_from: int, steps: tuple[str, ...]) -> Subquery:
    """What is in force, with each trigger as a truth, and the calibration that is to follow where one has begun.

    months: after how many it is due in any case. missed_from: how many missed expectations make it due.
    """
    given: dict[str, Any] = {
        "tenant_id": tenant_id,
        "today": today,
        "months": months,
        "missed_from": missed_from,
        "steps": list(steps),
    }
    return text(_DUE).bindparams(**given).columns(*_COLUMNS).subquery("due")


def of(found: Subquery, trigger: DueTrigger | None) -> Select[Any]:
    """Those that are due for any reason, or for one."""
    wanted = TRIGGERS if trigger is None else (trigger,)
    return select(found).where(or_(*(found.c[name] for name in wanted)))
