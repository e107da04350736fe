"""Hands programs to HiGHS and reads what it found: allotments, bounds, prices."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy  # its parts are loaded where they are first used: they take seconds

from app.program.core.formulation import Formulation, effort_scale
from app.program.core.groups import tiers_of
from app.program.core.problem import Flags, Places, Vector

_INFEASIBLE: Final = 2
_FRACTION: Final = 1e-4
_CROWD: Final = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a whole-numbered program.

    tier: (accounts,), or None where nothing was found. shares: (tiers, kams), how many accounts of a tier each KAM has.
    bound: no allotment is worth more; infinite where none was reached. impossible: it is proven that there is none.
    """

    tier: Places | None
    shares: Places | None
    bound: float
    impossible: bool


@dataclass(frozen=True, slots=True)
class Prices:
    """What one unit more would bring, at the margin, where accounts could be divided; never below 0.

    kams: per place of each. limits: per unit of each. bound: the relaxation's worth, which no allotment exceeds.
    tier: (accounts,), whom the relaxation selects undivided; NOBODY elsewhere.
    """

    kams: Vector
    limits: Vector
    bound: float
    tier: Places


def best(made: Formulation, seconds: float) -> Found:
    """The best whole allotment that is found within the time."""
    problem = made.problem
    answer = _milp(made, made.whole, np.zeros(made.width), _bounded(made), seconds)
    scale = float(problem.benefit.max(initial=0.0))
    dual: float | None = answer.mip_dual_bound
    bound = np.inf if dual is None or not np.isfinite(dual) else -float(dual) * scale
    if answer.x is None:
        return Found(None, None, bound, impossible=answer.status == _INFEASIBLE)
    shares = np.round(answer.x[made.shares]).astype(np.int64)
    counts = _counts(made, answer.x, seconds)
    return Found(tiers_of(made.groups, counts, problem.accounts), shares, bound, impossible=False)


def least_loss(made: Formulation, seconds: float) -> float | None:
    """What the best solution falls short of gaining nothing, for a program that can only lose; None without one."""
    answer = _milp(made, made.whole, np.zeros(made.width), _bounded(made), seconds)
    return None if answer.x is None else max(0.0, float(answer.fun))


def _bounded(made: Formulation) -> Vector:
    """The most that columns can be; without it HiGHS may take the impossible for the endless."""
    return np.where(made.whole, np.minimum(made.most, float(made.problem.accounts)), made.most)


def _milp(made: Formulation, whole: Flags, least: Vector, most: Vector, seconds: float) -> Any:
    return scipy.optimize.milp(
        -made.gain,
        integrality=whole.astype(np.int64),
        bounds=scipy.optimize.Bounds(least, most),
        constraints=[scipy.optimize.LinearConstraint(rows.matrix, rows.low, rows.high) for rows in made.rows],
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0, "presolve": not _crowded(made)},
    )


def _crowded(made: Formulation) -> bool:
    """Whether many columns are alike but for their gain: presolve would spend its time on comparing them in pairs."""
    return made.fillings > _CROWD * len(made.group)


def _counts(made: Formulation, x: Vector, seconds: float) -> Places:
    """How many accounts of each group each tier has."""
    counts = x[made.pairs]
    if np.abs(counts - np.round(counts)).max(initial=0.0) > _FRACTION:
        # Between equals the solver may divide accounts; with the totals settled, a whole solution is worth as much.
        settled = np.where(made.whole, np.round(x), 0.0)
        most = np.where(made.whole, settled, made.most)
        whole = np.zeros(made.width, dtype=np.bool_)
        whole[made.pairs] = True
        again = _milp(made, whole, settled, most, seconds)
        counts = np.floor(counts + _FRACTION) if again.x is None else again.x[made.pairs]
    return np.round(counts).astype(np.int64)


def prices(made: Formulation, seconds: float) -> Prices | None:
    """The prices of the program's relaxation; None where it was not solved within the time.

    Where a capacity stands at a corner, one unit more and one unit less are worth different amounts; the price is one
    between them.
    """
    matrix = scipy.sparse.vstack([rows.matrix for rows in made.rows]).tocsr()
    low, high = (np.concatenate([getattr(rows, side) for rows in made.rows]) for side in ("low", "high"))
    equal = low == high
    linprog: Any = scipy.optimize.linprog  # the stubs know of no sparse matrices, which it takes
    answer = linprog(
        -made.gain,
        A_ub=matrix[~equal],
        b_ub=high[~equal],
        A_eq=matrix[equal],
        b_eq=high[equal],
        bounds=np.stack([np.zeros(made.width), made.most], axis=1),
        method="highs",
        options={"time_limit": max(seconds, 0.01)},
    )
    if answer.status != 0:
        return None
    scale = float(made.problem.benefit.max(initial=0.0))
    per_row = np.zeros(len(low))
    per_row[~equal] = -answer.ineqlin.marginals * scale
    by_name = _by_name(made, np.maximum(per_row, 0.0))
    limits = by_name.get("limits", np.zeros(0))
    scales = np.array([limit.scale for limit in made.problem.limits])
    return Prices(
        kams=by_name["kam_capacity"] / effort_scale(made.problem),
        limits=limits / scales,
        bound=-float(answer.fun) * scale,
        tier=tiers_of(made.groups, np.floor(answer.x[made.pairs] + _FRACTION).astype(np.int64), made.problem.accounts),
    )


def _by_name(made: Formulation, values: Vector) -> dict[str, Vector]:
    """The values of rows, by their names."""
    found, at = {}, 0
    for rows in made.rows:
        found[rows.name] = values[at : at + len(rows.low)]
        at += len(rows.low)
    return found
