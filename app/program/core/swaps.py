"""Finds the best exchange of one account that is selected for one that is not."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.program.core.problem import NOBODY, Problem, Vector
from app.program.core.room import Allotment, Room


@dataclass(frozen=True, slots=True)
class Swap:
    """`out` leaves its tier and KAM, `entering` comes at `tier` with `kam` (all positions).

    change: what it adds to the objective; below 0 where it costs something.
    """

    out: int
    entering: int
    tier: int
    kam: int
    change: float


def best_swap(problem: Problem, allotment: Allotment) -> Swap | None:
    """The exchange of one for one that adds most and breaks nothing; where none adds anything, the least costly.

    Whoever has to be selected is not exchanged, and nobody else's tier or KAM changes. None where nobody is selected,
    or nobody could come in. Among equals: the lowest ids go out and come in.
    """
    return max(_swaps(problem, allotment), key=lambda swap: swap.change, default=None)


def _swaps(problem: Problem, allotment: Allotment) -> Iterator[Swap]:
    """Those that can be the best: of each tier, and each KAM's of each tier, the least worth goes out."""
    room = Room(problem, allotment)
    entering = list(_entering(problem, allotment))
    seen: set[int] = set()
    for out in _leaving(problem, allotment):
        before, from_kam = int(allotment.tier[out]), int(allotment.kam[out])
        freed = room.without(before, from_kam)
        least = before not in seen
        seen.add(before)
        for tier, home, account in entering:
            # To somebody else's home only the tier's room matters, which the tier's least account leaves as well.
            if home not in {NOBODY, from_kam} and not least:
                continue
            if freed.short(tier).any():
                continue
            kam = freed.kam_for(tier, home)
            if kam != NOBODY:
                change = problem.composite[account] * problem.benefit[tier]
                change -= problem.composite[out] * problem.benefit[before]
                yield Swap(out, account, tier, kam, float(change))


def _leaving(problem: Problem, allotment: Allotment) -> Iterator[int]:
    """Of each tier and KAM the account with the least composite."""
    chosen = np.flatnonzero((allotment.tier >= 0) & ~problem.must)
    seen: set[tuple[int, int]] = set()
    for account in chosen[np.argsort(problem.composite[chosen], kind="stable")]:
        cell = int(allotment.tier[account]), int(allotment.kam[account])
        if cell not in seen:
            seen.add(cell)
            yield int(account)


def _entering(problem: Problem, allotment: Allotment) -> Iterator[tuple[int, int, int]]:
    """Of those left out the one with the highest composite, for each tier and home: tier, home, account."""
    outside = np.flatnonzero(allotment.tier < 0)
    ranked = outside[np.argsort(-problem.composite[outside], kind="stable")]
    seen: set[tuple[int, int]] = set()
    for account in ranked:
        home = int(problem.home[account])
        for tier in np.flatnonzero(problem.open[account]):
            if (int(tier), home) not in seen:
                seen.add((int(tier), home))
                yield int(tier), home, int(account)


def to_enter(problem: Problem, allotment: Allotment) -> Vector:
    """The composite above which each account would take the place of another one at the same tier; NaN where none.

    (accounts,), for those left out alone. It is the least over the tiers that are open to it of the least composite
    that is selected there; an account that has a home takes it from accounts of that home only.
    """
    needed = np.full(problem.accounts, np.nan)
    least: dict[tuple[int, int], float] = {}
    for account in np.flatnonzero((allotment.tier >= 0) & ~problem.must):
        tier, kam, composite = int(allotment.tier[account]), int(allotment.kam[account]), problem.composite[account]
        for cell in ((tier, kam), (tier, NOBODY)):
            least[cell] = min(float(composite), least.get(cell, np.inf))
    for account in np.flatnonzero(allotment.tier < 0):
        home = int(problem.home[account])
        found = [least[int(tier), home] for tier in np.flatnonzero(problem.open[account]) if (int(tier), home) in least]
        if found:
            needed[account] = min(found)
    return needed
