"""How sure the customer says it is of the partnership: before the calibration, and since it is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

# The observation that carries it; organizations choose its scale.
METRIC: Final = "partner_confidence"
# What was said longer before the calibration than this tells nothing of it.
SHELF_LIFE_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Observed:
    """What the customer said on a day."""

    observed_on: date
    value: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """What was said last before the calibration began, and last since it is in force; each None where nothing was."""

    before: Observed | None
    after: Observed | None

    @property
    def change(self) -> float | None:
        """By how much it rose; None unless both are known."""
        return None if self.before is None or self.after is None else self.after.value - self.before.value


def confidence(said: Sequence[Observed], *, began_on: date, active_on: date | None, last: date) -> Confidence:
    """Before and after, by what was observed up to `last`, the earliest first.

    before: within the 365 days that end on the day before the calibration began. after: from the day on which it
    became active. What was said in between, while both sides were at it, is neither.
    """
    before = [
        one for one in said if 0 < (began_on - one.observed_on).days <= SHELF_LIFE_DAYS and one.observed_on <= last
    ]
    after = [one for one in said if active_on is not None and active_on <= one.observed_on <= last]
    return Confidence(before[-1] if before else None, after[-1] if after else None)
