"""What is on file between both sides on a day: each expectation in force, and how it was assessed by then."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.calibration.core.expectations import Comparison, Standing
from app.calibration.core.parties import Party


@dataclass(frozen=True, slots=True)
class Requirement:
    """An expectation of the calibration in force, as it stands on a day.

    value, assessed_on: of its latest assessment by then, None before the first. missed_since: the day of the first of
    the assessments that say missed without a break; None while the latest does not say so.
    """

    expectation_id: UUID
    owed_by: Party
    title: str
    metric: str | None
    comparison: Comparison | None
    target: float | None
    due_on: date
    standing: Standing
    value: float | None
    assessed_on: date | None
    missed_since: date | None

    @property
    def unmet_since(self) -> date | None:
        """Since when it is missed, or, never assessed, past its day; None while it is neither."""
        return self.due_on + timedelta(days=1) if self.standing == "overdue" else self.missed_since
