"""Shares of all weight: what each criterion has once dimensions are scaled to their share of the composite."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.selection.core.examples import few
from tests.selection.core.weighing import any_criteria, opportunity_shares, shares, weighed

A, O = "alignment", "opportunity"  # noqa: E741  # beside A it is no zero


def test_a_share_is_of_the_dimension_and_the_dimensions_of_the_composite():
    # 1 and 3 of 4 in a dimension of 0.7; all of one of 0.3.
    found = shares(("future_spend", O, 1), ("whitespace", O, 3), ("goal_fit", A, 20), opportunity_share=0.7)
    assert found == pytest.approx([0.175, 0.525, 0.3])


def test_a_dimension_without_weight_leaves_all_to_the_other():
    assert shares(("future_spend", O, 0), ("goal_fit", A, 1), ("influence", A, 3)) == pytest.approx([0, 0.25, 0.75])


def test_a_single_criterion_has_it_all():
    assert shares(("goal_fit", A, 1e-300), opportunity_share=0.3) == [1.0]


@pytest.mark.parametrize(("opportunity_share", "expected"), [(1.0, [1.0, 0.0]), (0.0, [0.0, 1.0])])
def test_a_dimension_without_a_share_of_the_composite_has_none(opportunity_share, expected):
    criteria = [("future_spend", O, 5), ("goal_fit", A, 5)]
    assert shares(*criteria, opportunity_share=opportunity_share) == expected


def test_where_no_weight_counts_nothing_has_a_share():
    assert shares(("future_spend", O, 0), ("goal_fit", A, 5), opportunity_share=1.0) == [0.0, 0.0]


@pytest.mark.parametrize("weight", [1e308, 1.0, 5e-324])
def test_weights_of_any_size_have_shares(weight):
    criteria = [(metric, O, weight) for metric in ("future_spend", "whitespace", "open_pipeline", "revenue_ltm")]
    assert shares(*criteria) == pytest.approx([0.25] * 4)


def test_a_metric_that_is_gone_is_of_no_sort():
    (gone,) = weighed(("gut_feeling", O, 1))
    sorts = (gone.looks_ahead, gone.of_spend_or_size, gone.counted, gone.judged, gone.measures("tenure"))
    assert (gone.definition, gone.share, sorts) == (None, 1.0, (False,) * 5)


@few
@given(any_criteria(), opportunity_shares, st.sampled_from([1e-250, 0.01, 7.0, 1e250]))
def test_scaling_the_weights_of_a_dimension_changes_nothing(criteria, opportunity_share, factor):
    scaled = [
        (metric, dimension, weight * factor if dimension == O else weight) for metric, dimension, weight in criteria
    ]
    expected = shares(*criteria, opportunity_share=opportunity_share)
    assert shares(*scaled, opportunity_share=opportunity_share) == pytest.approx(expected, abs=1e-12)


@few
@given(any_criteria(), opportunity_shares)
def test_shares_add_up_to_one_or_to_nothing(criteria, opportunity_share):
    found = shares(*criteria, opportunity_share=opportunity_share)
    assert all(0.0 <= share <= 1.0 for share in found)
    assert any(sum(found) == pytest.approx(whole, abs=1e-12) for whole in (0.0, 1.0))
