"""Puts together what a portfolio comes to: whom it selects, at which tier, with whom, why others were left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from app.program.core.left_out import LeftOut, displaced, outside
from app.program.core.plan import Candidate, Plan
from app.program.core.problem import NOBODY, Problem, problem_of
from app.program.core.room import Room, nothing
from app.program.core.solving import Remaining, Solution, solved
from app.program.core.swaps import Swap, best_swap

Band = Literal["under", "within", "over"]
# Accounts per KAM: fewer than the first is under the band, more than the second over it.
BAND = (5, 10)


@dataclass(frozen=True, slots=True)
class Entry:
    """An account of the portfolio: its tier and KAM, or why it has none. worth: what it adds to the objective."""

    candidate: Candidate
    tier: str | None
    kam_user_id: UUID | None
    worth: float
    why: LeftOut | None


@dataclass(frozen=True, slots=True)
class Load:
    """What a KAM has: accounts, effort-weighted places, and what one place more would bring (None: not known)."""

    user_id: UUID
    accounts: int
    load: float
    capacity: float
    price: float | None

    @property
    def band(self) -> Band:
        """How the number of accounts stands to the usual band."""
        return band(self.accounts)


@dataclass(frozen=True, slots=True)
class Use:
    """How much of something is used, and what one unit more would bring (None: not known)."""

    kind: str
    name: str | None
    used: float
    available: float
    price: float | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """The best swap of one account for another."""

    out: UUID
    entering: UUID
    out_tier: str
    tier: str
    kam_user_id: UUID
    change: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole answer; entries by what they add, then those left out by composite."""

    solution: Solution
    entries: tuple[Entry, ...]
    loads: tuple[Load, ...]
    uses: tuple[Use, ...]
    swap: Exchange | None
    cost: Decimal
    blocked_musts: tuple[Entry, ...]

    @property
    def too_thin(self) -> bool:
        """Whether somebody has more accounts than can be cared for."""
        return any(load.accounts > BAND[1] for load in self.loads)


def band(accounts: int) -> Band:
    """Where a number of accounts per KAM stands: under 5, within 5 to 10, over 10."""
    if accounts < BAND[0]:
        return "under"
    return "over" if accounts > BAND[1] else "within"


def outcome(candidates: Sequence[Candidate], plan: Plan, remaining: Remaining) -> Outcome:
    """The best portfolio that is found while there is time, explained."""
    problem, inside = problem_of(candidates, plan)
    ids = {one.account_id for one in inside}
    out = [one for one in candidates if one.account_id not in ids]
    closed = [Entry(one, None, None, 0.0, outside(one, plan)) for one in out]
    impossible = tuple(entry for entry in closed if entry.candidate.account_id in plan.must)
    unsolved = Solution("infeasible", nothing(problem.accounts), 0.0, 0.0)
    solution = unsolved if impossible else solved(problem, remaining)
    entries = [*_entries(problem, inside, plan, solution), *closed]
    swap = best_swap(problem, solution.allotment)
    return Outcome(
        solution=solution,
        entries=tuple(sorted(entries, key=_place)),
        loads=tuple(_loads(problem, plan, solution)),
        uses=tuple(_uses(problem, solution)),
        swap=None if swap is None else _exchange(swap, inside, plan, solution),
        cost=sum((plan.tiers[at].cost for at in solution.allotment.tier if at != NOBODY), Decimal(0)),
        blocked_musts=impossible,
    )


def _place(entry: Entry) -> tuple[bool, float, float, int]:
    """Those selected first, by what they add; then the others by composite, those without one last."""
    composite = entry.candidate.composite
    return entry.tier is None, -entry.worth, 1.0 if composite is None else -composite, entry.candidate.account_id.int


def _entries(problem: Problem, inside: Sequence[Candidate], plan: Plan, solution: Solution) -> list[Entry]:
    tiers, kams = solution.allotment.tier, solution.allotment.kam
    if solution.status in {"infeasible", "undecided"}:
        return [Entry(one, None, None, 0.0, LeftOut("not_solved")) for one in inside]
    reasons: Mapping[int, LeftOut] = displaced(problem, plan, solution.allotment, solution.prices)
    return [
        Entry(
            one,
            None if at in reasons else plan.tiers[tiers[at]].name,
            None if at in reasons else plan.kams[kams[at]].user_id,
            0.0 if at in reasons else float(problem.composite[at] * problem.benefit[tiers[at]]),
            reasons.get(at),
        )
        for at, one in enumerate(inside)
    ]


def _loads(problem: Problem, plan: Plan, solution: Solution) -> list[Load]:
    room, prices = Room(problem, solution.allotment), solution.prices
    return [
        Load(
            kam.user_id,
            int(room.held[at]),
            float(room.load[at]),
            kam.capacity,
            None if prices is None else float(prices.kams[at]),
        )
        for at, kam in enumerate(plan.kams)
    ]


def _uses(problem: Problem, solution: Solution) -> list[Use]:
    room, prices = Room(problem, solution.allotment), solution.prices
    return [
        Use(
            limit.kind,
            limit.name,
            float(room.used[at]),
            limit.available,
            None if prices is None else float(prices.limits[at]),
        )
        for at, limit in enumerate(problem.limits)
    ]


def _exchange(swap: Swap, inside: Sequence[Candidate], plan: Plan, solution: Solution) -> Exchange:
    return Exchange(
        inside[swap.out].account_id,
        inside[swap.entering].account_id,
        plan.tiers[solution.allotment.tier[swap.out]].name,
        plan.tiers[swap.tier].name,
        plan.kams[swap.kam].user_id,
        swap.change,
    )
