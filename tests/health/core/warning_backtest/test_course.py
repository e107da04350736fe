"""The course of warnings through days."""

from datetime import date, timedelta

import numpy as np

from app.health.core.warning_backtest.course import Course, stacked
from app.health.core.warnings.judging import Findings

DAY = date(2024, 1, 1)


def found(*holds, unknown=()):
    bits = np.array([[int(one)] for one in holds], dtype=np.int64)
    asked = np.array([[int(at in unknown)] for at in range(len(holds))], dtype=np.int64)
    return Findings(bits, bits, asked)


def test_a_warning_opens_at_once_and_clears_on_the_second_clean_day():
    course = Course(1, 1)
    for at, holds in enumerate((0, 1, 1, 0, 0, 1)):
        course.step(found(holds), np.array([0]), DAY + timedelta(days=at))

    assert stacked(course.opened)[:, 0, 0].tolist() == [False, True, False, False, False, True]
    assert stacked(course.live)[:, 0, 0].tolist() == [False, True, True, True, False, True]


def test_of_accounts_that_are_not_there_nothing_is_known_and_nothing_clears():
    course = Course(2, 1)
    course.step(found(1, 0), np.array([1, 0]), DAY)
    for at in (1, 2, 3):
        course.step(found(0), np.array([0]), DAY + timedelta(days=at))

    assert stacked(course.live)[:, 1, 0].tolist() == [True, True, True, True]
    assert not stacked(course.live)[:, 0, 0].any()
