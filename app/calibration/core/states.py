"""The states of a calibration, in their order, and the moves between them that are legal."""

from collections.abc import Sequence
from typing import Final, Literal

from app.kernel.errors import Conflict

State = Literal["exploring", "assessing", "aligning", "investing", "active", "superseded", "ended"]
Step = Literal["exploring", "assessing", "aligning", "investing"]
Trigger = Literal["period_elapsed", "owner_changed", "tier_changed", "expectations_missed", "other"]
MoveKind = Literal["started", "advanced", "went_back", "revealed", "agreed", "ended"]
STEPS: Final[tuple[Step, ...]] = ("exploring", "assessing", "aligning", "investing")
CLOSED: Final[tuple[State, ...]] = ("superseded", "ended")
START: Final[Step] = "exploring"
ACTIVE: Final[State] = "active"


class NotInStep(Conflict):
    """The calibration is not in the step for this."""


class IllegalCalibrationMove(Conflict):
    """The calibration cannot take this move from where it stands."""


def check_in(state: State, wanted: Sequence[State]) -> None:
    """Raises NotInStep, naming where the calibration stands, unless its state is one of `wanted`."""
    if state not in wanted:
        raise NotInStep(f"it is {state}; this is for {' or '.join(wanted)}")


def legal_moves(state: State, *, revealed: bool = False) -> tuple[State, ...]:
    """What a calibration in this state may become, the next step first.

    In progress: the next step, or `active` after the last; what `may_go_back_to` names; `ended`. An active one is
    ended, or superseded by the next that becomes active. A closed one stays as it is.
    """
    if state in CLOSED:
        return ()
    if state == ACTIVE:
        return ("superseded", "ended")
    return (following(state), *may_go_back_to(state, revealed=revealed), "ended")


def following(state: State) -> State:
    """The state after a step: the next step, or `active` after the last.

    Raises IllegalCalibrationMove where the state is no step.
    """
    order: tuple[State, ...] = (*STEPS, ACTIVE)
    if state not in STEPS:
        raise IllegalCalibrationMove(_names(state, legal_moves(state)))
    return order[order.index(state) + 1]


def may_go_back_to(state: State, *, revealed: bool = False) -> tuple[Step, ...]:
    """The steps that a calibration may go back to, in their order: those before the one that it is in.

    revealed: whether both submissions were revealed; then the parties may explore anew from `exploring`, too. What is
    active or closed does not go back.
    """
    if state not in STEPS:
        return ()
    anew: tuple[Step, ...] = (START,) if revealed and state == START else ()
    return (*STEPS[: STEPS.index(state)], *anew)


def check_back(state: State, to: Step, *, revealed: bool) -> None:
    """Raises IllegalCalibrationMove, naming what is legal, unless a calibration may go back so."""
    legal = may_go_back_to(state, revealed=revealed)
    if to not in legal:
        raise IllegalCalibrationMove(_names(state, legal, "may go back to"))


def reopened_by(to: Step) -> tuple[Step, ...]:
    """The steps whose records do not count any more once the parties go back to `to`: those after it."""
    return STEPS[STEPS.index(to) + 1 :]


def _names(state: State, legal: Sequence[str], may: str = "may become") -> str:
    return f"it is {state}, and {may}: {', '.join(legal) or 'nothing'}"
