"""How a review moves, and what is refused where."""

from typing import get_args

import pytest

from app.selection.core.reviews.states import ACTS, Act, State, WrongReviewState, state_after

WAYS = {
    ("rating", "add"): "rating",
    ("rating", "rate"): "rating",
    ("rating", "reveal"): "joint",
    ("rating", "abandon"): "abandoned",
    ("joint", "unify"): "joint",
    ("joint", "vote"): "joint",
    ("joint", "object"): "joint",
    ("joint", "decide"): "joint",
    ("joint", "close"): "closed",
    ("joint", "abandon"): "abandoned",
}


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("act", get_args(Act))
def test_every_act_is_done_in_its_states_and_refused_in_all_others(state, act):
    if (state, act) in WAYS:
        assert state_after(state, act) == WAYS[state, act]
    else:
        with pytest.raises(WrongReviewState) as refused:
            state_after(state, act)
        assert all(legal in refused.value.detail for legal in ACTS[state] or ("nothing",))
