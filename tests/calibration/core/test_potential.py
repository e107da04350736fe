"""Potential and asymmetry: figures worked out by hand, bounds, and what moves them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calibration.core.potential import Pair, alignment, leans

IMPORTANCE = st.integers(0, 5)
PAIRS = st.lists(st.builds(Pair, IMPORTANCE, IMPORTANCE), min_size=1, max_size=8)
NAMED = PAIRS.filter(lambda pairs: any(pair.supplier or pair.customer for pair in pairs))


def found_of(pairs):
    """The figures, which have to be known."""
    found = alignment(pairs)
    assert found is not None
    return found


def test_four_themes_worked_out_by_hand():
    # min: 3 + 4 + 0 + 0 = 7; max: 5 + 4 + 2 + 3 = 14; s - c: 2 + 0 + 2 - 3 = 1; named by both 8 + 8 of 21 in all
    found = found_of([Pair(5, 3), Pair(4, 4), Pair(2, 0), Pair(0, 3)])
    assert found.potential == 50
    assert found.overlap == 0.5
    assert found.asymmetry == pytest.approx(1 / 14)
    assert found.joint_share == pytest.approx(16 / 21)
    assert [part.potential for part in found.parts] == pytest.approx([300 / 14, 400 / 14, 0, 0])
    assert [part.asymmetry for part in found.parts] == pytest.approx([2 / 14, 0, 2 / 14, -3 / 14])


@pytest.mark.parametrize("pairs", [[], [Pair(0, 0)]])
def test_nothing_named_is_unknown_and_not_zero(pairs):
    assert alignment(pairs) is None


def test_who_wants_alone_leans_all_the_way_to_their_side():
    assert [found_of([pair]).asymmetry for pair in (Pair(5, 0), Pair(0, 2), Pair(3, 3))] == [1, -1, 0]
    assert [Pair(5, 0).kind, Pair(0, 2).kind, Pair(3, 1).kind] == ["supplier_only", "customer_only", "matched"]


def test_the_partnership_leans_only_beyond_the_limit():
    assert [leans(figure) for figure in (None, 0.35, -0.35, 0.36, -0.36)] == [False, False, False, True, True]


@given(NAMED)
@settings(max_examples=50)
def test_figures_stay_in_their_bounds_and_their_parts_add_up(pairs):
    found = found_of(pairs)
    assert 0 <= found.potential <= 100
    assert -1 <= found.asymmetry <= 1
    assert 0 <= found.joint_share <= 1
    assert sum(part.potential for part in found.parts) == pytest.approx(found.potential)
    assert sum(part.asymmetry for part in found.parts) == pytest.approx(found.asymmetry)


@given(NAMED, st.integers(2, 9))
@settings(max_examples=50)
def test_sides_may_change_places_and_the_scale_may_stretch(pairs, factor):
    found = found_of(pairs)
    swapped = found_of([Pair(pair.customer, pair.supplier) for pair in pairs])
    stretched = found_of([Pair(pair.supplier * factor, pair.customer * factor) for pair in pairs])
    assert swapped.potential == found.potential == pytest.approx(stretched.potential)
    assert swapped.asymmetry == -found.asymmetry == pytest.approx(-stretched.asymmetry)


@given(NAMED, st.data())
@settings(max_examples=50)
def test_what_both_want_more_equally_never_lowers_the_potential(pairs, data):
    at = data.draw(st.integers(0, len(pairs) - 1))
    low, high = sorted((pairs[at].supplier, pairs[at].customer))
    closer = [*pairs[:at], Pair(high, data.draw(st.integers(low, high))), *pairs[at + 1 :]]
    assert found_of(closer).potential >= found_of(pairs).potential
