"""How long calibrations take until they are active, and where they are stuck."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.durations import Limits, Spell, TimeToEnd, passed_medians, stuck_limits, time_to_end
from app.calibration.core.states import ACTIVE, STEPS, Step
from app.calibration.queries import durations as queries
from app.calibration.service import calibrations
from app.kernel.ids import TenantId
from app.kernel.periods import day_asked

ORDER: Final = (*STEPS, ACTIVE)
# Whoever reads a calibration asks for the limits: of so many they tell as much as of all.
NEWEST: Final = 500


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How long a step takes; inside: how many are in it now, stuck: how many of them for more days than the limit."""

    step: Step
    takes: TimeToEnd
    median_of_passed: float | None
    limit_days: float
    inside: int
    stuck: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How long calibrations take, as it was known at the end of a day."""

    as_of: date
    to_active: TimeToEnd
    steps: tuple[StepFigures, ...]


async def limits(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None = None) -> Limits:
    """Beyond how many days a calibration is stuck on a day, by step; by what those that began last took."""
    day = as_of or calibrations.today()
    rows = await queries.in_steps(connection, tenant_id, day, ORDER, newest=NEWEST)
    return stuck_limits(passed_medians(_visits(rows)))


async def figures(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date | None, started_from: date | None
) -> Figures:
    """How long calibrations take that began on `started_from` or later; three statements, however many there are."""
    day = day_asked(as_of, calibrations.today(), pointer="/query/as_of")
    whole = await queries.to_active(connection, tenant_id, day, started_from)
    rows = await queries.in_steps(connection, tenant_id, day, ORDER, started_from=started_from)
    medians = passed_medians(_visits(rows))
    limited = await limits(connection, tenant_id, day)
    return Figures(
        as_of=day,
        to_active=time_to_end(_spells(whole)),
        steps=tuple(_step(step, rows, medians.get(step), limited[step]) for step in STEPS),
    )


def _step(step: Step, rows: Sequence[RowMapping], median: float | None, limit: float) -> StepFigures:
    here = [row for row in rows if row["step"] == step]
    inside = [row for row in here if row["inside"]]
    return StepFigures(
        step=step,
        takes=time_to_end(_spells(here)),
        median_of_passed=median,
        limit_days=limit,
        inside=sum(row["count"] for row in inside),
        stuck=sum(row["count"] for row in inside if row["days"] > limit),
    )


def _spells(rows: Iterable[RowMapping]) -> list[Spell]:
    return [Spell(row["days"], row["ended"]) for row in rows for _ in range(row["count"])]


def _visits(rows: Sequence[RowMapping]) -> list[tuple[Step, Spell]]:
    return [(row["step"], spell) for row in rows for spell in _spells([row])]
