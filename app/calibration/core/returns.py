"""How long it takes until an account has brought in what was put into it: calibrated ones beside the others."""

from dataclasses import dataclass
from typing import Final

from app.calibration.core.durations import TimeToEnd

# With fewer accounts on either side their medians are not compared; ours.
ENOUGH: Final = 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """How long it takes with accounts that were calibrated with, and with the others."""

    calibrated: TimeToEnd
    others: TimeToEnd

    @property
    def insufficient(self) -> bool:
        """Whether there are too few accounts of either sort to compare them."""
        return min(self.calibrated.n, self.others.n) < ENOUGH

    @property
    def change(self) -> float | None:
        """By which share of the others' median that of the calibrated differs: -0.5 is half the time.

        None with too few accounts, or where less than half of either sort has come so far. No effect is claimed: who
        is calibrated with is chosen.
        """
        ours, theirs = self.calibrated.median, self.others.median
        if self.insufficient or ours is None or not theirs:
            return None
        return ours / theirs - 1
