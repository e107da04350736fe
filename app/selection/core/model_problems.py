"""Decides whether a selection model can be right, and names each field that cannot by its JSON pointer."""

import math
from collections.abc import Iterator

from app.kernel.errors import FieldProblem
from app.scoring.core.documents import refuse_if_any
from app.scoring.core.value_functions import Boolean, Categories
from app.scoring.core.value_problems import value_problems
from app.selection.core.field_bounds import count_problems, range_problems, text_problems
from app.selection.core.model import Gate, SelectionModel
from app.selection.core.tier_table_problems import name_problems, tier_table_problems

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
        *text_problems("/name", model.name),
        *range_problems("/opportunity_share", model.opportunity_share, 0.0, 1.0),
        *_criteria(model),
        *_gates(model),
        *range_problems("/quadrant_thresholds/opportunity", model.quadrant_thresholds.opportunity, 0.0, 100.0),
        *range_problems("/quadrant_thresholds/alignment", model.quadrant_thresholds.alignment, 0.0, 100.0),
        *_tiers(model),
        *_tier_table(model),
    ]


def _criteria(model: SelectionModel) -> Iterator[FieldProblem]:
    yield from count_problems("/criteria", len(model.criteria), MAX_CRITERIA)
    seen: set[str] = set()
    for index, criterion in enumerate(model.criteria):
        at = f"/criteria/{index}"
        yield from text_problems(f"{at}/key", criterion.key)
        if criterion.key in seen:
            yield FieldProblem(f"{at}/key", "duplicate", "another criterion has this key")
        seen.add(criterion.key)
        yield from text_problems(f"{at}/metric", criterion.metric)
        yield from _weight(f"{at}/weight", criterion.weight)
        yield from value_problems(criterion.value_function, f"{at}/value_function")
        yield from text_problems(f"{at}/group", "-" if criterion.group is None else criterion.group)
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
    yield from count_problems("/gates", len(model.gates), MAX_GATES)
    not_numbers = {column.metric for column in model.columns if isinstance(column.function, Boolean | Categories)}
    for index, gate in enumerate(model.gates):
        at = f"/gates/{index}"
        yield from text_problems(f"{at}/metric", gate.metric)
        if gate.metric in not_numbers:
            yield FieldProblem(
                f"{at}/metric", "not_a_number", "a criterion or an axis reads this metric as a truth or a label"
            )
        yield from _limits(at, gate)


def _limits(at: str, gate: Gate) -> Iterator[FieldProblem]:
    if (gate.at_least is None) == (gate.at_most is None):
        yield FieldProblem(at, "one_limit", "exactly one of at_least and at_most is needed")
    for name, limit in (("at_least", gate.at_least), ("at_most", gate.at_most)):
        if limit is not None and not math.isfinite(limit):
            yield FieldProblem(f"{at}/{name}", "not_finite", "must be a finite number")


def _tiers(model: SelectionModel) -> Iterator[FieldProblem]:
    yield from count_problems("/tiers", len(model.tiers), MAX_TIERS)
    seen: set[str] = set()
    for index, tier in enumerate(model.tiers):
        at = f"/tiers/{index}"
        yield from name_problems(f"{at}/name", tier.name, seen)
        seen.add(tier.name)
        for name in ("minimum_opportunity", "minimum_alignment", "minimum_composite"):
            yield from range_problems(f"{at}/{name}", getattr(tier, name), 0.0, 100.0)


def _tier_table(model: SelectionModel) -> Iterator[FieldProblem]:
    if model.tier_table is None:
        return
    if model.tiers:
        yield FieldProblem("/tiers", "unexpected", "must not come with a tier table, which decides on tiers instead")
    yield from tier_table_problems(model.tier_table, "/tier_table", MAX_TIERS)
