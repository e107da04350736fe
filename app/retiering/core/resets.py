"""How a customer is told that it gets less: which steps in which order, and how complete the framing is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal, get_args
from uuid import UUID

from app.kernel.errors import Conflict, FieldProblem, Invalid
from app.selection.core.lifecycle import IN_PROGRAM, State

StepKind = Literal["internal_brief", "executive_call", "kam_meeting", "written_summary", "resource_handover"]
ResetState = Literal["planned", "under_way", "complete", "cancelled"]
LIVE: Final[tuple[ResetState, ...]] = ("planned", "under_way")
# With one of these the customer hears of it; before, nothing is taken away.
CONVERSATIONS: Final[tuple[StepKind, ...]] = ("executive_call", "kam_meeting")
# Those that reach the customer, and so have to say what it gains.
FACING: Final[tuple[StepKind, ...]] = (*CONVERSATIONS, "written_summary", "resource_handover")
ORDER: Final[Mapping[StepKind, int]] = {kind: place for place, kind in enumerate(get_args(StepKind))}


class UnusableSteps(Invalid):
    """The steps cannot be carried out so."""


class IllegalResetMove(Conflict):
    """The relationship reset is in a state in which this is not done."""


class StepsInOrder(Conflict):
    """Something else comes before it."""


class StepDone(Conflict):
    """The step is done already."""


class ResetNotDone(Conflict):
    """The relationship reset is not done yet."""


class BeforeItWasPossible(Invalid):
    """It cannot have been done before what comes before it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A step as it is planned; gains: what the customer gains by it, where it is said."""

    kind: StepKind
    due_on: date
    gains: str | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Framing:
    """How complete the framing is: the share of `asked` that is said (0 to 1), and the names of what is not."""

    completeness: float
    missing: tuple[str, ...]


def check_steps(steps: Sequence[Planned]) -> None:
    """Raises UnusableSteps unless the steps come in their order, by kind and day, and hold a talk with the customer.

    A kind may come more than once, or not at all; of the executive's call and the KAM's meeting there is one at least.
    """
    problems = []
    for at, (before, after) in enumerate(pairwise(steps), start=1):
        if ORDER[after.kind] < ORDER[before.kind]:
            problems.append(FieldProblem(f"/steps/{at}/kind", "order", f"comes before {before.kind}"))
        if after.due_on < before.due_on:
            problems.append(FieldProblem(f"/steps/{at}/due_on", "order", "must not lie before the step before it"))
    if not any(step.kind in CONVERSATIONS for step in steps):
        problems.append(FieldProblem("/steps", "no_conversation", f"needs one of {', '.join(CONVERSATIONS)}"))
    if problems:
        raise UnusableSteps("internal brief, executive call, KAM meeting, written summary, handover", errors=problems)


def framing(said: Mapping[str, str], steps: Sequence[Planned]) -> Framing:
    """How complete what the customer is told is.

    said: what changes, why it fits the customer's goals, what it gains, and the way back, by name; blank is not said.
    Beside these each step that reaches the customer is to say what the customer gains by it, and one of them is the
    written summary. Source: the requirements of a reset communication plan (catalogue, RET-06).
    """
    asked = {name: bool(text.strip()) for name, text in said.items()}
    for place, step in enumerate(steps, start=1):
        if step.kind in FACING:
            asked[f"steps/{place}/customer_gains"] = bool((step.gains or "").strip())
    asked["written_summary"] = any(step.kind == "written_summary" for step in steps)
    missing = tuple(name for name, there in asked.items() if not there)
    return Framing(1 - len(missing) / len(asked), missing)


def state_on(day: date, steps: Sequence[Planned], completed_on: date | None, cancelled_on: date | None) -> ResetState:
    """The state of a reset at the end of a day on which it was planned already."""
    if completed_on is not None and completed_on <= day:
        return "complete"
    if cancelled_on is not None and cancelled_on <= day:
        return "cancelled"
    return "under_way" if any(step.done_on is not None and step.done_on <= day for step in steps) else "planned"


def check_live(state: ResetState) -> None:
    """Raises IllegalResetMove for a reset that is over."""
    if state not in LIVE:
        raise IllegalResetMove(f"it is {state}, and stays so")


def check_turn(steps: Sequence[Planned], place: int, on: date, opened_on: date) -> None:
    """Raises unless the step at a place (from 1) is the next, and was done on a day when it could be.

    StepsInOrder where it is done already, or one before it is not; BeforeItWasPossible for a day before the step before
    it was done, or before the reset was planned.
    """
    waiting = next((at for at, step in enumerate(steps, start=1) if step.done_on is None), None)
    if place != waiting:
        done = steps[place - 1].done_on
        raise StepsInOrder(f"it was done on {done}" if done else f"step {waiting} comes first")
    not_before([opened_on, *(step.done_on for step in steps if step.done_on)], on)


def not_before(days: Sequence[date], on: date, *, pointer: str = "/on") -> None:
    """Raises BeforeItWasPossible where a day lies before any of others."""
    earliest = max(days)
    if on < earliest:
        problem = FieldProblem(pointer, "order", f"must not lie before {earliest}")
        raise BeforeItWasPossible(f"{on} lies before {earliest}", errors=[problem])


def ways_on(state: State, *, stays: bool) -> tuple[State, ...]:
    """The states that an account goes through once its reset is complete, from the one in which it stands.

    stays: whether it stays in the program; then it is `retiered`, else on the way back, in `reselection`. An account
    that has left the program already, or is not in it, stays where it is.
    """
    if state not in IN_PROGRAM:
        return ()
    if state == "reset":
        return () if stays else ("reselection",)
    reviewed: tuple[State, ...] = () if state == "under_review" else ("under_review",)
    return (*reviewed, "retiered") if stays else (*reviewed, "reset", "reselection")


def unmapped(withdrawn: Mapping[UUID, tuple[float, float]], mapped: Sequence[UUID]) -> list[UUID]:
    """The resources of which the account gets less, and of which nobody said what takes their place."""
    return sorted(resource for resource, (had, has) in withdrawn.items() if has < had and resource not in set(mapped))


def check_done(steps: Sequence[Planned], open_resources: Sequence[str]) -> None:
    """Raises ResetNotDone, naming all that is open: steps, and withdrawn resources that are not mapped."""
    problems = [
        FieldProblem(f"/steps/{place}", "not_done", f"{step.kind} is not done")
        for place, step in enumerate(steps, start=1)
        if step.done_on is None
    ]
    problems += [
        FieldProblem("/realignment", "not_mapped", f"{name}: what takes its place, or why nothing does?")
        for name in open_resources
    ]
    if problems:
        raise ResetNotDone("; ".join(problem.message for problem in problems), errors=problems)
