"""When an expectation is met, and how it stands."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calibration.core.expectations import (
    Measure,
    UnusableExpectation,
    UnusableExpectationAssessment,
    check_measure,
    met_by,
    standing,
)

DUE = date(2027, 6, 30)


def places(refused):
    return [(problem.pointer, problem.code) for problem in refused.value.errors]


def test_the_target_itself_is_met_either_way():
    least, most = Measure("at_least", 0.98), Measure("at_most", 4)

    assert [met_by(least, value, None) for value in (0.97, 0.98, 0.99)] == [False, True, True]
    assert [met_by(most, value, None) for value in (3, 4, 4.1)] == [True, True, False]


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_value_never_misses_on_both_sides_of_a_target(value, target):
    both = [Measure(comparison, target).is_met(value) for comparison in ("at_least", "at_most")]

    assert any(both)
    assert all(both) == (value == target)


def test_people_judge_where_nothing_was_measured_and_do_not_contradict_what_was():
    measure = Measure("at_least", 3)
    assert met_by(None, None, said=True)
    assert not met_by(measure, None, said=False)
    assert not met_by(None, 7, said=False)
    assert met_by(measure, 3, said=True)
    with pytest.raises(UnusableExpectationAssessment) as refused:
        met_by(measure, 2, said=True)
    assert places(refused) == [("/met", "contradicts_the_value")]
    for what, pointer in ((None, "/met"), (measure, "/value")):
        with pytest.raises(UnusableExpectationAssessment) as refused:
            met_by(what, None, None)
        assert places(refused) == [(pointer, "missing")]


def test_a_comparison_needs_its_target_and_a_metric_both():
    check_measure(None, None, None)
    check_measure("at_most", 0, None)
    for given_fields, pointer in (
        (("at_least", None, None), "/target"),
        ((None, 3.0, None), "/comparison"),
        ((None, None, "csat"), "/target"),
    ):
        with pytest.raises(UnusableExpectation) as refused:
            check_measure(*given_fields)
        assert places(refused) == [(pointer, "missing")]


def test_an_expectation_stands_as_it_was_assessed_last_and_else_by_its_day():
    def on(days, **fields):
        day = DUE + timedelta(days=days)
        return standing(**{"due_on": DUE, "withdrawn_on": None, "met": None, "day": day, **fields})

    assert [on(-1), on(0), on(1)] == ["open", "open", "overdue"]
    assert [on(-9, met=True), on(9, met=True), on(-9, met=False)] == ["met", "met", "missed"]
    assert [on(days, met=False, withdrawn_on=DUE) for days in (-1, 0)] == ["missed", "withdrawn"]
