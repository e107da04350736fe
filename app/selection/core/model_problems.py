"""Decides whether a selection model can be right, and names each field that cannot by its JSON pointer."""

import math
from collections.abc import Iterator

from app.kernel.errors import FieldProblem
from app.scoring.core.documents import refuse_if_any
from app.scoring.core.value_functions import Boolean, Categories
from app.scoring.core.value_problems import value_problems
from app.selection.core.model import RESERVED_TIERS, Gate, SelectionModel

MAX_TEXT = 100  # characters of a name, key or group
MAX_RATIONALE = 2000
MAX_CRITERIA, MAX_GATES, MAX_TIERS = 200, 50, 20


def check_model(model: SelectionModel) -> None:
    """Raise Invalid naming what is wrong with `model`; return if it is valid."""
    refuse_if_any(model_problems(model), "selection model")


def model_problems(model: SelectionModel) -> list[FieldProblem]:
    """Everything that cannot be right in `model`, in the order of its fields; empty if it is valid.

    Pointers start at the model, such as `/criteria/2/weight`.
    """
    return [
        *_text("/name", model.name),
        *_within("/opportunity_share", model.opportunity_share, 0.0, 1.0),
        *_criteria(model),
        *_gates(model),
        *_within("/quadrant_thresholds/opportunity", model.quadrant_thresholds.opportunity, 0.0, 100.0),
        *_within("/quadrant_thresholds/alignment", model.quadrant_thresholds.alignment, 0.0, 100.0),
        *_tiers(model),
    ]


def _criteria(model: SelectionModel) -> Iterator[FieldProblem]:
    yield from _count("/criteria", len(model.criteria), MAX_CRITERIA)
    seen: set[str] = set()
    for index, criterion in enumerate(model.criteria):
        at = f"/criteria/{index}"
        yield from _text(f"{at}/key", criterion.key)
        if criterion.key in seen:
            yield FieldProblem(f"{at}/key", "duplicate", "another criterion has this key")
        seen.add(criterion.key)
        yield from _text(f"{at}/metric", criterion.metric)
        yield from _weight(f"{at}/weight", criterion.weight)
        yield from value_problems(criterion.value_function, f"{at}/value_function")
        yield from _text(f"{at}/group", "-" if criterion.group is None else criterion.group)
        if len(criterion.rationale or "") > MAX_RATIONALE:
            yield FieldProblem(f"{at}/rationale", "too_long", f"at most {MAX_RATIONALE} characters")
    if not any(criterion.weight != 0.0 for criterion in model.criteria):
        yield FieldProblem("/criteria", "no_weight", "at least one criterion must have a weight above 0")


def _weight(pointer: str, weight: float) -> Iterator[FieldProblem]:
    if not math.isfinite(weight):
        yield FieldProblem(pointer, "not_finite", "must be a finite number")
    elif weight < 0.0:
        yield FieldProblem(pointer, "out_of_range", "must be 0 or above")


def _gates(model: SelectionModel) -> Iterator[FieldProblem]:
    yield from _count("/gates", len(model.gates), MAX_GATES)
    not_numbers = {
        criterion.metric for criterion in model.criteria if isinstance(criterion.value_function, Boolean | Categories)
    }
    for index, gate in enumerate(model.gates):
        at = f"/gates/{index}"
        yield from _text(f"{at}/metric", gate.metric)
        if gate.metric in not_numbers:
            yield FieldProblem(f"{at}/metric", "not_a_number", "a criterion reads this metric as a truth or a label")
        yield from _limits(at, gate)


def _limits(at: str, gate: Gate) -> Iterator[FieldProblem]:
    if (gate.at_least is None) == (gate.at_most is None):
        yield FieldProblem(at, "one_limit", "exactly one of at_least and at_most is needed")
    for name, limit in (("at_least", gate.at_least), ("at_most", gate.at_most)):
        if limit is not None and not math.isfinite(limit):
            yield FieldProblem(f"{at}/{name}", "not_finite", "must be a finite number")


def _tiers(model: SelectionModel) -> Iterator[FieldProblem]:
    yield from _count("/tiers", len(model.tiers), MAX_TIERS)
    seen: set[str] = set()
    for index, tier in enumerate(model.tiers):
        at = f"/tiers/{index}"
        yield from _text(f"{at}/name", tier.name)
        if tier.name in RESERVED_TIERS:
            yield FieldProblem(f"{at}/name", "reserved", "the rules themselves give this name")
        if tier.name in seen:
            yield FieldProblem(f"{at}/name", "duplicate", "another tier has this name")
        seen.add(tier.name)
        for name in ("minimum_opportunity", "minimum_alignment", "minimum_composite"):
            yield from _within(f"{at}/{name}", getattr(tier, name), 0.0, 100.0)


def _count(pointer: str, count: int, most: int) -> Iterator[FieldProblem]:
    if count > most:
        yield FieldProblem(pointer, "too_many", f"at most {most}")


def _text(pointer: str, text: str) -> Iterator[FieldProblem]:
    if not text.strip():
        yield FieldProblem(pointer, "empty", "must not be empty")
    elif len(text) > MAX_TEXT:
        yield FieldProblem(pointer, "too_long", f"at most {MAX_TEXT} characters")


def _within(pointer: str, number: float, low: float, high: float) -> Iterator[FieldProblem]:
    if not math.isfinite(number):
        yield FieldProblem(pointer, "not_finite", "must be a finite number")
    elif not low <= number <= high:
        yield FieldProblem(pointer, "out_of_range", f"must be from {low:g} to {high:g}")
