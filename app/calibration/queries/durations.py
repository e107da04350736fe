"""SQL of how long calibrations took: until they were active, and in each step, counted by days."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId

# One that ended before it was active is last seen on that day.
_TO_ACTIVE = text("""
    SELECT CASE WHEN c.activated_on <= :as_of THEN c.activated_on ELSE least(c.ended_on, :as_of) END - c.started_on
             AS days,
           coalesce(c.activated_on <= :as_of, false) AS ended, count(*) AS count
    FROM calibrations c
    WHERE c.tenant_id = :tenant_id AND c.started_on <= :as_of
      AND (CAST(:started_from AS date) IS NULL OR c.started_on >= :started_from)
    GROUP BY 1, 2
    ORDER BY 1, 2""")

# A visit of a step begins where the state becomes another, and ends well where a later one follows.
_IN_STEPS = text("""
    WITH seen AS (
      SELECT m.calibration_id, m.to_state, m.moved_on, m.id,
             lag(m.to_state) OVER (PARTITION BY m.calibration_id ORDER BY m.id) AS before
      FROM calibration_moves m
      JOIN (
        SELECT id FROM calibrations
        WHERE tenant_id = :tenant_id AND started_on <= :as_of
          AND (CAST(:started_from AS date) IS NULL OR started_on >= :started_from)
        ORDER BY id DESC LIMIT :newest) c ON c.id = m.calibration_id
      WHERE m.tenant_id = :tenant_id AND m.moved_on <= :as_of),
    visits AS (
      SELECT s.to_state AS step, s.moved_on,
             lead(s.to_state) OVER next_move AS next_state, lead(s.moved_on) OVER next_move AS left_on
      FROM seen s
      WHERE s.before IS DISTINCT FROM s.to_state
      WINDOW next_move AS (PARTITION BY s.calibration_id ORDER BY s.id))
    SELECT v.step, coalesce(v.left_on, :as_of) - v.moved_on AS days,
           coalesce(array_position(:states, v.next_state) > array_position(:states, v.step), false) AS ended,
           v.left_on IS NULL AS inside, count(*) AS count
    FROM visits v
    WHERE v.step = ANY(:steps)
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4""")


async def to_active(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, started_from: date | None
) -> Sequence[RowMapping]:
    """`days`, whether they were active after so many (`ended`), and how many calibrations."""
    values = {"tenant_id": tenant_id, "as_of": as_of, "started_from": started_from}
    return (await connection.execute(_TO_ACTIVE, values)).mappings().all()


async def in_steps(
    connection: AsyncConnection,
    tenant_id: TenantId,
    as_of: date,
    states: Sequence[str],
    *,
    started_from: date | None = None,
    newest: int | None = None,
) -> Sequence[RowMapping]:
    """By `step`: `days`, whether it was passed then (`ended`) or is not left yet (`inside`), and how many visits.

    states: the steps in their order, and what follows the last. newest: of so many calibrations, those begun last.
    """
    values = {"tenant_id": tenant_id, "as_of": as_of, "started_from": started_from}
    of_states = {"states": list(states), "steps": list(states[:-1]), "newest": newest}
    return (await connection.execute(_IN_STEPS, {**values, **of_states})).mappings().all()
