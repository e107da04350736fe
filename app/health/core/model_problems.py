"""Decides whether a health model can be right, and names each field that cannot by its JSON pointer."""

import math
from collections.abc import Iterator

from app.health.core.model import SIDES, HealthModel, Indicator
from app.kernel.errors import FieldProblem
from app.scoring.core.documents import refuse_if_any
from app.scoring.core.value_functions import Categories, Percentile
from app.scoring.core.value_problems import value_problems
from app.selection.core.field_bounds import count_problems, range_problems, text_problems

MAX_RATIONALE = 2000
MAX_INDICATORS = 200


def check_model(model: HealthModel) -> None:
    """Raise Invalid naming what is wrong with `model`; return if it is valid."""
    refuse_if_any(model_problems(model), "health model")


def model_problems(model: HealthModel) -> list[FieldProblem]:
    """Everything that cannot be right in `model`, in the order of its fields; empty if it is valid.

    Pointers start at the model, such as `/indicators/2/weight`. Both sides need an indicator with a weight: a model
    without one could never place an account. Percentiles are refused: whether an account lasts does not depend on how
    others fare, and its score must not move when theirs do. So are categories: every metric is a number.
    """
    return [
        *text_problems("/name", model.name),
        *_indicators(model),
        *(
            problem
            for side in SIDES
            for problem in range_problems(f"/thresholds/{side}", model.thresholds.of(side), 0.0, 100.0)
        ),
    ]


def _indicators(model: HealthModel) -> Iterator[FieldProblem]:
    yield from count_problems("/indicators", len(model.indicators), MAX_INDICATORS)
    seen: set[str] = set()
    for index, indicator in enumerate(model.indicators):
        at = f"/indicators/{index}"
        if indicator.key in seen:
            yield FieldProblem(f"{at}/key", "duplicate", "another indicator has this key")
        seen.add(indicator.key)
        yield from _indicator(at, indicator)
    for side in SIDES:
        if not any(model.indicators[at].weight != 0.0 for at in model.members(side)):
            message = f"at least one indicator of {side} must have a weight above 0"
            yield FieldProblem("/indicators", "no_weight", message)


def _indicator(at: str, indicator: Indicator) -> Iterator[FieldProblem]:
    yield from text_problems(f"{at}/key", indicator.key)
    yield from text_problems(f"{at}/metric", indicator.metric)
    yield from range_problems(f"{at}/weight", indicator.weight, 0.0, math.inf)
    if isinstance(indicator.value_function, Percentile | Categories):
        message = "health is judged by numbers on a fixed scale, not by labels nor relative to other accounts"
        yield FieldProblem(f"{at}/value_function/kind", "unsupported", message)
    else:
        yield from value_problems(indicator.value_function, f"{at}/value_function")
    if len(indicator.rationale or "") > MAX_RATIONALE:
        yield FieldProblem(f"{at}/rationale", "too_long", f"at most {MAX_RATIONALE} characters")
