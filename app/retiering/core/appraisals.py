"""How appraisals and the actions of their plans move, and what has to be so before one is closed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal, get_args

from app.kernel.errors import Conflict, FieldProblem, Invalid
from app.retiering.core.findings import Findings

AppraisalState = Literal["open", "action_plan", "reevaluation", "closed"]
Outcome = Literal["met", "improved", "decided", "unfounded"]
Diagnosis = Literal["unable", "unwilling"]
ActionState = Literal["offered", "agreed", "in_progress", "done", "failed"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)

# A customer may turn an offer down, and what was agreed may come to nothing before it began: both are failures.
ACTION_MOVES: Final[Mapping[ActionState, tuple[ActionState, ...]]] = {
    "offered": ("agreed", "failed"),
    "agreed": ("in_progress", "failed"),
    "in_progress": ("done", "failed"),
    "done": (),
    "failed": (),
}
ENDED: Final[tuple[ActionState, ...]] = ("done", "failed")


class AppraisalClosed(Conflict):
    """The appraisal is closed."""


class IllegalAppraisalActionMove(Conflict):
    """The action does not go there from where it stands."""


class OutcomeNotSo(Conflict):
    """The outcome is not what is on record."""


class UnusableAppraisal(Invalid):
    """The appraisal cannot be so."""


class UnusableAppraisalAction(Invalid):
    """The action cannot be so."""


def check_live(state: AppraisalState) -> None:
    """Raise AppraisalClosed where nothing may change any more."""
    if state == "closed":
        raise AppraisalClosed("what was found and done stays as it is; open another")


def check_action_move(state: ActionState, to: ActionState) -> None:
    """Raise IllegalAppraisalActionMove, naming the legal moves, unless an action may go from one state to another."""
    legal = ACTION_MOVES[state]
    if to not in legal:
        raise IllegalAppraisalActionMove(f"it is {state}; legal: {', '.join(legal) or 'nothing'}")


def check_day(day: date, earliest: date, what: str, *, pointer: str = "/on") -> None:
    """Raise UnusableAppraisal, with the pointer, where a day lies before that of what it follows."""
    if day < earliest:
        problem = FieldProblem(pointer, "too_early", f"must not lie before {earliest}, {what}")
        raise UnusableAppraisal(f"{pointer} {problem.message}", errors=[problem])


def check_outcome(outcome: Outcome, findings: Findings, actions: Sequence[ActionState], *, decided: bool) -> None:
    """Raise OutcomeNotSo unless the record bears an outcome out.

    `met`: nothing on file is missed on the day. `met`, `improved`: no action is under way. `decided`: a retiering was
    decided since it was opened. `unfounded` needs nothing.
    """
    under_way = sum(state not in ENDED for state in actions)
    missed = findings.counted("missed")
    if outcome == "decided" and not decided:
        raise OutcomeNotSo("no retiering of the account was decided since it was opened")
    if outcome in {"met", "improved"} and under_way:
        raise OutcomeNotSo(f"actions that are neither done nor failed: {under_way}")
    if outcome == "met" and missed:
        raise OutcomeNotSo(f"requirements that are missed: {missed}")
