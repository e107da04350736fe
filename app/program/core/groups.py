"""Groups of accounts that could change places: the same tiers are open to them, with the same KAM to keep."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.program.core.problem import NOBODY, Places, Problem


@dataclass(frozen=True, slots=True)
class Group:
    """members: positions by falling composite, equals by id. tiers: those open to them, by falling benefit."""

    members: Places
    tiers: Places
    home: int
    must: bool


def grouped(problem: Problem) -> tuple[Group, ...]:
    """Every account in its group; groups in the order of their first members."""
    alike: dict[tuple[bytes, int, bool], list[int]] = {}
    for account in range(problem.accounts):
        key = problem.open[account].tobytes(), int(problem.home[account]), bool(problem.must[account])
        alike.setdefault(key, []).append(account)
    by_benefit = np.argsort(-problem.benefit, kind="stable")
    return tuple(
        Group(
            members=np.array(sorted(members, key=lambda one: (-problem.composite[one], one)), dtype=np.int64),
            tiers=by_benefit[problem.open[members[0]][by_benefit]],
            home=home,
            must=must,
        )
        for (_, home, must), members in alike.items()
    )


def tiers_of(groups: Sequence[Group], counts: Places, accounts: int) -> Places:
    """Each account's tier, when so many of each group are at each of its tiers: the better ones have the better tiers.

    counts: group by group, by falling benefit. Between equals the lower id comes first. Returns (accounts,), NOBODY for
    those who are left over.
    """
    result = np.full(accounts, NOBODY)
    at = 0
    for group in groups:
        own = np.repeat(group.tiers, counts[at : at + len(group.tiers)])
        result[group.members[: len(own)]] = own[: len(group.members)]
        at += len(group.tiers)
    return result
