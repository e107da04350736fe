"""The recommended level: the grid, its thresholds, the cap, and what changes nothing."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calibration.core import levels
from app.calibration.core.levels import LEVELS, grid, is_above, level_of, needs_tested_assumptions

FIGURE = st.floats(0, 100)
BALANCE = st.floats(-1, 1)


def recommended(potential, compatibility, asymmetry):
    """What is recommended where both figures are known."""
    found = levels.recommended(potential, compatibility, asymmetry)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("potential", "compatibility", "level"),
    [
        (0, 0, "transactional"),
        (39.9999, 100, "transactional"),
        (40, 100, "preferred"),
        (100, 59.9999, "preferred"),
        (60, 60, "strategic"),
        (79.9999, 95, "strategic"),
        (80, 80, "integrated"),
        (100, 100, "integrated"),
    ],
)
def test_the_lower_figure_decides_at_forty_sixty_and_eighty(potential, compatibility, level):
    found = recommended(potential, compatibility, 0)

    assert (found.level, found.of_grid) == (level, level)


@given(FIGURE, FIGURE, FIGURE, FIGURE, BALANCE)
@settings(max_examples=60)
def test_more_of_either_never_recommends_less(potential, compatibility, more, even_more, asymmetry):
    lower = recommended(potential, compatibility, asymmetry).level
    higher = recommended(max(potential, more), max(compatibility, even_more), asymmetry).level

    assert not is_above(lower, higher)


@given(FIGURE, FIGURE, BALANCE)
@settings(max_examples=60)
def test_it_does_not_matter_which_side_or_which_figure_is_ahead(potential, compatibility, asymmetry):
    found = recommended(potential, compatibility, asymmetry).level

    assert found == recommended(compatibility, potential, -asymmetry).level
    assert found in LEVELS


def test_an_asymmetry_beyond_the_limit_caps_at_preferred_and_says_so():
    allowed, capped, theirs = (recommended(90, 90, asymmetry) for asymmetry in (0.35, 0.3501, -0.36))

    assert (allowed.level, allowed.reasons) == ("integrated", ())
    assert [(one.level, one.of_grid) for one in (capped, theirs)] == [("preferred", "integrated")] * 2
    assert [reason.code for reason in capped.reasons] == ["asymmetry_caps"]
    assert "the supplier" in capped.reasons[0].message
    assert "the customer" in theirs.reasons[0].message
    assert recommended(30, 90, 0.9).level == "transactional"


def test_it_says_what_holds_the_level_down():
    codes = [[reason.code for reason in recommended(*figures, 0).reasons] for figures in ((50, 90), (90, 70), (50, 45))]

    assert codes == [["potential_limits"], ["compatibility_limits"], ["both_limit"]]


def test_nothing_is_recommended_on_half_of_the_figures_but_without_the_asymmetry():
    assert levels.recommended(None, 90, 0) is None
    assert levels.recommended(90, None, 0) is None
    assert recommended(90, 90, None).level == "integrated"


def test_the_grid_that_is_shown_is_the_one_that_decides():
    band = {"transactional": 20, "preferred": 50, "strategic": 70, "integrated": 90}

    shown = {(row, column): level for row, levels in grid() for column, level in zip(LEVELS, levels, strict=True)}

    assert shown == {
        (row, column): recommended(band[row], band[column], 0).level for row, column in product(LEVELS, LEVELS)
    }
    assert [level_of(band[level]) for level in LEVELS] == list(LEVELS)


def test_levels_above_preferred_wait_for_assumptions_to_be_tested():
    assert [needs_tested_assumptions(level) for level in LEVELS] == [False, False, True, True]
