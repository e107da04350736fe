"""SQL of what is counted over the program on a day: calibrations, appraisals, warnings, and what was planned."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day
from app.metrics.core.formulas import scattered
from app.metrics.families import attainment
from app.metrics.families.reading import Reading
from app.program.core.problem import Vector

_THERE = (
    "JOIN accounts a ON a.tenant_id = :tenant_id AND a.id = {0}.account_id"
    " AND (a.removed_at IS NULL OR a.removed_at >= :there_until)"
)
_KEY = "{0}.account_id = ANY(CAST(:key_ids AS uuid[]))"


async def calibrations(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> dict[str, int]:
    """How many calibrations were in each state at the end of a day."""
    values = {"tenant_id": tenant_id, "as_of": as_of, "there_until": end_of_day(as_of)}
    return {row.state: row.calibrations for row in await connection.execute(_CALIBRATIONS, values)}


_CALIBRATIONS = text(
    "SELECT m.to_state AS state, count(*) AS calibrations FROM calibrations c"
    f" {_THERE.format('c')}"
    " CROSS JOIN LATERAL (SELECT to_state FROM calibration_moves WHERE tenant_id = :tenant_id"
    "  AND calibration_id = c.id AND moved_on <= :as_of ORDER BY id DESC LIMIT 1) m"
    " WHERE c.tenant_id = :tenant_id AND c.started_on <= :as_of GROUP BY 1"
)


async def appraisals(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> RowMapping:
    """Of the appraisals that were open at the end of a day: how many, due, in reevaluation, and not yet talked over."""
    values = {"tenant_id": tenant_id, "as_of": as_of, "there_until": end_of_day(as_of)}
    row: RowMapping = (await connection.execute(_APPRAISALS, values)).mappings().one()
    return row


_APPRAISALS = text(
    "SELECT count(*) AS open, count(*) FILTER (WHERE p.due_on <= :as_of) AS due,"
    " count(*) FILTER (WHERE p.reevaluation_on <= :as_of) AS reevaluation,"
    " count(*) FILTER (WHERE p.contacted_on IS NULL OR p.contacted_on > :as_of) AS customer_not_contacted"
    f" FROM appraisals p {_THERE.format('p')}"
    " WHERE p.tenant_id = :tenant_id AND p.opened_on <= :as_of AND (p.closed_on IS NULL OR p.closed_on > :as_of)"
)


async def warnings(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, key_ids: Sequence[AccountId]
) -> Sequence[RowMapping]:
    """By severity: how many warnings held at the end of a day, and how many of them of key accounts."""
    values = {
        "tenant_id": tenant_id,
        "as_of": as_of,
        "there_until": end_of_day(as_of),
        "key_ids": list(key_ids),
    }
    return (await connection.execute(_WARNINGS, values)).mappings().all()


_WARNINGS = text(
    f"SELECT w.severity, count(*) AS every, count(*) FILTER (WHERE {_KEY.format('w')}) AS of_key"
    f" FROM account_warnings w {_THERE.format('w')}"
    " WHERE w.tenant_id = :tenant_id AND w.first_seen_on <= :as_of"
    " AND (w.resolved_on IS NULL OR w.resolved_on > :as_of) GROUP BY w.severity"
)


async def quota(reading: Reading) -> Mapping[str, Vector]:
    """Of each account: `planned` revenue of the last twelve months, what was `won` on its days, and `unconverted`."""
    plans = await reading.table(attainment.targets(reading), ("revenue", "revenue_unconverted"))
    done = await reading.table(attainment.actuals(reading), ("revenue",))
    return {
        "planned": scattered(plans.rows, plans["revenue"], reading.accounts),
        "unconverted": scattered(plans.rows, plans["revenue_unconverted"], reading.accounts),
        "won": scattered(done.rows, done["revenue"], reading.accounts),
    }
