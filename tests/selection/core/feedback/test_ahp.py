"""Weights by pairwise judgements, and how well the judgements fit together."""

import warnings
from fractions import Fraction
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.selection.core.feedback.ahp import (
    joint_ratios,
    most_inconsistent,
    priorities,
    random_index,
    reciprocal_matrix,
)

RATIOS = st.floats(1 / 9, 9)
COUNTS = st.integers(2, 12)
QUICK = settings(max_examples=40)


def upper(rows):
    """The upper triangle as it is printed: a line for each row."""
    return [float(Fraction(each)) for each in rows.split()]


@st.composite
def matrices(draw, ratios=RATIOS):
    count = draw(COUNTS)
    pairs = count * (count - 1) // 2
    return reciprocal_matrix(draw(st.lists(ratios, min_size=pairs, max_size=pairs)), count)


PUBLISHED = {
    "buying a house, in Saaty, How to make a decision: the analytic hierarchy process, 1990": (
        """5 3 7 6 6 1/3 1/4
           1/3 5 3 3 1/5 1/7
           6 3 4 6 1/5
           1/3 1/4 1/7 1/8
           1/2 1/5 1/6
           1/5 1/6
           1/2""",
        [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333],
        (9.669, 0.238, 0.169),
    ),
    "drinks consumed in the U.S., in Saaty, Decision making with the analytic hierarchy process, 2008": (
        """9 5 2 1 1 1/2
           1/3 1/9 1/9 1/9 1/9
           1/3 1/4 1/3 1/9
           1/2 1 1/3
           2 1/2
           1/3""",
        [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327],
        (None, None, 0.022),
    ),
    "choosing a leader (experience, education, charisma, age), in Wikipedia's worked example": (
        """4 3 7
           1/3 3
           5""",
        [0.547, 0.127, 0.270, 0.056],
        (None, None, 0.044),
    ),
}


@pytest.mark.parametrize("example", PUBLISHED)
def test_published_examples_come_out_as_they_were_published(example):
    rows, weights, consistency = PUBLISHED[example]

    found = priorities(reciprocal_matrix(upper(rows), len(weights)))

    assert found.weights == pytest.approx(weights, abs=0.00075)
    for told, published in zip((found.lambda_max, found.ci, found.cr), consistency, strict=True):
        assert published is None or told == pytest.approx(published, abs=0.0005)


@pytest.fixture(scope="module")
def pymcdm_ahp():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it draws with warns of itself when it is imported
        from pymcdm.weights.subjective import AHP  # type: ignore[import-untyped]  # noqa: PLC0415  # it has no types
    return AHP


@given(matrix=matrices(st.sampled_from([*range(1, 10), *(1 / each for each in range(2, 10))])))
@QUICK
def test_weights_and_eigenvalue_are_those_of_an_independent_library(pymcdm_ahp, matrix):
    oracle = pymcdm_ahp(matrix=matrix)

    found = priorities(matrix)

    assert found.weights == pytest.approx(oracle(), abs=1e-9)
    if len(matrix) > 2:  # its random index is another author's
        its_index = pymcdm_ahp.RI_M[len(matrix) - 1]
        assert found.ci == pytest.approx(oracle.get_cr() * its_index, abs=1e-9)


@given(matrices())
@QUICK
def test_weights_are_an_eigenvector_of_positive_shares(matrix):
    found = priorities(matrix)

    assert matrix @ found.weights == pytest.approx(found.lambda_max * found.weights, rel=1e-8)
    assert found.weights.sum() == pytest.approx(1.0)
    assert (found.weights > 0).all()
    assert found.lambda_max >= len(matrix)


@given(st.lists(st.floats(0.05, 1.0), min_size=2, max_size=15))
@QUICK
def test_judgements_that_fit_give_back_the_weights_and_are_perfectly_consistent(values):
    weights = np.array(values) / sum(values)

    found = priorities(weights[:, None] / weights[None, :])

    assert found.weights == pytest.approx(weights, rel=1e-9)
    assert found.lambda_max == pytest.approx(len(weights))
    assert found.cr == pytest.approx(0.0, abs=1e-9)
    assert found.acceptable
    assert most_inconsistent(weights[:, None] / weights[None, :], found.weights) == []


@given(matrices(), st.randoms(use_true_random=False))
@QUICK
def test_the_order_of_the_criteria_does_not_matter(matrix, random):
    order = list(range(len(matrix)))
    random.shuffle(order)

    found, shuffled = priorities(matrix), priorities(matrix[np.ix_(order, order)])

    assert shuffled.weights == pytest.approx(found.weights[order], abs=1e-9)
    assert shuffled.cr == pytest.approx(found.cr, abs=1e-9)


@given(COUNTS.flatmap(lambda n: st.lists(st.lists(RATIOS, min_size=n, max_size=n), min_size=1, max_size=6)))
@QUICK
def test_a_groups_geometric_mean_stays_reciprocal(ratios):
    given_ratios = np.array(ratios)

    there, back = joint_ratios(given_ratios), joint_ratios(1.0 / given_ratios)

    assert there * back == pytest.approx(np.ones(given_ratios.shape[1]))


def test_a_group_of_two_that_say_the_opposite_says_nothing():
    assert joint_ratios(np.array([[9.0, 1.0], [1 / 9, 4.0]])) == pytest.approx([1.0, 2.0])


def test_a_criterion_alone_weighs_everything():
    found = priorities(reciprocal_matrix([], 1))

    assert (found.weights.tolist(), found.lambda_max, found.ci, found.cr) == ([1.0], 1.0, 0.0, 0.0)


def test_two_criteria_cannot_be_inconsistent():
    found = priorities(reciprocal_matrix([3.0], 2))

    assert found.weights == pytest.approx([0.75, 0.25])
    assert [found.lambda_max, found.ci, found.cr] == pytest.approx([2.0, 0.0, 0.0], abs=1e-12)


def test_the_random_index_is_saatys_and_goes_on_as_alonso_and_lamata_have_it():
    assert [random_index(count) for count in (1, 2, 3, 4, 9, 15)] == [0, 0, 0.58, 0.90, 1.45, 1.59]
    # Their mean eigenvalue of 16 rows is 44.3184 - 4.3513.
    assert random_index(16) == pytest.approx(23.9671 / 15, abs=1e-9)
    assert random_index(200) == pytest.approx(1.7569, abs=1e-4)


def test_judgements_in_a_circle_are_not_acceptable_and_the_worst_is_named():
    # 0 is three times 1, 1 three times 2, and yet 2 nine times 0.
    matrix = reciprocal_matrix([3.0, 1 / 9, 3.0], 3)

    found = priorities(matrix)
    worst = most_inconsistent(matrix, found.weights, 1)[0]

    # lambda_max of a matrix of three is 1 + x + 1 / x with x the cube root of a01 * a12 / a02, here of 81.
    root = 81 ** (1 / 3)
    assert found.lambda_max == pytest.approx(1 + root + 1 / root)
    assert not found.acceptable
    assert (worst.a, worst.b, worst.ratio) in {(0, 1, 3.0), (0, 2, 1 / 9), (1, 2, 3.0)}
    assert abs(log(worst.ratio / worst.implied)) == pytest.approx(log(root))


def test_one_judgement_turned_round_is_the_one_that_is_named():
    weights = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    matrix = weights[:, None] / weights[None, :]
    matrix[0, 4], matrix[4, 0] = 1 / 8, 8.0

    found = priorities(matrix)
    named = most_inconsistent(matrix, found.weights)

    assert (named[0].a, named[0].b, named[0].ratio) == (0, 4, 1 / 8)
    assert named[0].implied > 0.5
    assert len(named) == 3


@pytest.mark.parametrize("count", [15, 16, 200])
def test_large_matrices_of_opposite_extremes_are_weighed(count):
    generator = np.random.default_rng(count)
    ratios = generator.choice([1 / 9, 9.0], size=count * (count - 1) // 2)

    found = priorities(reciprocal_matrix(ratios, count))

    assert found.weights.sum() == pytest.approx(1.0)
    assert found.cr > 0.1
