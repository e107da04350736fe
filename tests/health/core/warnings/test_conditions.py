import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.health.core.warnings.conditions import CLEAN, HOLDS, UNKNOWN, Compares, Comparison, Figures, all_of, truth
from tests.health.core.warnings.days import figures

NUMBERS = st.one_of(st.just(float("nan")), st.integers(-9, 9))


def test_comparisons_know_their_limits():
    values = Figures({"x": np.array([1.0, 2.0, 3.0, np.nan])}, {}, 4)
    expected: dict[Compares, list[np.int8]] = {
        "at_least": [CLEAN, HOLDS, HOLDS, UNKNOWN],
        "above": [CLEAN, CLEAN, HOLDS, UNKNOWN],
        "at_most": [HOLDS, HOLDS, CLEAN, UNKNOWN],
        "below": [HOLDS, CLEAN, CLEAN, UNKNOWN],
    }
    for compares, truths in expected.items():
        assert truth(Comparison("x", compares, 2.0), values, {}).tolist() == truths


def test_where_nothing_is_asked_nothing_is_found_or_missed():
    values = Figures({"x": np.array([5.0, np.nan])}, {}, 2)
    assert truth(Comparison("x", "above", "days"), values, {"days": np.nan}).tolist() == [CLEAN, CLEAN]
    assert truth(Comparison("x", "above", "days"), values, {"days": np.array([4.0, 4.0])}).tolist() == [HOLDS, UNKNOWN]


def test_figures_look_back_a_quarter():
    values = figures({"x": 0.9}, {"x": 1.0})
    of = {
        measure: values.of(Comparison("x", "above", 0, measure)).item() for measure in ("now", "before", "fall", "drop")
    }
    assert of == {"now": 0.9, "before": 1.0, "fall": 0.1, "drop": 0.1}
    assert np.isnan(figures({"x": 1.0}, {"x": 0.0}).of(Comparison("x", "above", 0, "fall"))).all()
    assert np.isnan(figures({}, {"x": 0.0}).of(Comparison("x", "above", 0, "drop"))).all()


@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_all_hold_only_if_each_does_and_one_that_is_clean_settles_it(numbers):
    keys = [f"x{place}" for place in range(len(numbers))]
    found = all_of([Comparison(key, "above", 0) for key in keys], figures(dict(zip(keys, numbers, strict=True))), {})
    if any(number <= 0 for number in numbers):
        assert found.tolist() == [CLEAN]
    elif any(number != number for number in numbers):  # noqa: PLR0124  # NaN
        assert found.tolist() == [UNKNOWN]
    else:
        assert found.tolist() == [HOLDS]
