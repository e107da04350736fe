"""An allotment without a solver: the best account first, at the best tier that there is still room for."""

import numpy as np

from app.program.core.problem import NOBODY, Problem, Vector
from app.program.core.room import Allotment, Room


def extended(problem: Problem, before: Allotment) -> Allotment:
    """`before` with everybody added for whom there is room, in two ways; the one that is worth more.

    Best composite first, at the tier of the highest benefit; or of the highest benefit per place. Accounts worth
    nothing are not added. Never worth less than `before`, and keeps every limit that `before` keeps.
    """
    by_benefit = problem.benefit
    by_place = problem.benefit / np.maximum(problem.effort, 1e-9)
    ways = [_extended(problem, before, preference) for preference in (by_benefit, by_place)]
    return max(ways, key=lambda way: problem.worth(way.tier))


def _extended(problem: Problem, before: Allotment, preference: Vector) -> Allotment:
    room = Room(problem, before)
    tiers, kams = before.tier.copy(), before.kam.copy()
    preferred = np.argsort(-preference, kind="stable")
    full: set[tuple[int, int]] = set()  # what has no room now has none later
    for account in np.argsort(-problem.composite, kind="stable"):
        if tiers[account] != NOBODY or problem.composite[account] <= 0.0:
            continue
        home = int(problem.home[account])
        for tier in preferred[problem.open[account][preferred]]:
            if (int(tier), home) in full:
                continue
            kam = NOBODY if room.short(int(tier)).any() else room.kam_for(int(tier), home)
            if kam != NOBODY:
                room.give(int(tier), kam)
                tiers[account], kams[account] = tier, kam
                break
            full.add((int(tier), home))
    return Allotment(tiers, kams)
