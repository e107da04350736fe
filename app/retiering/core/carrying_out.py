"""Where a decision about a tier leads an account in the program at once; what takes from it waits for the reset."""

from typing import Final

from app.retiering.core.recommendation import Decision
from app.selection.core.lifecycle import State

REVIEWED_FROM: Final[tuple[State, ...]] = ("selected", "retiered")


def step_at_decision(decision: Decision, state: State) -> State | None:
    """What an account under review becomes by a decision; None: it stays where it is.

    Whoever keeps it brings it back, a higher tier is given at once. A lower one waits for the talk with the customer,
    during which the account stays under review with all that it has; one that is to leave the program goes into the
    reset, where it keeps its tier and resources until then, too.
    """
    if state != "under_review":
        return None
    ways: dict[Decision, State | None] = {"uptier": "retiered", "downtier": None, "exit_program": "reset"}
    return ways.get(decision, "selected")
