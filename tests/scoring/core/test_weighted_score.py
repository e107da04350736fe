"""The additive score: worked examples by hand, degenerate dimensions, and what holds for any input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.weighted_score import MISSING_POLICIES, MissingPolicy, scaled, weighted_score

NAN = math.nan
utility = st.one_of(st.floats(0, 1), st.just(NAN))
cases = st.lists(st.tuples(utility, st.floats(1e-3, 1e3)), min_size=1, max_size=6)


def scored(utilities, weights, policy: MissingPolicy = "renormalize", share=1.0):
    """(score, low, high, coverage) and contributions of one account."""
    column = np.array(utilities, dtype=float).reshape(-1, 1)
    result = weighted_score(column, scaled(weights), policy, share)
    return result.figures[:, 0].tolist(), [float(each[0]) for each in result.contributions]


def apart(case) -> tuple[list[float], list[float]]:
    """Utilities and weights of a case."""
    return [value for value, _ in case], [weight for _, weight in case]


# Known: 3 * 0.5 + 1 * 1 = 2.5 of weight 4; unknown: weight 6; in all 10.
@pytest.mark.parametrize(
    ("policy", "score", "contributions"),
    [
        ("renormalize", 62.5, [37.5, 25, 0]),  # 2.5 / 4; 1.5 / 4 and 1 / 4
        ("pessimistic", 25, [15, 10, 0]),  # 2.5 / 10
        ("neutral", 55, [15, 10, 30]),  # (2.5 + 6 * 0.5) / 10
    ],
)
def test_a_worked_example_under_each_missing_policy(policy, score, contributions):
    figures, parts = scored([0.5, 1, NAN], [3, 1, 6], policy)
    # low 2.5 / 10, high (2.5 + 6) / 10, coverage 4 / 10: the same under each policy
    assert figures == pytest.approx([score, 25, 85, 0.4])
    assert parts == pytest.approx(contributions)


def test_contributions_carry_the_share_of_the_dimension():
    figures, parts = scored([0.5, 1], [3, 1], share=0.4)
    assert figures[0] == pytest.approx(62.5)
    assert parts == pytest.approx([15, 10])


@pytest.mark.parametrize("policy", MISSING_POLICIES)
@pytest.mark.parametrize(("utilities", "weights"), [([], []), ([0.4, NAN], [0, 0])])
def test_a_dimension_without_weight_has_no_score_and_no_bounds(policy, utilities, weights):
    figures, parts = scored(utilities, weights, policy)
    assert np.isnan(figures[:3]).all()
    assert figures[3] == 0
    assert np.isnan(parts).all()


@pytest.mark.parametrize(("policy", "score"), [("renormalize", NAN), ("pessimistic", 0), ("neutral", 50)])
def test_nothing_known_leaves_every_score_possible(policy, score):
    figures, _ = scored([NAN, NAN], [2, 3], policy)
    assert figures == pytest.approx([score, 0, 100, 0], nan_ok=True)


def test_a_known_criterion_without_weight_gives_no_score():
    figures, parts = scored([0.7, NAN], [0, 1])
    assert figures == pytest.approx([NAN, 0, 100, 0], nan_ok=True)
    assert np.isnan(parts).all()


@given(cases, st.sampled_from(MISSING_POLICIES))
def test_contributions_add_up_to_the_score(case, policy):
    figures, parts = scored(*apart(case), policy=policy)
    assert math.fsum(parts) == pytest.approx(figures[0], abs=1e-9, nan_ok=True)


@given(cases)
def test_the_score_lies_between_its_bounds(case):
    for policy in MISSING_POLICIES:
        (score, low, high, coverage), _ = scored(*apart(case), policy=policy)
        assert 0 <= low <= high <= 100
        assert 0 <= coverage <= 1
        assert math.isnan(score) or low - 1e-9 <= score <= high + 1e-9


@given(cases)
def test_full_knowledge_closes_the_bounds_exactly(case):
    known = [(0.5 if math.isnan(value) else value, weight) for value, weight in case]
    (score, low, high, coverage), _ = scored(*apart(known))
    assert score == low == high
    assert coverage == 1


@given(cases)
def test_policies_change_neither_coverage_nor_bounds(case):
    bounds = [scored(*apart(case), policy=policy)[0][1:] for policy in MISSING_POLICIES]
    assert bounds[0] == bounds[1] == bounds[2]


@given(cases, st.floats(1e-300, 1e300), st.sampled_from(MISSING_POLICIES))
def test_only_the_shares_of_weights_count(case, factor, policy):
    utilities, weights = zip(*case, strict=True)
    figures, parts = scored(utilities, weights, policy)
    other_figures, other_parts = scored(utilities, [weight * factor for weight in weights], policy)
    assert other_figures == pytest.approx(figures, abs=1e-9, nan_ok=True)
    assert other_parts == pytest.approx(parts, abs=1e-9, nan_ok=True)


def test_weights_whose_sum_is_no_float_are_scaled():
    figures, _ = scored([1, 0], [1.7e308, 1.7e308])
    assert figures == [50, 50, 50, 1]


@given(cases, st.data())
def test_the_score_rises_with_each_known_utility(case, data):
    utilities, weights = zip(*case, strict=True)
    at = data.draw(st.integers(0, len(case) - 1))
    policy = data.draw(st.sampled_from(MISSING_POLICIES))
    if math.isnan(utilities[at]):
        return
    more = [*utilities]
    more[at] = data.draw(st.floats(utilities[at], 1))
    assert scored(more, weights, policy)[0][0] >= scored(utilities, weights, policy)[0][0] - 1e-9


@given(st.lists(cases.map(lambda case: case[0]), min_size=2, max_size=6))
def test_accounts_do_not_influence_each_other(accounts):
    column = np.array([value for value, _ in accounts])
    together = weighted_score(column[np.newaxis], np.array([1.0]), "renormalize", 1.0).figures.T
    for value, figures in zip(column, together, strict=True):
        assert scored([value], [1])[0] == pytest.approx(figures.tolist(), nan_ok=True)
