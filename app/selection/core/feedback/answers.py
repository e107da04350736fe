"""What a participant says the criteria are worth: 100 points allocated, or every pair compared."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np

from app.kernel.errors import FieldProblem, Invalid
from app.selection.core.feedback.ahp import Priorities, priorities, reciprocal_matrix

Method = Literal["points", "ahp"]
POINTS: Final = 100.0
TOLERANCE: Final = 1e-6
LOWEST, HIGHEST = 1.0 / 9.0, 9.0  # Saaty's scale
_ROUNDED: Final = 1e-3  # how far 1/9 may have been rounded by who sends it
_NAMED: Final = 20  # pairs that are named at most


class UnusableAnswer(Invalid):
    """The answer does not weigh the round's criteria."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Criterion `a` is `ratio` times as important as `b`."""

    a: str
    b: str
    ratio: float


@dataclass(frozen=True, slots=True)
class Weighing:
    """A participant's weights, in the criteria's order, sum 1.

    given: the points of each criterion, or of each pair (first with second, first with third …) the ratio.
    priorities: for pairs, how well they fit together.
    """

    method: Method
    given: tuple[float, ...]
    weights: tuple[float, ...]
    priorities: Priorities | None


def from_points(points: Mapping[str, float], keys: Sequence[str]) -> Weighing:
    """Weights by 100 points over the criteria; a criterion that is left out has none.

    Raises UnusableAnswer naming unknown criteria, points below 0, and a sum further than 1e-6 from 100.
    """
    known = set(keys)
    problems = [
        FieldProblem(_pointer("/points", key), "unknown_criterion", "is no criterion of this round")
        for key in points
        if key not in known
    ]
    problems += [
        FieldProblem(_pointer("/points", key), "out_of_range", "must be 0 or above")
        for key, given in points.items()
        if not (math.isfinite(given) and given >= 0.0)
    ]
    total = math.fsum(points.values()) if not problems else POINTS
    if abs(total - POINTS) > TOLERANCE:
        problems.append(FieldProblem("/points", "wrong_sum", f"must add up to 100, and come to {total:g}"))
    _refuse(problems)
    given = tuple(float(points.get(key, 0.0)) for key in keys)
    return Weighing("points", given, tuple(each / total for each in given), None)


def from_comparisons(comparisons: Sequence[Comparison], keys: Sequence[str]) -> Weighing:
    """Weights by comparing every pair of criteria once, in either direction.

    Raises UnusableAnswer naming unknown criteria, ratios off Saaty's scale (1/9 to 9), pairs that come twice, and pairs
    that are missing.
    """
    known = set(keys)
    _refuse([fault for at, one in enumerate(comparisons) for fault in _faults(at, one, known)])
    ratios = _by_pair(comparisons, keys)
    given = tuple(ratios[pair] for pair in combinations(range(len(keys)), 2))
    return weighing_of_ratios(given, len(keys))


def weighing_of_ratios(ratios: Sequence[float], count: int) -> Weighing:
    """Weights by the ratios of all pairs of `count` criteria, in their order."""
    found = priorities(reciprocal_matrix(np.array(ratios, dtype=np.float64), count))
    return Weighing("ahp", tuple(ratios), tuple(found.weights.tolist()), found)


def _faults(at: int, one: Comparison, known: set[str]) -> Iterator[FieldProblem]:
    for name, key in (("a", one.a), ("b", one.b)):
        if key not in known:
            yield FieldProblem(f"/comparisons/{at}/{name}", "unknown_criterion", "is no criterion of this round")
    if one.a == one.b:
        yield FieldProblem(f"/comparisons/{at}", "same_criterion", "compares a criterion with itself")
    if not LOWEST - _ROUNDED <= one.ratio <= HIGHEST:
        yield FieldProblem(f"/comparisons/{at}/ratio", "out_of_range", "must be from 1/9 to 9")


def _by_pair(comparisons: Sequence[Comparison], keys: Sequence[str]) -> dict[tuple[int, int], float]:
    """The ratio of each pair, the earlier criterion over the later."""
    place = {key: at for at, key in enumerate(keys)}
    ratios: dict[tuple[int, int], float] = {}
    problems = []
    for at, one in enumerate(comparisons):
        first, second = place[one.a], place[one.b]
        pair, ratio = ((first, second), one.ratio) if first < second else ((second, first), 1.0 / one.ratio)
        if pair in ratios:
            problems.append(FieldProblem(f"/comparisons/{at}", "duplicate", f"compares {one.a} and {one.b} again"))
        ratios[pair] = ratio
    problems += [
        FieldProblem("/comparisons", "missing_pair", f"{first} and {second} are not compared")
        for first, second in combinations(keys, 2)
        if (place[first], place[second]) not in ratios
    ]
    _refuse(problems)
    return ratios


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        count = f"{len(problems)} things" if len(problems) > 1 else "1 thing"
        raise UnusableAnswer(f"{count} cannot be right", errors=problems[:_NAMED])


def _pointer(parent: str, key: str) -> str:
    return f"{parent}/{key.replace('~', '~0').replace('/', '~1')}"
