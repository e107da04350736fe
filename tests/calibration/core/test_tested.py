"""Whether a promotion was tested with the customer, and how often promotions are."""

from datetime import date, timedelta

import pytest

from app.calibration.core.tested import Completed, frequency, was_tested

DAY = date(2026, 7, 1)


def ago(days):
    return DAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("completed", "tested"),
    [
        ([], False),
        ([Completed(ago(900), None)], True),
        ([Completed(DAY, None)], True),
        ([Completed(ago(-1), None)], False),
        ([Completed(ago(180), ago(100))], True),
        ([Completed(ago(181), ago(100))], False),
        ([Completed(ago(300), DAY)], False),
        ([Completed(ago(300), ago(-1))], True),
        ([Completed(ago(400), ago(300)), Completed(ago(20), ago(10))], True),
    ],
)
def test_what_was_agreed_counts_while_it_is_in_force_and_half_a_year_from_its_day(completed, tested):
    assert was_tested(DAY, completed) is tested


def test_how_often_is_told_in_a_word():
    told = [frequency(tested, 6) for tested in range(7)]
    assert told == ["never", "rarely", "rarely", "sometimes", "often", "often", "always"]
    assert [frequency(0, 0), frequency(0, 1), frequency(1, 1)] == [None, "never", "always"]
