"""Decides which KAM has which account, once it is settled how many accounts there are at each tier."""

import numpy as np
from numpy.typing import NDArray

from app.program.core.problem import NOBODY, Places, Problem
from app.program.core.room import Allotment, Room, nothing


def handed_out(problem: Problem, tier: Places, shares: NDArray[np.int64] | None) -> Allotment | None:
    """Each account's KAM: the one that it has where there is room, evenly otherwise; None where it does not work out.

    shares: (tiers, kams), a way that surely works; it is taken where even hands leave somebody without a place.
    """
    ways = [_evenly(problem, tier, keeping=True), _evenly(problem, tier, keeping=False)]
    if shares is not None:
        ways.append(_by_shares(problem, tier, shares))
    for kam in ways:
        made = Allotment(tier, kam)
        if (kam[tier >= 0] != NOBODY).all() and Room(problem, made).kept:
            return made
    return None


def as_far_as_it_goes(problem: Problem, tier: Places) -> Allotment:
    """The same without those for whom no KAM has a place; the limits are for `tier` to keep."""
    kam = _evenly(problem, tier, keeping=False)
    return Allotment(np.where(kam == NOBODY, NOBODY, tier), kam)


def _evenly(problem: Problem, tier: Places, *, keeping: bool) -> Places:
    """The most effort first, each to the least loaded; those who have to stay before all, then those who may."""
    kam = nothing(problem.accounts).kam
    room = Room(problem, nothing(problem.accounts))
    chosen = [int(one) for one in np.flatnonzero(tier >= 0)]
    preferred = problem.present if keeping else problem.home
    chosen.sort(
        key=lambda one: (
            problem.home[one] == NOBODY,
            preferred[one] == NOBODY,
            -problem.effort[tier[one]],
            -problem.composite[one],
            one,
        )
    )
    waiting = []
    for one in chosen:
        at, wish = int(tier[one]), int(preferred[one])
        found = NOBODY if wish == NOBODY else room.kam_for(at, wish)
        if found == NOBODY:
            waiting.append(one)
        else:
            room.give(at, found)
            kam[one] = found
    waiting.sort(key=lambda one: (-problem.effort[tier[one]], -problem.composite[one], one))
    for one in waiting:
        found = room.kam_for(int(tier[one]), int(problem.home[one]))
        if found != NOBODY:
            room.give(int(tier[one]), found)
            kam[one] = found
    return kam


def _by_shares(problem: Problem, tier: Places, shares: NDArray[np.int64]) -> Places:
    kam = nothing(problem.accounts).kam
    left = shares.copy()
    for wishes in (problem.home, problem.present):
        for one in np.flatnonzero((tier >= 0) & (wishes >= 0) & (kam == NOBODY)):
            if left[tier[one], wishes[one]] > 0:
                kam[one] = wishes[one]
                left[tier[one], wishes[one]] -= 1
    for at in range(problem.tiers):
        waiting = np.flatnonzero((tier == at) & (kam == NOBODY))
        free = np.repeat(np.arange(problem.kams), np.maximum(left[at], 0))
        kam[waiting[: len(free)]] = free[: len(waiting)]
    return kam
