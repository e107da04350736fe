"""Whether calibrated accounts bring in sooner what was put into them, and when that is not to be told."""

import pytest

from app.calibration.core.durations import Spell, time_to_end
from app.calibration.core.returns import Comparison


def comparison(calibrated, others, n=20):
    """Accounts of either sort that all take so many days."""
    return Comparison(*(time_to_end([Spell(days, ended=True)] * n) for days in (calibrated, others)))


def test_the_medians_are_compared_where_there_are_enough_of_both():
    assert (comparison(60, 120).change, comparison(60, 120).insufficient) == (-0.5, False)
    assert comparison(150, 120).change == pytest.approx(0.25)


def test_what_is_not_known_is_not_compared():
    few = comparison(60, 120, n=19)
    assert (few.change, few.insufficient) == (None, True)
    never = Comparison(time_to_end([Spell(60, ended=False)] * 20), time_to_end([Spell(120, ended=True)] * 20))
    assert (never.change, never.insufficient) == (None, False)
    assert comparison(60, 0).change is None
