"""Decides whether a value function's parameters can be right, and names each one that cannot."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from app.kernel.errors import FieldProblem
from app.scoring.core.documents import escaped
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


def value_problems(function: ValueFunction, pointer: str = "/value_function") -> list[FieldProblem]:
    """Everything wrong with `function`, each with its pointer below `pointer`; empty if it is valid (domain.md 4.1)."""
    return [FieldProblem(pointer + where, code, message) for where, code, message in _CHECKS[type(function)](function)]


Problem = tuple[str, str, str]  # pointer below the value function, code, message


def _finite(where: str, number: float) -> Iterator[Problem]:
    if not math.isfinite(number):
        yield where, "not_finite", "must be a finite number"


def _share(where: str, number: float) -> Iterator[Problem]:
    if not 0.0 <= number <= 1.0:  # false for NaN too
        yield where, "out_of_range", "a utility must be from 0 to 1"


def _linear(function: Linear) -> Iterator[Problem]:
    yield from _finite("/low", function.low)
    yield from _finite("/high", function.high)
    if function.low == function.high:
        yield "/high", "equal_ends", "low and high must differ"


def _log(function: Log) -> Iterator[Problem]:
    ends = (("/low", function.low), ("/high", function.high))
    for where, number in ends:
        yield from _finite(where, number)
        if number <= 0.0:
            yield where, "out_of_range", "must be above 0"
    usable = all(0.0 < number < math.inf for _, number in ends)
    # Neighbouring floats may share one logarithm, which leaves nothing to divide by.
    if usable and math.log(function.low) == math.log(function.high):
        yield "/high", "equal_ends", "low and high must differ"


def _logistic(function: Logistic) -> Iterator[Problem]:
    yield from _finite("/midpoint", function.midpoint)
    yield from _finite("/steepness", function.steepness)


def _piecewise(function: Piecewise) -> Iterator[Problem]:
    if len(function.points) < 2:
        yield "/points", "too_few", "at least two points are needed"
    before = -math.inf
    for index, (x, u) in enumerate(function.points):
        yield from _finite(f"/points/{index}/0", x)
        yield from _share(f"/points/{index}/1", u)
        if math.isfinite(x) and x <= before:
            yield f"/points/{index}/0", "not_rising", "each x must be above the one before"
        before = x


def _rating(function: Rating) -> Iterator[Problem]:
    yield from _finite("/maximum", function.maximum)
    if function.maximum <= 1.0:
        yield "/maximum", "out_of_range", "must be above 1"


def _categories(function: Categories) -> Iterator[Problem]:
    if not function.labels:
        yield "/map", "too_few", "at least one label is needed"
    for label, utility in zip(function.labels, function.utilities, strict=True):
        yield from _share(f"/map/{escaped(label)}", utility)


def _nothing(function: Boolean | Percentile) -> Iterator[Problem]:  # noqa: ARG001 - they have no parameters
    yield from ()


# Any: each check takes the type that it is filed under, which a dict's type cannot say.
_CHECKS: dict[type, Callable[[Any], Iterator[Problem]]] = {
    Linear: _linear,
    Log: _log,
    Logistic: _logistic,
    Piecewise: _piecewise,
    Rating: _rating,
    Boolean: _nothing,
    Categories: _categories,
    Percentile: _nothing,
}
