"""Why hygiene and health changed: parts by hand, and that they add up for any two judgements."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.health.core.changes import Kept, side_changes
from app.health.core.model import SIDES, HealthModel, Indicator
from app.health.core.score import score
from app.scoring.core.value_functions import Linear, Log, Logistic, Piecewise, Rating
from app.scoring.core.weighted_score import MISSING_POLICIES

FUNCTIONS = (Linear(0, 1), Linear(4, 1), Log(1, 1000), Logistic(2, 1.5), Piecewise(((0, 0), (2, 0.5))), Rating(5))


def an_indicator(key, side="health", weight=1.0, function=None):
    return Indicator(key, key, side, weight, function or Linear(0, 1))


THREE = HealthModel((an_indicator("g", "hygiene"), an_indicator("h"), an_indicator("h2", weight=3.0)))


def kept(model, **values):
    """What would be kept of an account, and its scores by side; what is not named is unknown."""
    known = [values.get(indicator.key) for indicator in model.indicators]
    matrix = np.array([[math.nan if value is None else value for value in known]], dtype=np.float64)
    found = score(model, matrix)
    utilities = [None if math.isnan(one) else float(one) for one in found.utilities[:, 0]]
    scores = {side: found.figures[at, 0, 0] for at, side in enumerate(SIDES)}
    return Kept(model, known, utilities), scores


def parts(before, after, side="health"):
    return [(part.kind, part.indicator, pytest.approx(part.delta)) for part in side_changes(before, after)[side].parts]


def test_nothing_changed():
    same, scores = kept(THREE, g=0.4, h=0.2, h2=0.6)

    for side, change in side_changes(same, same).items():
        assert (change.before, change.after) == pytest.approx((scores[side], scores[side]))
        assert change.delta == 0
        assert (change.parts, change.moved) == ((), ())


def test_each_value_that_changed_is_a_part_of_its_own_side():
    before, after = kept(THREE, g=0.4, h=0.2, h2=0.6)[0], kept(THREE, g=0.5, h=0.6, h2=0.4)[0]

    assert parts(before, after, "hygiene") == [("input", "g", 10)]
    # A quarter of 100 times 0.4, three quarters of 100 times -0.2.
    assert parts(before, after) == [("input", "h", 10), ("input", "h2", -15)]
    moved = side_changes(before, after)["health"].moved
    assert [(one.indicator.key, one.before, one.after) for one in moved] == [("h", 0.2, 0.6), ("h2", 0.6, 0.4)]


def test_what_became_known_or_unknown_is_told_apart():
    before, after = kept(THREE, h=0.4)[0], kept(THREE, h2=0.8)[0]

    # 40; with h2 beside it (40 + 3 * 80) / 4 = 70; without h 80.
    assert parts(before, after) == [("coverage", "h2", 30), ("coverage", "h", 10)]
    moved = side_changes(before, after)["health"].moved
    assert [(one.indicator.key, one.before, one.after) for one in moved] == [("h", 0.4, None), ("h2", None, 0.8)]


def test_the_models_change_is_told_apart_from_the_accounts():
    before, _ = kept(THREE, h=0.4, h2=0.8)
    even = replace(THREE, indicators=(*THREE.indicators[:2], an_indicator("h2", function=Linear(0, 2))))
    after, _ = kept(even, h=0.4, h2=0.8)

    # Shares from 1/4, 3/4 to 1/2, 1/2: first h rises, (20 + 60) / 1.25 = 64, then h2 falls, 60; h2 is worth 0.4: 40.
    assert parts(before, after) == [("weight", "h", -6), ("weight", "h2", -4), ("value_function", "h2", -20)]
    assert side_changes(before, after)["health"].moved == ()


def test_the_missing_policy_is_a_part_of_its_own():
    before, _ = kept(THREE, h=0.4)
    after, _ = kept(replace(THREE, missing_policy="pessimistic"), h=0.4)

    assert parts(before, after) == [("missing_policy", None, -30)]


def test_an_indicator_that_changes_sides_is_dropped_here_and_new_there():
    before, _ = kept(THREE, g=0.4, h=0.2, h2=0.6)
    over = replace(THREE, indicators=(*THREE.indicators[:2], an_indicator("h2", "hygiene")))
    after, _ = kept(over, g=0.4, h=0.2, h2=0.6)

    # 50; h alone would weigh all: (20 + 0.75 * 60) / 1.75; without h2 20.
    assert parts(before, after) == [("weight", "h", 65 / 1.75 - 50), ("weight", "h2", 20 - 65 / 1.75)]
    assert parts(before, after, "hygiene") == [
        ("weight", "h2", pytest.approx(20 / 3)),
        ("weight", "g", pytest.approx(10 / 3)),
    ]
    moved = side_changes(before, after)
    assert [(one.indicator.key, one.after) for one in moved["health"].moved] == [("h2", None)]
    assert [(one.indicator.key, one.before) for one in moved["hygiene"].moved] == [("h2", None)]


def test_without_a_score_on_both_days_there_is_no_difference_but_what_moved_is_told():
    before, after = kept(THREE, g=0.4)[0], kept(THREE, g=0.4, h=0.5)[0]

    change = side_changes(before, after)["health"]

    assert (change.before, change.after, change.delta, change.parts) == (None, 50, None, ())
    assert [(one.indicator.key, one.before, one.after) for one in change.moved] == [("h", None, 0.5)]


@st.composite
def judgements(draw):
    keys = draw(st.lists(st.sampled_from("abcde"), min_size=2, max_size=5, unique=True))
    sides = [*SIDES, *(draw(st.sampled_from(SIDES)) for _ in keys[2:])]
    weight, function = st.floats(0.1, 10), st.sampled_from(FUNCTIONS)
    indicators = tuple(
        an_indicator(key, side, draw(weight), draw(function)) for key, side in zip(keys, sides, strict=True)
    )
    model = HealthModel(indicators, missing_policy=draw(st.sampled_from(list(MISSING_POLICIES))))
    return kept(model, **{key: draw(st.none() | st.floats(1, 5)) for key in keys})


@settings(max_examples=40)
@given(judgements(), judgements())
def test_parts_add_up_to_the_difference_of_any_two_judgements(first, second):
    (before, was), (after, now) = first, second

    for side, change in side_changes(before, after).items():
        assert change.before == (None if math.isnan(was[side]) else pytest.approx(was[side], abs=1e-9))
        assert change.after == (None if math.isnan(now[side]) else pytest.approx(now[side], abs=1e-9))
        assert (change.delta is None) == (change.before is None or change.after is None)
        assert math.fsum(part.delta for part in change.parts) == pytest.approx(change.delta or 0, abs=1e-9)
