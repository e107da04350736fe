"""The JSON form of a selection model (api.md, "Model"), read with its defaults filled in and written back whole."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from app.kernel.errors import FieldProblem
from app.scoring.core.documents import Fields, refuse_if_any
from app.scoring.core.value_documents import read_value_function, value_document
from app.scoring.core.weighted_score import MISSING_POLICIES, MissingPolicy
from app.selection.core.model import (
    DEFAULT_TIERS,
    DIMENSIONS,
    EFFECTS,
    Criterion,
    Dimension,
    Effect,
    Gate,
    QuadrantThresholds,
    SelectionModel,
    Tier,
    TierTable,
)
from app.selection.core.model_problems import check_model
from app.selection.core.tier_table_documents import read_tier_table, tier_table_document

_MODEL = (
    "name", "opportunity_share", "missing_policy", "criteria", "gates", "quadrant_thresholds", "tiers", "tier_table",
)  # fmt: skip
_CRITERION = ("key", "metric", "dimension", "weight", "value_function", "group", "rationale")
_GATE = ("metric", "at_least", "at_most", "effect")
_TIER = ("name", "minimum_opportunity", "minimum_alignment", "minimum_composite")


def model_from(document: object) -> SelectionModel:
    """The valid model that `document` says; raises Invalid naming each fault (up to 20) by its JSON pointer.

    Only `criteria` (key, metric, dimension, weight, value_function) must be there; null is as good as absent.
    `tiers` and `tier_table` exclude each other. Unknown fields are refused.
    """
    problems: list[FieldProblem] = []
    fields = Fields(document, "", problems, _MODEL)
    model = SelectionModel(
        criteria=tuple(_criterion(item, at, problems) for at, item in enumerate(fields.items("criteria"))),
        name=fields.text("name", "Untitled"),
        opportunity_share=fields.number("opportunity_share", 0.5),
        missing_policy=cast("MissingPolicy", fields.choice("missing_policy", MISSING_POLICIES, "renormalize")),
        gates=_gates(fields, problems),
        quadrant_thresholds=_thresholds(fields, problems),
        tiers=_tiers(fields, problems),
        tier_table=_tier_table(fields, problems),
    )
    refuse_if_any(problems, "selection model")
    check_model(model)
    return model


def model_document(model: SelectionModel) -> dict[str, object]:
    """The JSON form of `model`, every default written out; `model_from` reads it back unchanged.

    It has either `tiers` or `tier_table`.
    """
    if model.tier_table is None:
        tiers: dict[str, object] = {"tiers": [asdict(tier) for tier in model.tiers]}
    else:
        tiers = {"tier_table": tier_table_document(model.tier_table)}
    return {
        "name": model.name,
        "opportunity_share": model.opportunity_share,
        "missing_policy": model.missing_policy,
        "criteria": [_criterion_document(criterion) for criterion in model.criteria],
        "gates": [_gate_document(gate) for gate in model.gates],
        "quadrant_thresholds": asdict(model.quadrant_thresholds),
        **tiers,
    }


def _criterion(document: object, at: int, problems: list[FieldProblem]) -> Criterion:
    pointer = f"/criteria/{at}"
    fields = Fields(document, pointer, problems, _CRITERION)
    if fields.readable and not fields.given("value_function"):
        fields.fault("value_function", "missing", "is needed")
    function = fields.values.get("value_function") or {"kind": "boolean"}
    return Criterion(
        key=fields.text("key"),
        metric=fields.text("metric"),
        dimension=cast("Dimension", fields.choice("dimension", DIMENSIONS)),
        weight=fields.number("weight"),
        value_function=read_value_function(function, f"{pointer}/value_function", problems),
        group=fields.text_or_none("group"),
        rationale=fields.text_or_none("rationale"),
    )


def _gates(fields: Fields, problems: list[FieldProblem]) -> tuple[Gate, ...]:
    items = fields.items("gates") if fields.given("gates") else ()
    return tuple(_gate(Fields(item, f"/gates/{at}", problems, _GATE)) for at, item in enumerate(items))


def _gate(fields: Fields) -> Gate:
    return Gate(
        metric=fields.text("metric"),
        effect=cast("Effect", fields.choice("effect", EFFECTS)),
        at_least=fields.number("at_least") if fields.given("at_least") else None,
        at_most=fields.number("at_most") if fields.given("at_most") else None,
    )


def _thresholds(fields: Fields, problems: list[FieldProblem]) -> QuadrantThresholds:
    if not fields.given("quadrant_thresholds"):
        return QuadrantThresholds()
    inner = Fields(fields.values["quadrant_thresholds"], "/quadrant_thresholds", problems, DIMENSIONS)
    return QuadrantThresholds(inner.number("opportunity", 60.0), inner.number("alignment", 60.0))


def _tiers(fields: Fields, problems: list[FieldProblem]) -> tuple[Tier, ...]:
    if not fields.given("tiers"):
        return () if fields.given("tier_table") else DEFAULT_TIERS
    if fields.given("tier_table"):
        fields.fault("tiers", "unexpected", "must not come with a tier table, which decides on tiers instead")
    return tuple(_tier(Fields(item, f"/tiers/{at}", problems, _TIER)) for at, item in enumerate(fields.items("tiers")))


def _tier_table(fields: Fields, problems: list[FieldProblem]) -> TierTable | None:
    if not fields.given("tier_table"):
        return None
    return read_tier_table(fields.values["tier_table"], "/tier_table", problems)


def _tier(fields: Fields) -> Tier:
    return Tier(fields.text("name"), *(fields.number(name, 0.0) for name in _TIER[1:]))


def _criterion_document(criterion: Criterion) -> dict[str, object]:
    return {
        "key": criterion.key,
        "metric": criterion.metric,
        "dimension": criterion.dimension,
        "weight": criterion.weight,
        "value_function": value_document(criterion.value_function),
        "group": criterion.group,
        "rationale": criterion.rationale,
    }


def _gate_document(gate: Gate) -> Mapping[str, object]:
    limit = ("at_least", gate.at_least) if gate.at_least is not None else ("at_most", gate.at_most)
    return {"metric": gate.metric, limit[0]: limit[1], "effect": gate.effect}
