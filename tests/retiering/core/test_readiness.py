"""How near an account is to coming back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retiering.core.readiness import (
    NotEligible,
    Standing,
    Target,
    UnusableCriterion,
    check_criterion,
    check_eligible,
    judged,
    measured,
    readiness,
)

numbers = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("target", "value", "met", "progress"),
    [
        (Target("at_least", 80, 60), 70, False, 0.5),
        (Target("at_least", 80, 60), 80, True, 1),
        (Target("at_least", 80, 60), 50, False, 0),
        (Target("at_most", 2, 10), 4, False, 0.75),
        (Target("at_most", 2, 10), 1, True, 1),
        (Target("at_least", 80), 79, False, 0),
        (Target("at_least", 80, 90), 79, False, 0),
        (Target("at_least", 80, 60), None, None, 0),
    ],
)
def test_progress_is_the_share_of_the_way_from_the_baseline(target, value, met, progress):
    assert measured(target, value) == Standing(met, progress)


@given(st.sampled_from(["at_least", "at_most"]), numbers, st.none() | numbers, numbers, numbers)
def test_progress_is_bounded_rises_towards_the_target_and_is_whole_when_met(comparison, target, baseline, one, other):
    aim = Target(comparison, target, baseline)
    worse, better = sorted((one, other), reverse=comparison == "at_most")
    before, after = measured(aim, worse), measured(aim, better)
    assert 0 <= before.progress <= after.progress <= 1
    assert not after.met or after.progress == 1


@given(st.lists(st.sampled_from([True, False, None]), max_size=6))
def test_eligible_is_who_meets_everything_and_something(words):
    found = readiness([judged(one) for one in words])
    assert found.eligible == (bool(words) and all(words))
    assert (found.percent == 100) == found.eligible
    if found.eligible:
        check_eligible(found, [])
    else:
        with pytest.raises(NotEligible):
            check_eligible(found, ["Talks"])


def test_readiness_is_the_mean_of_the_progress():
    found = readiness([Standing(met=True, progress=1), Standing(met=False, progress=0.5), Standing(None, 0)])
    assert (found.percent, found.met, found.criteria) == (50, 1, 3)
    assert readiness([]).percent is None


@pytest.mark.parametrize("given_", [("csat", None, None), ("csat", "at_least", None), (None, "at_least", 3)])
def test_metric_comparison_and_target_go_together(given_):
    with pytest.raises(UnusableCriterion):
        check_criterion(*given_)
    check_criterion(None, None, None)
    check_criterion("csat", "at_least", 3)
    with pytest.raises(UnusableCriterion):
        check_criterion("csat", "at_least", float("nan"))
