"""How a commitment moves: asked for, answered, carried out; what may be done in which state."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, get_args

from app.kernel.errors import Conflict, FieldProblem, Invalid

State = Literal["requested", "countered", "accepted", "declined", "withdrawn", "delivered", "missed"]
Act = Literal[
    "accept", "decline", "counter", "accept_counter", "withdraw", "schedule", "deliver", "confirm", "miss"
]  # fmt: skip
STATES: Final[tuple[State, ...]] = get_args(State)
FIRST: Final[State] = "requested"

# What may be done in each state, and where it leads.
MOVES: Final[Mapping[State, Mapping[Act, State]]] = {
    "requested": {"accept": "accepted", "decline": "declined", "counter": "countered", "withdraw": "withdrawn"},
    "countered": {"accept_counter": "accepted", "withdraw": "withdrawn"},
    "accepted": {"schedule": "accepted", "deliver": "delivered", "miss": "missed", "withdraw": "withdrawn"},
    "delivered": {"confirm": "delivered"},
    "declined": {},
    "withdrawn": {},
    "missed": {},
}
# Those that end without a delivery.
CLOSED: Final[tuple[State, ...]] = ("declined", "withdrawn", "missed")
# Those that take of a resource's capacity.
TAKING: Final[tuple[State, ...]] = ("accepted", "delivered")


class IllegalCommitmentMove(Conflict):
    """The commitment is in a state in which this is not done."""


class BeforeLastMove(Invalid):
    """It cannot have been done before what was done last."""


def legal_acts(state: State, *, confirmed: bool = False) -> tuple[Act, ...]:
    """What may be done in `state`, in the order in which it is usually done; a delivery is confirmed once."""
    return tuple(act for act in MOVES[state] if not (confirmed and act == "confirm"))


def state_after(state: State, act: Act, *, confirmed: bool = False) -> State:
    """The state of a commitment after an act in `state`.

    confirmed: whether who asked for it has confirmed the delivery already.
    Raises IllegalCommitmentMove naming what may be done instead.
    """
    legal = legal_acts(state, confirmed=confirmed)
    if act not in legal:
        instead = ", ".join(legal) or "nothing"
        raise IllegalCommitmentMove(f"it is {state}: {act} is not done then; legal: {instead}")
    return MOVES[state][act]


def check_day(on: date, last_on: date) -> None:
    """Raise BeforeLastMove where a move is said to be of a day before the move that came before it."""
    if on < last_on:
        problem = FieldProblem("/on", "before_last_move", f"must not lie before {last_on}, the day of the last move")
        raise BeforeLastMove(f"/on {problem.message}", errors=[problem])
