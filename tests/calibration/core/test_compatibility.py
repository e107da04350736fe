"""How well two sides fit: figures worked out by hand, bounds, and that more is never worse."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calibration.core.compatibility import DIMENSIONS, compatibility, side_ratings, unrated
from app.calibration.tables.compatibility import DIMENSIONS as KEPT

RATING = st.floats(1, 5)
RATED = st.fixed_dictionaries(dict.fromkeys(DIMENSIONS, RATING))
WEIGHTS = st.dictionaries(st.sampled_from(DIMENSIONS), st.floats(0.1, 10), max_size=8)


def all_of(value, **others):
    return {**dict.fromkeys(DIMENSIONS, value), **others}


def found_of(supplier, customer, weights=()):
    """What both sides' ratings come to, which has to be known."""
    found = compatibility({"supplier": supplier, "customer": customer}, dict(weights))
    assert found is not None
    return found


def score(supplier, customer, weights=()):
    return found_of(supplier, customer, weights).score


def test_eight_dimensions_worked_out_by_hand():
    # 4 and 4: fit 75, gap 0, 75. 5 and 2: fit 62.5, gap 3, 32.5. 1 and 3: fit 25, gap 2, 5.
    ours, theirs = all_of(4, culture=5, risk=1), all_of(4, culture=2, risk=3)
    found = found_of(ours, theirs)
    assert found.score == pytest.approx((6 * 75 + 32.5 + 5) / 8)
    by_name = {each.dimension: each for each in found.dimensions}
    assert (by_name["culture"].fit, by_name["culture"].gap, by_name["culture"].score) == (62.5, 3, 32.5)
    assert [each.dimension for each in found.dimensions if each.to_discuss] == ["culture", "risk"]
    assert sum(each.part for each in found.dimensions) == pytest.approx(found.score)
    # culture weighs 3, risk nothing, the other six 1
    assert score(ours, theirs, {"culture": 3, "risk": 0}.items()) == pytest.approx((6 * 75 + 3 * 32.5) / 9)


def test_the_ends_of_the_scale():
    assert [score(all_of(value), all_of(value)) for value in (1, 3, 5)] == [0, 50, 100]
    assert score(all_of(1), all_of(5)) == 10  # fit 50, less four points of gap


def test_nothing_is_known_until_both_sides_have_rated_every_dimension():
    partly = all_of(4)
    del partly["risk"]
    assert compatibility({"supplier": all_of(4), "customer": partly}, {}) is None
    assert compatibility({"supplier": all_of(4)}, {}) is None
    assert unrated(partly) == ["risk"]


def test_without_any_weight_there_is_no_score():
    assert score(all_of(4), all_of(4), dict.fromkeys(DIMENSIONS, 0.0).items()) is None


def test_a_sides_rating_is_the_mean_of_its_people():
    assert side_ratings({"culture": (2, 5), "risk": (3,), "technology": ()}) == {"culture": 3.5, "risk": 3}


def test_a_gap_of_two_points_between_means_is_spoken_of_however_they_round():
    ours, theirs = side_ratings({"culture": (1, 2, 4)}), side_ratings({"culture": (3, 5, 5)})
    found = found_of(all_of(3, **ours), all_of(3, **theirs))
    assert [each.dimension for each in found.dimensions if each.to_discuss] == ["culture"]


def test_the_dimensions_are_those_that_are_kept():
    assert DIMENSIONS == KEPT


@given(RATED, RATED, WEIGHTS)
@settings(max_examples=50)
def test_it_is_bounded_and_the_same_from_either_side(ours, theirs, weights):
    found = score(ours, theirs, weights.items())
    assert 0 <= found <= 100
    assert score(theirs, ours, weights.items()) == found


@given(RATED, RATED, WEIGHTS, st.sampled_from(DIMENSIONS), RATING)
@settings(max_examples=50)
def test_a_better_rating_of_either_side_never_lowers_it(ours, theirs, weights, dimension, rating):
    better = {**ours, dimension: max(ours[dimension], rating)}
    assert score(better, theirs, weights.items()) >= score(ours, theirs, weights.items()) - 1e-9
