"""Codes of one account's raw inputs, and back: what `inputs` says of columns, without arrays."""

import math
from collections.abc import Callable

from app.scoring.core.inputs import Column, Input
from app.scoring.core.value_functions import Boolean, Categories, Rating, ValueFunction


def code_of(column: Column) -> Callable[[object], float | None]:
    """From a raw value to its code, None where it is not plainly right."""
    match column.function:
        case Boolean():
            return lambda value: float(value) if type(value) is bool else None
        case Categories(labels):
            codes = {label: float(at) for at, label in enumerate(labels)}
            return lambda value: codes.get(value) if type(value) is str else None
        case Rating(maximum):
            return lambda value: float(value) if type(value) in {int, float} and 1 <= value <= maximum else None  # type: ignore[operator, arg-type]  # a number
        case _:
            return _finite


def _finite(value: object) -> float | None:
    if type(value) is float:
        return value if math.isfinite(value) else None
    return float(value) if type(value) is int and abs(value) < 2**63 else None


def input_of(function: ValueFunction) -> Callable[[float], Input]:
    """From a known code back to what was sent."""
    match function:
        case Boolean():
            return lambda code: code > 0.0
        case Categories(labels):
            return lambda code: labels[int(code)]
        case _:
            return lambda code: code + 0.0  # no negative zero
