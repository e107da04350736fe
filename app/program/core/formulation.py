"""The portfolio as a linear program, whole-numbered where it has to be.

Accounts to whom the same tiers are open, with the same home, differ by their composites alone: how many of them are at
each tier says all, since the better ones then have the better tiers. So with its tiers ordered by benefit b1 >= b2 >= …
a group of accounts is worth the sum of (bj - bj+1) * S(Nj), where Nj of them are at the first j tiers and S(N) is the
sum of the N highest composites: concave, so a linear program fills it up from the highest by itself.

Columns: `filling`, the accounts by falling composite (equals together) for each group and tier; then g, how many of a
group each tier has; then n, how many accounts each tier has; then z, how many of them each KAM has (tier by tier). Only
n and z have to be whole: once they are, what is left is a flow whose best solution is whole by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy

from app.program.core.groups import Group, grouped
from app.program.core.problem import NOBODY, Flags, Places, Problem, Vector

# A rounding of places holds for every allotment whatever it rounds by; these are the parts that are tried.
_PARTS = (1, 2, 3)
_CAPACITIES = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the program: low <= matrix @ columns <= high, and what they stand for."""

    name: str
    matrix: Any
    low: Vector
    high: Vector


@dataclass(frozen=True, slots=True)
class Formulation:
    """A program that maximizes `gain` over columns from 0 to `most`.

    group, tier: (pairs,), what each column of g stands for, group by group, by falling benefit. fillings: how many
    columns stand before those of g. whole: (columns,), which have to be whole numbers.
    """

    problem: Problem
    groups: tuple[Group, ...]
    group: Places
    tier: Places
    fillings: int
    gain: Vector
    most: Vector
    whole: Flags
    rows: tuple[Rows, ...]

    @property
    def width(self) -> int:
        return len(self.gain)

    @property
    def pairs(self) -> Places:
        """The columns of g."""
        return self.fillings + np.arange(len(self.group))

    @property
    def totals(self) -> Places:
        """The columns of n, tier by tier."""
        return self.fillings + len(self.group) + np.arange(self.problem.tiers)

    @property
    def shares(self) -> Places:
        """The columns of z: (tiers, kams)."""
        first = self.fillings + len(self.group) + self.problem.tiers
        return first + np.arange(self.problem.tiers * self.problem.kams).reshape(self.problem.tiers, -1)

    def with_rows(self, rows: Iterable[Rows]) -> "Formulation":
        """The same with more rows."""
        return replace(self, rows=(*self.rows, *rows))


def formulation(problem: Problem) -> Formulation:
    """The program of the problem. Its gain is scaled so that the highest benefit is 1."""
    groups = grouped(problem)
    group = np.repeat(np.arange(len(groups)), [len(one.tiers) for one in groups])
    tier = np.concatenate([one.tiers for one in groups]) if groups else np.zeros(0, dtype=np.int64)
    filled = _filled(problem, groups)
    fillings, tiers, kams = len(filled.gain), problem.tiers, problem.kams
    rest = len(group) + tiers + tiers * kams
    made = Formulation(
        problem=problem,
        groups=groups,
        group=group,
        tier=tier,
        fillings=fillings,
        gain=np.concatenate([filled.gain, np.zeros(rest)]),
        most=np.concatenate([filled.most, np.full(rest, np.inf)]),
        whole=np.arange(fillings + rest) >= fillings + len(group),
        rows=(),
    )
    rows = (_fills(made, filled.pair), _sizes(made), _totals(made), _shares(made))
    return made.with_rows([*rows, *_homes(made), _kams(made), *_limits(made)])


@dataclass(frozen=True, slots=True)
class _Filled:
    """Columns of filling: the pair of each, what one account is worth there, how many equals it holds."""

    pair: Places
    gain: Vector
    most: Vector


def _filled(problem: Problem, groups: Iterable[Group]) -> _Filled:
    pairs, gains, mosts = [], [], []
    at, highest = 0, float(problem.benefit.max(initial=0.0)) or 1.0
    for group in groups:
        benefits = problem.benefit[group.tiers] / highest
        steps = benefits - np.append(benefits[1:], 0.0)
        composites, counts = np.unique(problem.composite[group.members], return_counts=True)
        for step in steps:
            if step > 0.0:
                pairs.append(np.full(len(composites), at))
                gains.append(step * composites)
                mosts.append(counts.astype(np.float64))
            at += 1
    if not pairs:
        return _Filled(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    return _Filled(np.concatenate(pairs), np.concatenate(gains), np.concatenate(mosts))


def _matrix(made: Formulation, values: Vector, rows: Places, columns: Places, height: int) -> Any:
    return scipy.sparse.csr_array((values, (rows, columns)), shape=(height, made.width))


def _fills(made: Formulation, pair: Places) -> Rows:
    """The accounts of a group at its first j tiers are those that are filled in."""
    wanted, row = np.unique(pair, return_inverse=True)
    values, rows, columns = [np.ones(made.fillings)], [row], [np.arange(made.fillings)]
    for at, one in enumerate(wanted):
        upto = np.flatnonzero(made.group[: one + 1] == made.group[one])
        values.append(-np.ones(len(upto)))
        rows.append(np.full(len(upto), at))
        columns.append(made.pairs[upto])
    matrix = _matrix(made, np.concatenate(values), np.concatenate(rows), np.concatenate(columns), len(wanted))
    return Rows("fills", matrix, np.zeros(len(wanted)), np.zeros(len(wanted)))


def _sizes(made: Formulation) -> Rows:
    """A group has so many accounts; all of them are selected where they have to be."""
    matrix = _matrix(made, np.ones(len(made.group)), made.group, made.pairs, len(made.groups))
    size = np.array([float(len(one.members)) for one in made.groups])
    must = np.array([one.must for one in made.groups], dtype=np.bool_)
    return Rows("sizes", matrix, np.where(must, size, -np.inf), size)


def _totals(made: Formulation) -> Rows:
    """Of each tier, n is the sum of g."""
    tiers = made.problem.tiers
    values = np.concatenate([np.ones(len(made.tier)), -np.ones(tiers)])
    rows = np.concatenate([made.tier, np.arange(tiers)])
    matrix = _matrix(made, values, rows, np.concatenate([made.pairs, made.totals]), tiers)
    return Rows("totals", matrix, np.zeros(tiers), np.zeros(tiers))


def _shares(made: Formulation) -> Rows:
    """Of each tier, n is the sum of z."""
    tiers, kams = made.problem.tiers, made.problem.kams
    values = np.concatenate([np.ones(tiers), -np.ones(tiers * kams)])
    rows = np.concatenate([np.arange(tiers), np.repeat(np.arange(tiers), kams)])
    matrix = _matrix(made, values, rows, np.concatenate([made.totals, made.shares.ravel()]), tiers)
    return Rows("shares", matrix, np.zeros(tiers), np.zeros(tiers))


def _homes(made: Formulation) -> Iterable[Rows]:
    """A KAM has at least those accounts of a tier that have to stay."""
    home = np.array([one.home for one in made.groups], dtype=np.int64)[made.group]
    staying = np.flatnonzero(home != NOBODY)
    if not len(staying):
        return
    cells, row = np.unique(made.shares[made.tier[staying], home[staying]], return_inverse=True)
    values = np.concatenate([np.ones(len(staying)), -np.ones(len(cells))])
    rows = np.concatenate([row, np.arange(len(cells))])
    matrix = _matrix(made, values, rows, np.concatenate([made.pairs[staying], cells]), len(cells))
    yield Rows("homes", matrix, np.full(len(cells), -np.inf), np.zeros(len(cells)))


def effort_scale(problem: Problem) -> float:
    """What the rows of KAMs are divided by."""
    return float(problem.effort.max(initial=0.0)) or 1.0


def _kams(made: Formulation) -> Rows:
    """No KAM has more effort than places."""
    problem, scale = made.problem, effort_scale(made.problem)
    values = np.repeat(problem.effort / scale, problem.kams)
    rows = np.tile(np.arange(problem.kams), problem.tiers)
    matrix = _matrix(made, values, rows, made.shares.ravel(), problem.kams)
    return Rows("kam_capacity", matrix, np.full(problem.kams, -np.inf), problem.capacity / scale)


def _limits(made: Formulation) -> Iterable[Rows]:
    """No limit is exceeded; each row is divided by what one account takes at most."""
    limits = made.problem.limits
    if limits:
        taken = np.array([limit.per_account / limit.scale for limit in limits])
        high = np.array([limit.available / limit.scale for limit in limits])
        yield Rows("limits", _on_totals(made, taken), np.full(len(limits), -np.inf), high)


def _on_totals(made: Formulation, taken: Vector) -> Any:
    """Rows (height, tiers) on n."""
    height, tiers = taken.shape
    rows = np.repeat(np.arange(height), tiers)
    return _matrix(made, taken.ravel(), rows, np.tile(made.totals, height), height)


def roundings(made: Formulation) -> Rows:
    """Rows that every whole allotment keeps and fractions need not: they bring the bound down.

    With f(x) = floor(x / s) for any s > 0: a KAM whose accounts take e1 + e2 + … <= C has f(e1) + f(e2) + … <= f(C), as
    floors add up to no more than the floor of the sum. Summed over the KAMs it bounds n.
    """
    problem = made.problem
    capacities = np.unique(problem.capacity)[:_CAPACITIES]
    sizes = np.concatenate([problem.effort, capacities])
    sizes = np.unique(np.round(np.concatenate([sizes[sizes > 0.0] / part for part in _PARTS]), 9))
    taken = np.floor(problem.effort[None, :] / sizes[:, None] + 1e-9)
    # What is summed up may differ in its last digits: the side that is bounded is read more generously.
    given = np.floor(problem.capacity[None, :] / sizes[:, None] + 1e-6).sum(axis=1)
    return Rows("roundings", _on_totals(made, taken), np.full(len(sizes), -np.inf), given)
