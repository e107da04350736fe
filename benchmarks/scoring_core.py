"""B1: what scoring and explaining a million accounts costs, beside reading and writing alone and other libraries.

Run alone with `python -m benchmarks.scoring_core`. All runs are interleaved in one process, each on one thread; figures
are medians of processor seconds, so that what else the machine does meanwhile does not count.

The other libraries get ready-made utilities, and give a weighted sum alone: no value function, nothing unknown, no
contribution, bound or tier. pymcdm is called as its documentation calls it; nearly all of its time is its check of the
matrix row by row. With `validation=False` its bare sum takes about half of what scoring and explaining takes here.
"""

import statistics
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
from pymcdm.methods import WSM  # type: ignore[import-untyped]  # ships no types
from skcriteria import mkdm  # type: ignore[import-untyped]  # ships no types
from skcriteria.agg.simple import WeightedSumModel  # type: ignore[import-untyped]  # ships no types

from app.scoring.core.arrays import Matrix, Vector
from app.scoring.core.value_functions import (
    Boolean,
    Categories,
    Linear,
    Log,
    Logistic,
    Percentile,
    Piecewise,
    Rating,
    ValueFunction,
)
from app.selection.core.model import Criterion, Gate, SelectionModel
from app.selection.core.score import Scores, score_portfolio

ACCOUNTS = 1_000_000
REPETITIONS = 5
QUICK_RUNS = 3  # as many repetitions of what takes a tenth of a second, which memory touched first makes restless
SLOW_SHARE = 5  # of what takes ten seconds a million, and twice as long for twice as many, one in so many is enough
GOAL = 4.0
SEED = 20171231

# Every kind of value function, four of them twice: twelve criteria.
FUNCTIONS: tuple[ValueFunction, ...] = (
    Rating(),
    Linear(0.0, 5.0),
    Linear(120.0, 30.0),
    Log(1_000.0, 1_000_000.0),
    Logistic(0.3, 8.0),
    Piecewise(((0.0, 0.0), (100_000.0, 0.5), (1_000_000.0, 1.0))),
    Percentile(),
    Boolean(),
    Categories(("red", "amber", "green"), (0.0, 0.5, 1.0)),
    Rating(),
    Logistic(-0.1, -20.0),
    Piecewise(((-1.0, 0.2), (0.0, 0.5), (0.5, 0.9), (1.0, 1.0))),
)


def model() -> SelectionModel:
    criteria = tuple(
        Criterion(f"c{at}", f"c{at}", "opportunity" if at < 6 else "alignment", float(5 + at), function)
        for at, function in enumerate(FUNCTIONS)
    )
    return SelectionModel(criteria, gates=(Gate("revenue_ltm", "emerging", at_least=50_000.0),))


def matrix(accounts: int, unknown_share: float) -> Matrix:
    """Values for `model`, (accounts, columns) with contiguous columns as `inputs` makes them."""
    random = np.random.default_rng(SEED)
    money = random.lognormal(11.0, 1.5, (4, accounts))
    rows = (
        random.uniform(1.0, 5.0, accounts),
        random.integers(0, 6, accounts).astype(float),
        random.uniform(0.0, 200.0, accounts),
        money[0],
        random.uniform(0.0, 1.0, accounts),
        money[1],
        money[2],
        random.integers(0, 2, accounts).astype(float),
        random.integers(0, 3, accounts).astype(float),
        random.uniform(1.0, 5.0, accounts),
        random.normal(0.0, 0.1, accounts),
        random.uniform(-1.5, 1.5, accounts),
        money[3],
    )
    columns = np.stack(rows)
    columns[random.random(columns.shape) < unknown_share] = np.nan
    return columns.T


def read_and_write(columns: Matrix, like: Scores) -> list[object]:
    """Read the matrix once and write arrays of the very shapes and types that scoring returns; compute nothing."""
    rows = columns.T
    criteria = len(like.model.criteria)
    utilities = rows[:criteria].copy()
    contributions = rows[:criteria].copy()
    figures, points = np.empty_like(like.figures), np.empty_like(like.points)
    figures.reshape(-1, figures.shape[-1])[:] = rows[:criteria]
    points[:] = rows[:2]
    small = [np.full_like(array, 1) for array in (like.quadrant, like.tier, like.provisional, like.gates)]
    return [utilities, contributions, figures, points, *small]


def figures(accounts: int = ACCOUNTS, repetitions: int = REPETITIONS) -> list[dict[str, object]]:
    """The rows of B1: figure, ours, baseline (median processor seconds), ratio, goal, ok."""
    chosen = model()
    whole, holed = matrix(accounts, 0.0), matrix(accounts, 0.1)
    part = matrix(accounts // SLOW_SHARE, 0.0)
    like = score_portfolio(chosen, whole)
    criteria = len(chosen.criteria)
    weights = np.array([criterion.weight for criterion in chosen.criteria])
    weights /= weights.sum()
    ready = np.ascontiguousarray(like.utilities.T)
    kinds = np.ones(criteria, dtype=int)
    decision = mkdm(ready, list(kinds), weights=weights)
    sum_of_pymcdm, sum_of_skcriteria = WSM(_as_it_is), WeightedSumModel()
    runs: dict[str, Callable[[], object]] = {
        "ours": lambda: score_portfolio(chosen, whole),
        "ours, 10 % unknown": lambda: score_portfolio(chosen, holed),
        "read and write": lambda: read_and_write(whole, like),
    }
    slow: dict[str, Callable[[], object]] = {
        "ours, a part": lambda: score_portfolio(chosen, part),
        "pymcdm, a part": lambda: sum_of_pymcdm(ready[: accounts // SLOW_SHARE], weights, kinds),
        "scikit-criteria": lambda: sum_of_skcriteria.evaluate(decision),
    }
    seconds = {**timed(runs, QUICK_RUNS * repetitions), **timed(slow, repetitions)}
    size = f"{accounts:,} accounts x {criteria} criteria"
    return [
        row(f"B1 scoring core, {size}, beside reading and writing alone", seconds, "ours", "read and write", GOAL),
        row("B1 the same, 10 % of values unknown", seconds, "ours, 10 % unknown", "read and write", GOAL),
        row(f"B1 one in {SLOW_SHARE}, beside pymcdm's weighted sum", seconds, "ours, a part", "pymcdm, a part", 1.0),
        row("B1 the same, beside scikit-criteria's weighted sum", seconds, "ours", "scikit-criteria", 1.0),
    ]


def _as_it_is(column: Vector, cost: bool = False) -> Vector:  # noqa: ARG001, FBT001, FBT002 - pymcdm's protocol
    """The normalization of a column that is a utility already."""
    return column


def timed(runs: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, float]:
    """The median processor seconds of each run; warmed up once, then interleaved."""
    for run in runs.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, run in runs.items():
            start = time.process_time()
            run()
            seconds[name].append(time.process_time() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def row(figure: str, seconds: Mapping[str, float], ours: str, baseline: str, goal: float) -> dict[str, object]:
    ratio = seconds[ours] / seconds[baseline]
    return {
        "figure": figure,
        "ours": seconds[ours],
        "baseline": seconds[baseline],
        "ratio": ratio,
        "goal": goal,
        "ok": ratio <= goal,
    }


if __name__ == "__main__":
    for line in figures():
        sys.stdout.write(
            f"{line['figure']}: {line['ours']:.3f} s, {line['baseline']:.3f} s, "
            f"ratio {line['ratio']:.2f}, goal {line['goal']}, {'ok' if line['ok'] else 'MISSED'}\n"
        )
