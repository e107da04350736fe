"""The JSON form of a health model, read with its defaults filled in and written back whole."""

from dataclasses import asdict
from typing import cast

from app.health.core.model import SIDES, HealthModel, Indicator, Side, Thresholds
from app.health.core.model_problems import check_model
from app.kernel.errors import FieldProblem
from app.scoring.core.documents import Fields, refuse_if_any
from app.scoring.core.value_documents import read_value_function, value_document
from app.scoring.core.weighted_score import MISSING_POLICIES, MissingPolicy

_MODEL = ("name", "missing_policy", "indicators", "thresholds")
_INDICATOR = ("key", "metric", "dimension", "weight", "value_function", "rationale")


def model_from(document: object) -> HealthModel:
    """The valid model that `document` says; raises Invalid naming each fault (up to 20) by its JSON pointer.

    Only `indicators` (key, metric, dimension, weight, value_function) must be there; null is as good as absent.
    Unknown fields are refused.
    """
    problems: list[FieldProblem] = []
    fields = Fields(document, "", problems, _MODEL)
    model = HealthModel(
        indicators=tuple(_indicator(item, at, problems) for at, item in enumerate(fields.items("indicators"))),
        name=fields.text("name", "Untitled"),
        missing_policy=cast("MissingPolicy", fields.choice("missing_policy", MISSING_POLICIES, "renormalize")),
        thresholds=_thresholds(fields, problems),
    )
    refuse_if_any(problems, "health model")
    check_model(model)
    return model


def model_document(model: HealthModel) -> dict[str, object]:
    """The JSON form of `model`, every default written out; `model_from` reads it back unchanged."""
    return {
        "name": model.name,
        "missing_policy": model.missing_policy,
        "indicators": [_indicator_document(indicator) for indicator in model.indicators],
        "thresholds": asdict(model.thresholds),
    }


def _indicator(document: object, at: int, problems: list[FieldProblem]) -> Indicator:
    pointer = f"/indicators/{at}"
    fields = Fields(document, pointer, problems, _INDICATOR)
    if fields.readable and not fields.given("value_function"):
        fields.fault("value_function", "missing", "is needed")
    function = fields.values.get("value_function") or {"kind": "boolean"}
    return Indicator(
        key=fields.text("key"),
        metric=fields.text("metric"),
        dimension=cast("Side", fields.choice("dimension", SIDES)),
        weight=fields.number("weight"),
        value_function=read_value_function(function, f"{pointer}/value_function", problems),
        rationale=fields.text_or_none("rationale"),
    )


def _thresholds(fields: Fields, problems: list[FieldProblem]) -> Thresholds:
    if not fields.given("thresholds"):
        return Thresholds()
    inner = Fields(fields.values["thresholds"], "/thresholds", problems, SIDES)
    return Thresholds(*(inner.number(side, 60.0) for side in SIDES))


def _indicator_document(indicator: Indicator) -> dict[str, object]:
    return {
        "key": indicator.key,
        "metric": indicator.metric,
        "dimension": indicator.dimension,
        "weight": indicator.weight,
        "value_function": value_document(indicator.value_function),
        "rationale": indicator.rationale,
    }
