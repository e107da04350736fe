"""Where an account may stand in the program, and what it takes to move on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, get_args

from app.kernel.errors import Conflict, FieldProblem, Invalid
from app.selection.core.model import EMERGING
from app.tenancy.core.organization import Track, TrackRule

State = Literal[
    "prospect", "candidate", "shortlisted", "calibrated", "selected", "under_review", "retiered", "reset",
    "reselection", "exited",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
FIRST: State = "prospect"

# What an account may become, from what it is. Nothing on the way up is skipped; on the way down the customer is told
# before anything is taken away, which is what `reset` stands for.
MOVES: Mapping[State, tuple[State, ...]] = {
    "prospect": ("candidate",),
    "candidate": ("shortlisted", "prospect"),
    "shortlisted": ("calibrated", "candidate"),
    "calibrated": ("selected", "shortlisted"),
    "selected": ("under_review",),
    "under_review": ("selected", "retiered", "reset"),
    "retiered": ("under_review",),
    "reset": ("reselection", "exited"),
    "reselection": ("selected", "exited"),
    "exited": ("candidate",),
}
# Those who have a tier, and what it brings.
IN_PROGRAM: tuple[State, ...] = ("selected", "under_review", "retiered", "reset")
# From here `selected` is a promotion into key status, which somebody has to decide.
PROMOTED_FROM: tuple[State, ...] = ("calibrated", "reselection")


class IllegalLifecycleMove(Conflict):
    """The account cannot move there from where it stands."""


class DecisionNeeded(Conflict):
    """Nobody has decided to select the account."""


class MovedLater(Invalid):
    """The account moved on a later day already."""


class TierNotMeant(Invalid):
    """The tier does not go with this move."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands: its state, its track, its tier while it is in the program, and its next review."""

    state: State
    track: Track
    tier: str | None
    review_due_on: date | None

    @property
    def legal_moves(self) -> tuple[State, ...]:
        return MOVES[self.state]

    def overdue(self, today: date) -> bool:
        """Whether its review should have been by now."""
        return self.review_due_on is not None and self.review_due_on < today


START = Standing(FIRST, "standard", None, None)


def moved(
    standing: Standing,
    to: State,
    *,
    tier: str | None,
    decided_tier: str | None,
    on: date,
    tracks: Mapping[Track, TrackRule],
) -> Standing:
    """The standing after a move.

    tier: asked for by who moves it; needed with `retiered`, where it has to differ, and allowed nowhere else.
    decided_tier: of a decision to select the account that has not been acted on; needed for a promotion into key status
    (`selected` from `calibrated` or `reselection`), and then the tier. on: the day of the move. tracks: how often each
    is reviewed.
    An account selected as `emerging` is on the high-potential track, any other on the standard one. A move to
    `selected` or `retiered` sets the next review; leaving the program takes tier and review away.
    Raises IllegalLifecycleMove naming the legal moves, DecisionNeeded, TierNotMeant.
    """
    if to not in standing.legal_moves:
        raise IllegalLifecycleMove(f"it is {standing.state}; it may become: {', '.join(standing.legal_moves)}")
    promoted = to == "selected" and standing.state in PROMOTED_FROM
    if promoted and decided_tier is None:
        raise DecisionNeeded("record a decision to select it in a review first; each decision is acted on once")
    _check_tier(standing, to, tier)
    if to not in IN_PROGRAM:
        return replace(START, state=to)
    now_tier = decided_tier if promoted else tier or standing.tier
    track: Track = "high_potential" if now_tier == EMERGING else "standard"
    reviewed = to in {"selected", "retiered"}
    due = on + timedelta(days=tracks[track].review_days) if reviewed else standing.review_due_on
    return Standing(to, track, now_tier, due)


def check_day(on: date, last_on: date | None) -> None:
    """Raises MovedLater for a day before that of the move before; None: there was none."""
    if last_on is not None and on < last_on:
        problem = FieldProblem("/on", "before_last_move", f"must not lie before {last_on}")
        raise MovedLater(f"its last move was on {last_on}", errors=[problem])


def _check_tier(standing: Standing, to: State, tier: str | None) -> None:
    if to != "retiered" and tier is not None:
        raise _not_meant("unexpected", "comes with retiered alone; a selection has the tier that was decided")
    if to == "retiered" and tier in {None, standing.tier}:
        raise _not_meant("missing" if tier is None else "unchanged", f"must name another tier than {standing.tier}")


def _not_meant(code: str, message: str) -> TierNotMeant:
    return TierNotMeant(message, errors=[FieldProblem("/tier", code, message)])
