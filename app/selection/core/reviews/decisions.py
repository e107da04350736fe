"""When a candidate may be decided on, and as what."""

from collections.abc import Collection, Sequence
from typing import Final, Literal
from uuid import UUID

from app.kernel.errors import Conflict, FieldProblem, Invalid

DecisionKind = Literal["select", "defer", "reject"]
FUNCTIONS_NEEDED: Final = 2


class NotReadyToDecide(Conflict):
    """The candidate cannot be decided on yet."""


class UnusableDecision(Invalid):
    """The decision cannot be recorded so."""


def lacking(functions_voted: Collection[str], *, agreed: bool) -> tuple[str, ...]:
    """What a decision still lacks, in words; empty when it may be made.

    A decision wants a rating that the joint session agreed on, and the votes of two functions at least: the account is
    the whole enterprise's, and one function's word is none of it.
    """
    found = [] if agreed else ["no rating was agreed on in the joint session"]
    voted = len(set(functions_voted))
    if voted < FUNCTIONS_NEEDED:
        found.append(f"{voted} of at least {FUNCTIONS_NEEDED} functions have voted")
    return tuple(found)


def refuse_unready(missing: Sequence[str], override_reason: str | None) -> None:
    """Raise NotReadyToDecide for what is missing, unless somebody gives a reason to decide all the same."""
    if missing and override_reason is None:
        raise NotReadyToDecide(f"{'; '.join(missing)}: do that first, or give an override_reason")


def refuse_unfit_tier(decision: DecisionKind, tier: str | None, names: Collection[str]) -> None:
    """Raise UnusableDecision unless a selection names one of the tiers, and any other decision names none."""
    problem = None
    if decision == "select" and tier is None:
        problem = FieldProblem("/tier", "missing", "is needed to select an account")
    elif decision == "select" and tier not in names:
        problem = FieldProblem("/tier", "unknown_tier", f"is none of {', '.join(names)}")
    elif decision != "select" and tier is not None:
        problem = FieldProblem("/tier", "unexpected", "comes with a selection alone")
    if problem is not None:
        raise UnusableDecision(problem.message, errors=[problem])


class AlreadyDecided(Conflict):
    """The account is decided on already; name the decision that this one is to follow."""


def followed(newest: UUID | None, *, here: bool, named: UUID | None) -> UUID | None:
    """The decision that a new one on the same account supersedes; None for the first one.

    newest: the account's newest decision. here: whether this review has decided on the account before. named: the one
    that the decider means to supersede. What earlier reviews decided is superseded without more; a review decides once,
    unless the decider names the newest decision. Raises AlreadyDecided otherwise, and where another one is named.
    """
    if named != newest and (named is not None or here):
        raise AlreadyDecided("there is none to follow" if newest is None else f"the newest is {newest}")
    return newest
