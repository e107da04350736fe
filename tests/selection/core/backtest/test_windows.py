"""The days of a backtest."""

from datetime import date

import pytest

from app.kernel.periods import Window
from app.selection.core.backtest.windows import HorizonAhead, refuse_horizon_ahead, windows


def test_the_windows_are_equally_long_and_meet_on_the_day():
    found = windows(date(2017, 6, 30), 184)

    assert found.before == Window(date(2016, 12, 28), date(2017, 6, 30))
    assert found.after == Window(date(2017, 6, 30), date(2017, 12, 31))


def test_a_horizon_that_ends_today_has_passed_and_one_that_ends_tomorrow_has_not():
    refuse_horizon_ahead(date(2017, 6, 30), 184, date(2017, 12, 31))

    with pytest.raises(HorizonAhead) as refused:
        refuse_horizon_ahead(date(2017, 7, 1), 184, date(2017, 12, 31))

    (problem,) = refused.value.errors
    assert problem.pointer == "/as_of"
    assert "2017-06-30" in problem.message
