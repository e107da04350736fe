"""How a review moves: rated blind, then joint, then closed; what may be done in which state, and by whom."""

from collections.abc import Mapping
from typing import Final, Literal

from app.kernel.errors import Conflict

State = Literal["rating", "joint", "closed", "abandoned"]
Act = Literal["add", "rate", "reveal", "unify", "vote", "object", "decide", "close", "abandon"]

# What may be done in each state, in the order in which it is usually done.
ACTS: Final[Mapping[State, tuple[Act, ...]]] = {
    "rating": ("add", "rate", "reveal", "abandon"),
    "joint": ("unify", "vote", "object", "decide", "close", "abandon"),
    "closed": (),
    "abandoned": (),
}
# The acts that move a review, and where to.
MOVES: Final[Mapping[Act, State]] = {"reveal": "joint", "close": "closed", "abandon": "abandoned"}


class WrongReviewState(Conflict):
    """The review is in a state in which this is not done."""


def state_after(state: State, act: Act) -> State:
    """The state of a review after an act in `state`; the same where the act does not move it.

    Raises WrongReviewState, naming what may be done instead.
    """
    if act not in ACTS[state]:
        legal = ", ".join(ACTS[state]) or "nothing"
        raise WrongReviewState(f"the review is {state}: {act} is not done then; legal: {legal}")
    return MOVES.get(act, state)
