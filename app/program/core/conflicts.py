"""Finds what keeps those who have to be selected from being selected: a smallest set of rules that clash."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy

from app.program.core.formulation import Formulation, Rows, effort_scale, formulation
from app.program.core.highs import best, least_loss
from app.program.core.problem import NOBODY, Problem

Rule = Literal["kam_capacity", "keep_kams", "resource", "budget", "tier_maximum"]
_KAMS = ("kam_capacity", None)
_HOMES = ("keep_kams", None)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A rule without which, all others kept, the selection would come nearer to being possible.

    lacking: by how much it would have to be loosened for those who have to be selected, the other rules as they are (of
    KAMs' capacities: places in all); None where that alone is not enough, and for keep_kams, which has no amount.
    """

    rule: Rule
    name: str | None
    lacking: float | None


def conflicts(problem: Problem, remaining: Callable[[], float]) -> Iterator[Conflict]:
    """A smallest set of rules that cannot all be kept for the accounts of `problem`, all of whom must be selected.

    Found by leaving out one rule after the other for as long as it stays impossible (the deletion filter; Chinneck,
    Feasibility and Infeasibility in Optimization, 2008). Each of the set is needed: without any one, the rest of the
    set can be kept. What is undecided for want of time counts as possible.
    """
    kept = list(_rules(problem))
    for candidate in tuple(kept):
        fewer = [one for one in kept if one != candidate]
        if _impossible(_with(problem, fewer), remaining()):
            kept = fewer
    for rule, name in kept:
        yield Conflict(rule, name, _lacking(problem, (rule, name), remaining()))


def _rules(problem: Problem) -> Iterator[tuple[Rule, str | None]]:
    # What comes first is left out first, so what comes last is named where either would do.
    if (problem.home != NOBODY).any():
        yield "keep_kams", None
    for limit in problem.limits:
        yield limit.kind, limit.name
    yield "kam_capacity", None


def _with(problem: Problem, rules: Sequence[tuple[Rule, str | None]]) -> Problem:
    """The problem with these rules alone."""
    effort = problem.effort if _KAMS in rules else np.zeros(problem.tiers)
    home = problem.home if _HOMES in rules else np.full(problem.accounts, NOBODY)
    limits = tuple(limit for limit in problem.limits if (limit.kind, limit.name) in rules)
    return replace(problem, effort=effort, home=home, limits=limits)


def _impossible(problem: Problem, seconds: float) -> bool:
    return best(formulation(problem), seconds).impossible


def _lacking(problem: Problem, rule: tuple[Rule, str | None], seconds: float) -> float | None:
    """How much looser the rule would have to be; None where it has no amount, or no amount is enough."""
    if rule == _HOMES:
        return None
    name = "kam_capacity" if rule == _KAMS else "limits"
    rows = [at for at, limit in enumerate(problem.limits) if (limit.kind, limit.name) == rule]
    places = list(range(problem.kams)) if rule == _KAMS else rows
    scale = effort_scale(problem) if rule == _KAMS else problem.limits[rows[0]].scale
    loss = least_loss(_loosened(formulation(problem), name, places), seconds)
    return None if loss is None else loss * scale


def _loosened(made: Formulation, name: str, places: Sequence[int]) -> Formulation:
    """The program that gives these rows as much more as they need, and no more than that."""
    width, more = made.width, len(places)

    def widened(rows: Rows) -> Rows:
        here = rows.name == name
        cells = (-np.ones(more), (np.array(places), np.arange(more))) if here else ((), ((), ()))
        extra = scipy.sparse.csr_array(cells, shape=(len(rows.low), more))
        return replace(rows, matrix=scipy.sparse.hstack([rows.matrix, extra]).tocsr())

    return replace(
        made,
        gain=np.concatenate([np.zeros(width), -np.ones(more)]),
        most=np.concatenate([made.most, np.full(more, np.inf)]),
        whole=np.concatenate([made.whole, np.zeros(more, dtype=np.bool_)]),
        rows=tuple(widened(rows) for rows in made.rows),
    )
