"""How far accounts are from other quadrants: by hand, and that the change that is told really flips them."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.value_functions import Linear
from app.selection.core.quadrant_flips import NONE, quadrant_flips
from app.selection.core.tiering import QUADRANTS
from tests.selection.core.examples import criterion, few, models, pair, portfolios, scores

THREE = pair(criteria=(criterion("o", "opportunity"), criterion("o2", "opportunity", 3.0), criterion("a", "alignment")))


def test_a_flip_by_hand():
    # Opportunity (0.4 + 3 * 0.6) / 4 = 55, 5 short of 60: o2 alone needs 0.05 / 0.75 more. Alignment 90, 30 above.
    result = quadrant_flips(scores(THREE, {"o": 0.4, "o2": 0.6, "a": 0.9}))

    assert result.margins[:, 0] == pytest.approx([-5, 30])
    assert result.criterion.tolist() == [1]
    assert result.utility == pytest.approx([0.6 + 0.05 / 0.75])
    assert QUADRANTS[result.quadrant[0]] == "invest"


def test_one_that_is_high_may_flip_by_falling():
    result = quadrant_flips(scores(pair(), {"o": 0.65, "a": 0.2}))

    assert (result.criterion.tolist(), QUADRANTS[result.quadrant[0]]) == ([0], "serve")
    assert result.utility == pytest.approx([0.6])


def test_where_no_single_change_is_enough_there_is_no_flip():
    strict = replace(THREE, quadrant_thresholds=replace(THREE.quadrant_thresholds, opportunity=0.0, alignment=0.0))

    # Both thresholds at 0: nothing falls below, and all is high already.
    assert quadrant_flips(scores(strict, {"o": 0.5, "o2": 0.5, "a": 0.5})).criterion.tolist() == [NONE]


@pytest.mark.parametrize("account", [{}, {"o": 0.5}])
def test_without_a_quadrant_there_is_no_flip_and_the_margin_that_is_known(account):
    result = quadrant_flips(scores(pair(), account))

    assert result.criterion.tolist() == [NONE]
    assert result.quadrant.tolist() == [-1]
    assert math.isnan(result.margins[1, 0])


@few
@given(st.data())
def test_the_told_change_flips_the_account_and_half_of_it_does_not(data):
    model = data.draw(models(functions=(Linear(0, 1),)))
    accounts = [
        {key: None if value is None else min(max(value, 0.0), 1.0) for key, value in one.items() if key[0] in "oa"}
        for one in data.draw(portfolios(model))
    ]
    before = scores(model, *accounts)
    flips = quadrant_flips(before)
    for at, account in enumerate(accounts):
        if flips.criterion[at] == NONE:
            continue
        metric = model.criteria[flips.criterion[at]].metric
        step = flips.utility[at] - account[metric]
        high = flips.margins[0 if metric[0] == "o" else 1, at] >= -1e-9
        just_beyond = float(np.clip(flips.utility[at] + (-1e-7 if high else 1e-7), 0, 1))
        beyond = scores(model, {**account, metric: just_beyond})
        halfway = scores(model, {**account, metric: account[metric] + step / 2})
        assert beyond.quadrant[0] == flips.quadrant[at]
        if abs(step) > 1e-6:
            assert halfway.quadrant[0] == before.quadrant[at]
