"""Where functions differ most."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.selection.core.feedback.disagreement import disagreements, reversed_pairs


def test_the_widest_range_comes_first_with_who_gives_most_and_least():
    weights = np.array([[0.5, 0.3, 0.2], [0.1, 0.4, 0.5], [0.3, 0.3, 0.4]])

    found = disagreements(["finance", "legal", "sales"], weights)

    assert [(one.criterion, round(one.range, 9)) for one in found] == [(0, 0.4), (2, 0.3), (1, 0.1)]
    assert (found[0].highest, found[0].lowest) == ("finance", "legal")
    # 0.5, 0.1, 0.3 depart by 0.2, -0.2, 0 from their mean.
    assert found[0].sd == pytest.approx((0.08 / 3) ** 0.5)


def test_reversals_count_pairs_of_functions_and_other_criteria_and_no_ties():
    # finance 0 > 1 > 2, legal 2 > 1 > 0, sales 2 > 0 = 1.
    weights = np.array([[0.5, 0.3, 0.2], [0.1, 0.4, 0.5], [0.3, 0.3, 0.4]])

    # finance and legal reverse all three pairs; finance and sales 0-2 and 1-2; legal and sales none.
    assert reversed_pairs(weights).tolist() == [3, 3, 4]


def test_a_function_alone_differs_from_nobody():
    found = disagreements(["finance"], np.array([[0.7, 0.3]]))

    assert [(one.range, one.sd, one.reversals) for one in found] == [(0, 0, 0), (0, 0, 0)]


@given(st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=2, max_size=5))
@settings(max_examples=40)
def test_reversals_are_those_counted_one_by_one(weights):
    expected = [0] * 4
    for at in range(len(weights)):
        for other in range(at):
            for i in range(4):
                for j in range(4):
                    first, second = weights[at][i] - weights[at][j], weights[other][i] - weights[other][j]
                    expected[i] += first * second < 0

    assert reversed_pairs(np.array(weights, dtype=float)).tolist() == expected
