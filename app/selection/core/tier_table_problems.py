"""Decides whether a tier table can be right, and names each field that cannot by its JSON pointer."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.kernel.errors import FieldProblem
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
from app.scoring.core.value_problems import value_problems
from app.selection.core.field_bounds import count_problems, range_problems, text_problems
from app.selection.core.model import AXES, BANDS, RESERVED_TIERS, Axis, BandRule, TierTable
from app.selection.core.tier_table import cell_tier


def tier_table_problems(table: TierTable, pointer: str, most_rules: int) -> list[FieldProblem]:
    """Everything that cannot be right in `table`, each with its pointer below `pointer`; empty if it is valid.

    Rules may not be out of reach: one that decides no cell, since the rules above it or the high-potential track have
    every cell that it asks for, is a mistake of order.
    """
    axes = [
        problem for name, axis in zip(AXES, table.axes, strict=True) for problem in _axis(f"{pointer}/{name}", axis)
    ]
    rules = list(_rules(f"{pointer}/rules", table.rules, most_rules))
    return [*axes, *rules] if rules else [*axes, *_out_of_reach(pointer, table)]


def rises(function: ValueFunction) -> bool:
    """Whether a higher number is never worth less."""
    match function:
        case Linear(low, high) | Log(low, high):
            return low <= high
        case Logistic(_, steepness):
            return steepness >= 0.0
        case Piecewise(points):
            return all(u <= next_u for (_, u), (_, next_u) in pairwise(points))
        case Rating() | Percentile():
            return True
        case Boolean() | Categories():
            return False


def _axis(at: str, axis: Axis) -> Iterator[FieldProblem]:
    yield from text_problems(f"{at}/metric", axis.metric)
    yield from value_problems(axis.value_function, f"{at}/value_function")
    before = 0.0
    for name, least in zip(BANDS[1:], axis.bands, strict=True):
        yield from range_problems(f"{at}/bands/{name}", least, 0.0, 1.0)
        if math.isfinite(least) and least <= before:
            yield FieldProblem(
                f"{at}/bands/{name}", "not_rising", f"must be above {before:g}, where the one below begins"
            )
        before = least
    yield from _at_least(at, axis)


def _at_least(at: str, axis: Axis) -> Iterator[FieldProblem]:
    if axis.at_least is None:
        return
    if not math.isfinite(axis.at_least):
        yield FieldProblem(f"{at}/at_least", "not_finite", "must be a finite number")
    if not rises(axis.value_function):
        yield FieldProblem(f"{at}/at_least", "not_rising", "needs a value function of numbers that does not fall")


def _rules(at: str, rules: Sequence[BandRule], most: int) -> Iterator[FieldProblem]:
    if not rules:
        yield FieldProblem(at, "too_few", "at least one rule is needed")
    yield from count_problems(at, len(rules), most)
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        yield from name_problems(f"{at}/{index}/name", rule.name, seen)
        seen.add(rule.name)


def name_problems(pointer: str, name: str, above: set[str]) -> Iterator[FieldProblem]:
    """What is wrong with a tier's name; above: the names of the tiers above it."""
    yield from text_problems(pointer, name)
    if name in RESERVED_TIERS:
        yield FieldProblem(pointer, "reserved", "the rules themselves give this name")
    if name in above:
        yield FieldProblem(pointer, "duplicate", "another tier has this name")


def _out_of_reach(pointer: str, table: TierTable) -> Iterator[FieldProblem]:
    size = len(BANDS)
    decided = {cell_tier(table, revenue, potential) for revenue in range(size) for potential in range(size)}
    for index in range(len(table.rules)):
        if index not in decided:
            message = "decides no cell: the rules above, or the high-potential track, have all that it asks for"
            yield FieldProblem(f"{pointer}/rules/{index}", "unreachable", message)
