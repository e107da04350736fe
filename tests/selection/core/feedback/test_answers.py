"""What a participant may answer."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.selection.core.feedback.answers import Comparison, UnusableAnswer, from_comparisons, from_points

KEYS = ("fit", "spend", "growth")


def pointers(caught):
    return [(each.pointer, each.code) for each in caught.value.errors]


def test_points_become_shares_and_what_is_left_out_has_none():
    found = from_points({"growth": 25, "fit": 75}, KEYS)

    assert found.weights == (0.75, 0.0, 0.25)
    assert found.given == (75.0, 0.0, 25.0)
    assert found.priorities is None


@given(st.lists(st.floats(0, 100), min_size=1, max_size=200).filter(lambda each: sum(each) > 1e-3))
@settings(max_examples=50)
def test_points_that_add_up_are_taken_however_many_and_weights_add_up_to_one(parts):
    keys = [f"c{at}" for at in range(len(parts))]
    total = sum(parts)

    found = from_points({key: 100 * part / total for key, part in zip(keys, parts, strict=True)}, keys)

    assert sum(found.weights) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("off", [2e-6, -2e-6, 1.0])
def test_points_that_do_not_add_up_are_refused(off):
    with pytest.raises(UnusableAnswer) as caught:
        from_points({"fit": 60.0, "spend": 40.0 + off}, KEYS)

    assert pointers(caught) == [("/points", "wrong_sum")]


def test_a_sum_that_is_next_to_100_is_taken():
    assert sum(from_points({"fit": 60.0, "spend": 40.0 + 5e-7}, KEYS).weights) == pytest.approx(1.0, abs=1e-12)


def test_unknown_criteria_and_bad_points_are_named():
    with pytest.raises(UnusableAnswer) as caught:
        from_points({"gut/feeling~": 50, "fit": -1, "spend": float("nan")}, KEYS)

    assert pointers(caught) == [
        ("/points/gut~1feeling~0", "unknown_criterion"),
        ("/points/fit", "out_of_range"),
        ("/points/spend", "out_of_range"),
    ]


def test_a_pair_may_be_compared_in_either_direction():
    forth = [Comparison("fit", "spend", 3.0), Comparison("fit", "growth", 5.0), Comparison("spend", "growth", 2.0)]
    back = [Comparison("spend", "fit", 1 / 3), Comparison("growth", "fit", 0.2), Comparison("growth", "spend", 0.5)]

    assert from_comparisons(forth, KEYS).given == (3.0, 5.0, 2.0)
    assert from_comparisons(back[::-1], KEYS).weights == pytest.approx(from_comparisons(forth, KEYS).weights)


def test_missing_and_double_pairs_are_named():
    with pytest.raises(UnusableAnswer) as caught:
        from_comparisons([Comparison("fit", "spend", 3.0), Comparison("spend", "fit", 1.0)], KEYS)

    assert pointers(caught) == [
        ("/comparisons/1", "duplicate"),
        ("/comparisons", "missing_pair"),
        ("/comparisons", "missing_pair"),
    ]
    assert [each.message for each in caught.value.errors[1:]] == [
        "fit and growth are not compared",
        "spend and growth are not compared",
    ]


@pytest.mark.parametrize(
    ("comparison", "place", "code"),
    [
        (Comparison("fit", "luck", 1.0), "/comparisons/0/b", "unknown_criterion"),
        (Comparison("fit", "fit", 1.0), "/comparisons/0", "same_criterion"),
        (Comparison("fit", "spend", 9.5), "/comparisons/0/ratio", "out_of_range"),
        (Comparison("fit", "spend", 0.1), "/comparisons/0/ratio", "out_of_range"),
        (Comparison("fit", "spend", 0.0), "/comparisons/0/ratio", "out_of_range"),
        (Comparison("fit", "spend", -3.0), "/comparisons/0/ratio", "out_of_range"),
        (Comparison("fit", "spend", float("nan")), "/comparisons/0/ratio", "out_of_range"),
    ],
)
def test_a_comparison_that_cannot_be_is_named(comparison, place, code):
    with pytest.raises(UnusableAnswer) as caught:
        from_comparisons([comparison], KEYS)

    assert pointers(caught) == [(place, code)]


@pytest.mark.parametrize("ninth", [1 / 9, 0.1111, 0.111])
def test_a_ninth_may_have_been_rounded(ninth):
    assert from_comparisons([Comparison("fit", "spend", ninth)], KEYS[:2]).weights == pytest.approx(
        [0.1, 0.9], abs=1e-3
    )


def test_a_criterion_alone_needs_no_comparison_and_weighs_everything():
    assert from_comparisons([], KEYS[:1]).weights == (1.0,)
    assert from_points({"fit": 100}, KEYS[:1]).weights == (1.0,)


def test_at_most_twenty_missing_pairs_are_named():
    with pytest.raises(UnusableAnswer) as caught:
        from_comparisons([], [f"c{at}" for at in range(200)])

    assert len(caught.value.errors) == 20
    assert str(len(list(combinations(range(200), 2)))) in caught.value.detail
