"""How each function weighs the criteria."""

import pytest

from app.selection.core.feedback.answers import weighing_of_ratios
from app.selection.core.feedback.functions import Submission, function_weights


def compared(function, *ratios):
    found = weighing_of_ratios(ratios, 3)
    return Submission(function, "ahp", found.given, found.weights)


def allocated(function, *points):
    return Submission(function, "points", points, tuple(each / 100 for each in points))


def test_a_function_that_only_compared_pairs_is_weighed_by_its_joint_matrix():
    # Two who are each consistent, 4:2:1 and 1:2:4, together hold all three equal.
    found = function_weights([compared("finance", 2, 4, 2), compared("finance", 1 / 2, 1 / 4, 1 / 2)], 3)

    assert [(one.function, one.participants, one.aggregation) for one in found] == [("finance", 2, "geometric_mean")]
    assert found[0].weights == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert found[0].priorities is not None
    assert found[0].priorities.cr == pytest.approx(0.0, abs=1e-9)


def test_a_function_that_answered_in_both_ways_is_the_mean_of_its_people():
    found = function_weights([compared("finance", 2, 4, 2), allocated("finance", 100, 0, 0)], 3)

    assert found[0].aggregation == "mean"
    assert found[0].weights == pytest.approx([(4 / 7 + 1) / 2, 1 / 7, 1 / 14])
    assert found[0].priorities is None


def test_each_function_counts_by_itself_in_the_order_of_names():
    found = function_weights([allocated("sales", 50, 30, 20), allocated("legal", 0, 0, 100)], 3)

    assert [one.function for one in found] == ["legal", "sales"]
    assert found[1].weights == pytest.approx([0.5, 0.3, 0.2])
