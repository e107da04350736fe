"""The JSON form of a tier table, read with its defaults filled in and written back whole."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from app.kernel.errors import FieldProblem
from app.scoring.core.documents import Fields
from app.scoring.core.value_documents import read_value_function, value_document
from app.selection.core.model import (
    BANDS,
    DEFAULT_BAND_RULES,
    QUARTERS,
    Axis,
    AxisName,
    Band,
    BandRule,
    HighPotential,
    TierTable,
)

_TABLE = ("revenue", "potential", "rules", "high_potential")
_AXIS = ("metric", "value_function", "bands", "at_least")
_CUTS = BANDS[1:]  # the lowest band begins nowhere
_RULE = ("name", "minimum_revenue", "minimum_potential")
_TRACK = ("minimum_potential", "maximum_revenue")


def read_tier_table(document: object, pointer: str, problems: list[FieldProblem]) -> TierTable:
    """The table that `document` says, its contents not yet judged; faults of shape go to `problems`.

    Both axes with their metric and value function must be there; without `high_potential` there is no such track.
    """
    fields = Fields(document, pointer, problems, _TABLE)
    return TierTable(
        revenue=_axis(fields, "revenue"),
        potential=_axis(fields, "potential"),
        rules=_rules(fields),
        high_potential=_track(fields),
    )


def tier_table_document(table: TierTable) -> dict[str, object]:
    """The JSON form of `table`; `read_tier_table` reads it back unchanged."""
    return {
        "revenue": _axis_document(table.revenue),
        "potential": _axis_document(table.potential),
        "rules": [asdict(rule) for rule in table.rules],
        "high_potential": None if table.high_potential is None else asdict(table.high_potential),
    }


def _axis(table: Fields, name: AxisName) -> Axis:
    if not table.given(name):
        if table.readable:
            table.fault(name, "missing", "is needed")
        return Axis("-", read_value_function({"kind": "percentile"}, "", []))
    pointer = f"{table.pointer}/{name}"
    fields = Fields(table.values[name], pointer, table.problems, _AXIS)
    if fields.readable and not fields.given("value_function"):
        fields.fault("value_function", "missing", "is needed")
    function = fields.values.get("value_function") or {"kind": "percentile"}
    return Axis(
        metric=fields.text("metric"),
        value_function=read_value_function(function, f"{pointer}/value_function", table.problems),
        bands=_bands(fields),
        at_least=fields.number("at_least") if fields.given("at_least") else None,
    )


def _bands(axis: Fields) -> tuple[float, float, float]:
    if not axis.given("bands"):
        return QUARTERS
    fields = Fields(axis.values["bands"], f"{axis.pointer}/bands", axis.problems, _CUTS)
    medium, high, very_high = (fields.number(name) for name in _CUTS)
    return medium, high, very_high


def _rules(table: Fields) -> tuple[BandRule, ...]:
    if not table.given("rules"):
        return DEFAULT_BAND_RULES
    items = enumerate(table.items("rules"))
    return tuple(_rule(Fields(item, f"{table.pointer}/rules/{at}", table.problems, _RULE)) for at, item in items)


def _rule(fields: Fields) -> BandRule:
    return BandRule(fields.text("name"), _band(fields, "minimum_revenue"), _band(fields, "minimum_potential"))


def _track(table: Fields) -> HighPotential | None:
    if not table.given("high_potential"):
        return None
    document, default = table.values["high_potential"], HighPotential()
    fields = Fields(document, f"{table.pointer}/high_potential", table.problems, _TRACK)
    return HighPotential(
        _band(fields, "minimum_potential", default.minimum_potential),
        _band(fields, "maximum_revenue", default.maximum_revenue),
    )


def _band(fields: Fields, name: str, default: Band = "low") -> Band:
    return cast("Band", fields.choice(name, BANDS, default))


def _axis_document(axis: Axis) -> Mapping[str, object]:
    return {
        "metric": axis.metric,
        "value_function": value_document(axis.value_function),
        "bands": dict(zip(_CUTS, axis.bands, strict=True)),
        "at_least": axis.at_least,
    }
