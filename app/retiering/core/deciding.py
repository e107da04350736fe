"""What a decision about a tier needs, who may approve it, and what may be done about it in which state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from app.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid
from app.retiering.core.recommendation import LESS, Decision, Grounds
from app.selection.core.model import EMERGING, STANDARD

State = Literal["proposed", "awaiting_approval", "decided", "withdrawn"]
Act = Literal["decide", "approve", "withdraw"]
KeepingReason = Literal[
    "fear_of_losing_the_customer", "relationship_of_an_executive", "expected_turnaround", "strategic_reference",
    "contract_in_force", "wrong_data", "other",
]  # fmt: skip
MOVES: Final[Mapping[State, tuple[Act, ...]]] = {
    "proposed": ("decide", "withdraw"),
    "awaiting_approval": ("approve", "withdraw"),
    "decided": (),
    "withdrawn": (),
}


class IllegalRetieringMove(Conflict):
    """The retiering cannot be moved so from where it stands."""


class UnusableRetieringDecision(Invalid):
    """The decision does not say what it needs to."""


class NoRequirementsOnFile(Conflict):
    """Nothing was agreed with the customer that it could have failed to meet."""


class SecondPersonNeeded(Forbidden):
    """Somebody else has to approve it: an executive, or a person of another function."""


class BeforeLastStep(Invalid):
    """What was done before lies after this day."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: what, to which tier, why, on which grounds less, and why it is kept where the rules would let go."""

    decision: Decision
    rationale: str
    to_tier: str | None = None
    grounds: Grounds | None = None
    conditions: str | None = None
    dissent: str | None = None
    keeping_reason: KeepingReason | None = None

    @property
    def less(self) -> bool:
        """Whether the account has less than before by it."""
        return self.decision in LESS


def check_move(state: State, act: Act) -> None:
    """Raises IllegalRetieringMove, naming what is legal."""
    if act not in MOVES[state]:
        raise IllegalRetieringMove(f"it is {state}; legal: {', '.join(MOVES[state]) or 'nothing any more'}")


def check_order(on: date, last: date) -> None:
    """Raises BeforeLastStep for a day before the step before."""
    if on < last:
        problem = FieldProblem("/on", "before_last_step", f"must not lie before {last}")
        raise BeforeLastStep(f"{on} lies before {last}", errors=[problem])


def check_decision(decided: Decided, *, from_tier: str | None, tier_names: Sequence[str], recommended: str) -> None:
    """Raises UnusableRetieringDecision unless the decision says all that it needs and nothing that does not go with it.

    A change of tier names a tier, above the present one for `uptier` and below for `downtier`. Who keeps an account
    that the rules would let go says why, by one of the known reasons.
    """
    problems = [
        *_tier_problems(decided, from_tier, tier_names),
        *_keeping_problems(decided, recommended),
        *_other_problems(decided),
    ]
    if problems:
        raise UnusableRetieringDecision("see errors", errors=problems)


def _tier_problems(decided: Decided, from_tier: str | None, names: Sequence[str]) -> list[FieldProblem]:
    to = decided.to_tier
    if decided.decision not in {"uptier", "downtier"}:
        return [] if to is None else [FieldProblem("/to_tier", "unexpected", "goes with uptier and downtier alone")]
    if to is None:
        return [FieldProblem("/to_tier", "missing", "is needed: the new tier")]
    if to not in names:
        return [FieldProblem("/to_tier", "unknown_tier", f"is none of {', '.join(names)}")]
    ranks = ranked(names)
    above = from_tier not in ranks or ranks[to] < ranks[from_tier]
    if from_tier in ranks and (to == from_tier or above != (decided.decision == "uptier")):
        side = "above" if decided.decision == "uptier" else "below"
        return [FieldProblem("/to_tier", "wrong_side", f"has to be {side} {from_tier}")]
    return []


def ranked(names: Sequence[str]) -> dict[str, int]:
    """The tiers from the highest (0) down; the emerging track stands between the rules' tiers and `standard`."""
    rules = [name for name in names if name not in {STANDARD, EMERGING}]
    return {name: rank for rank, name in enumerate([*rules, EMERGING, STANDARD])}


def _keeping_problems(decided: Decided, recommended: str) -> list[FieldProblem]:
    keeps = recommended in LESS and not decided.less
    if keeps and decided.keeping_reason is None:
        return [FieldProblem("/keeping_reason", "missing", f"is needed: the rules recommend {recommended}")]
    if not keeps and decided.keeping_reason is not None:
        return [FieldProblem("/keeping_reason", "unexpected", "is for keeping what the rules would let go")]
    return []


def _other_problems(decided: Decided) -> list[FieldProblem]:
    problems = []
    if decided.decision == "retain_with_conditions" and not decided.conditions:
        problems.append(FieldProblem("/conditions", "missing", "is needed: what the account has to do"))
    if not decided.less and decided.grounds is not None:
        problems.append(FieldProblem("/grounds", "unexpected", "goes with downtier and exit_program alone"))
    return problems


def check_on_file(decided: Decided, on_file: int) -> None:
    """Raises NoRequirementsOnFile where somebody would take from the account for what it never agreed to."""
    if decided.less and decided.grounds in {None, "performance"} and not on_file:
        raise NoRequirementsOnFile(
            "agree on expectations in a calibration first and review the account against them,"
            " or decide on other grounds"
        )


def check_approver(decider: tuple[UUID, str], approver: tuple[UUID, str]) -> None:
    """Raises SecondPersonNeeded unless the approver is somebody else, an executive or of another function."""
    (decider_id, decider_function), (approver_id, function) = decider, approver
    if approver_id == decider_id:
        raise SecondPersonNeeded("who decided cannot approve it too")
    if function != "executive" and function == decider_function:
        raise SecondPersonNeeded(f"the decision was made by {decider_function}; somebody of another function approves")
