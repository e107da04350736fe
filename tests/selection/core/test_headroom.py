"""Headroom: what the composite gains if one criterion's utility rises to 1, checked by scoring again."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import read_inputs
from app.selection.core.headroom import headroom
from app.selection.core.score import score_kept, score_portfolio
from tests.selection.core.examples import close, criterion, few, models, pair, portfolios, scores


def test_a_worked_example():
    # Alignment weighs 3 and 1: raising a from 0.5 to 1 gains 0.5 * 100 * 3 / 4 * 0.5 points of the composite.
    two = (criterion("o", "opportunity"), criterion("a", "alignment", 3), criterion("a2", "alignment", 1))
    room = headroom(scores(pair(criteria=two), {"o": 1, "a": 0.5, "a2": 0}))
    assert room[:, 0].tolist() == [0, 18.75, 12.5]


@few
@given(st.data())
def test_headroom_is_what_scoring_again_gains(data):
    model = data.draw(models())
    inputs = read_inputs(data.draw(portfolios(model)), model.columns)
    result = score_portfolio(model, inputs.matrix)
    room = headroom(result)
    assert (room[~np.isnan(room)] >= 0).all()
    scored = ~np.isnan(result.composite)
    for at in range(len(model.criteria)):
        utilities = result.utilities.copy()
        utilities[at] = 1
        gained = score_kept(model, inputs.matrix, utilities.T).composite - result.composite
        assert close(room[at][scored], gained[scored])


def test_without_a_score_there_is_no_headroom():
    room = headroom(scores(pair(), {"o": 0.5}))
    assert room[0, 0] == 25
    assert np.isnan(room[1, 0])
