"""Puts a backtest together: every figure of the accounts as of the day against their growth, and what it comes to."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.scoring.core.arrays import Matrix, Vector
from app.selection.core.backtest import ablation
from app.selection.core.backtest.association import FEWEST_TO_JUDGE, Association, association, lead_in_rho
from app.selection.core.backtest.holm import holm
from app.selection.core.backtest.resampling import Plan, interval, plan
from app.selection.core.backtest.verdicts import Interval, Judgement, judgement
from app.selection.core.score import Scores
from app.selection.core.standing import TIE_DECIMALS

# Baselines that are no metrics: what an account spent in the horizon's days before, and how much is known of it.
PAST_REVENUE = "past_revenue"
COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: per criterion its utilities, then the composite, then the baselines; each (accounts,).

    growth: NaN where an account has no outcome. without: by criterion, the composites that leave it out. Among the
    baselines is how much of the model's weight is known of each account, 0..1.
    """

    scores: Scores
    growth: Vector
    baselines: Mapping[str, Vector]
    without: Sequence[Vector]

    @property
    def figures(self) -> list[Vector]:
        """All columns, in the order named above."""
        return [*self.scores.utilities, self.composite, *self.baselines.values()]

    @property
    def composite(self) -> Vector:
        return ablation.composites(self.scores)


def case(scores: Scores, growth: Vector, baselines: Mapping[str, Vector]) -> Case:
    """A case out of the scores as of the day, the growth that followed, and plain figures to beat; all (accounts,)."""
    whole = {**baselines, COVERAGE: _coverage(scores)}
    return Case(scores, growth, whole, ablation.without_each(scores))


def _coverage(scores: Scores) -> Vector:
    coverage: Vector = np.round(scores.figures[2, 3], TIE_DECIMALS)
    return coverage


@dataclass(frozen=True, slots=True)
class Judged:
    """One figure: how it goes along with growth, how sure that is, and what may be said of it.

    p_holm: p adjusted over the criteria, or over the baselines; NaN for the composite, which is one. p_family: p
    adjusted over the criteria and the composite at once; for a baseline the same as p_holm. The verdict goes by it.
    """

    found: Association
    interval: Interval | None
    p_holm: float
    p_family: float
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Ablated:
    """The composite's correlation without a criterion, over the n accounts that have both composites.

    rho, rho_without: NaN where there is none; the difference is what the criterion adds.
    """

    n: int
    rho: float
    rho_without: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """A plain figure, judged as the composite is, and how far the composite's rho lies above its own.

    ahead: over the accounts of which both are known; NaN where either has no rho.
    """

    judged: Judged
    ahead: float


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What came of a backtest; criteria and ablation in the model's order, baselines by key."""

    criteria: Sequence[Judged]
    composite: Judged
    baselines: Mapping[str, Baseline]
    ablation: Sequence[Ablated]
    mean_coverage: float

    @property
    def enough(self) -> bool:
        """Whether enough accounts have both a composite and an outcome."""
        return self.composite.found.n >= FEWEST_TO_JUDGE


@dataclass(frozen=True, slots=True)
class Prepared:
    """A case with its correlations, and the resampling that is to be done; `rows`: of each column, -1 = none."""

    case: Case
    found: Sequence[Association]
    planned: Plan
    rows: Sequence[int]


def prepared(given: Case) -> Prepared:
    """Correlate every figure, and make ready to resample those that can be judged."""
    figures = given.figures
    found = [association(figure, given.growth) for figure in figures]
    numbers = iter(range(len(found)))
    rows = [next(numbers) if one.judged else -1 for one in found]
    chosen = [figure for figure, row in zip(figures, rows, strict=True) if row >= 0]
    return Prepared(given, found, plan(chosen, given.growth), rows)


def verdicts(ready: Prepared, rhos: Matrix) -> Verdicts:
    """Judge a prepared case by its resampled correlations, (columns to resample, resamples)."""
    intervals = [None if row < 0 else interval(rhos[row]) for row in ready.rows]
    p = np.array([one.p if one.judged else math.nan for one in ready.found])
    criteria = len(ready.case.without)
    model, baselines = slice(0, criteria + 1), slice(criteria + 1, None)
    p_holm, p_family = np.full(len(p), math.nan), np.empty(len(p))
    p_holm[:criteria] = holm(p[:criteria])
    p_holm[baselines] = p_family[baselines] = holm(p[baselines])
    p_family[model] = _of_family(p[model])
    judged = [
        Judged(found, middle, float(own), float(family), judgement(found, middle, float(family)))
        for found, middle, own, family in zip(ready.found, intervals, p_holm, p_family, strict=True)
    ]
    given = ready.case
    compared = zip(given.baselines.items(), judged[baselines], strict=True)
    return Verdicts(
        criteria=judged[:criteria],
        composite=judged[criteria],
        baselines={key: _baseline(given, one, figure) for (key, figure), one in compared},
        ablation=[Ablated(*lead_in_rho(given.composite, without, given.growth)) for without in given.without],
        mean_coverage=_mean(given.baselines[COVERAGE][~np.isnan(given.growth)]),
    )


def _of_family(p: Vector) -> Vector:
    """Adjusted p of all criteria and, last, of the composite, which has as much of the error as they have together."""
    tested = np.count_nonzero(~np.isnan(p[:-1]))
    return holm(p, np.append(np.ones(len(p) - 1), max(1.0, float(tested))))


def _baseline(given: Case, judged: Judged, figure: Vector) -> Baseline:
    _, own, theirs = lead_in_rho(given.composite, figure, given.growth)
    return Baseline(judged, own - theirs)


def _mean(values: Vector) -> float:
    return float(values.mean()) if len(values) else math.nan
