"""How a composite comes about: what each criterion adds, one upon the other, and what it could add yet."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

from app.console.core.figures import UNKNOWN, number, signed, words
from app.console.core.pictures.picture import Cell, FigureTable, Picture

SUM: Final = "Composite"
_COLOURS: Final = {"opportunity": "var(--tier-1)", "alignment": "var(--tier-2)"}
_NOT_KNOWN: Final = "not known"
_PHONE: Final = {
    "query": {"maxWidth": 520},
    "option": {
        "grid": {"left": 128, "top": 84, "right": 26},
        "yAxis": {"axisLabel": {"width": 118, "fontSize": 10.5, "lineHeight": 12, "overflow": "break"}},
    },
}
_ROOMY: Final = 25  # points from which on a bar has room for its figures
_INSIDE: Final = {"position": "insideRight", "color": "var(--card)", "textBorderWidth": 0}


def waterfall(answer: Mapping[str, Any]) -> Picture | None:
    """The picture of a score as the API answers it; None where it has no composite, which nothing would add up to.

    Criteria of opportunity come first, in each dimension those that add most; what is not known adds nothing, and
    stands last with what it could add.
    """
    composite = answer["composite"]
    if composite["score"] is None:
        return None
    rows = sorted(answer["contributions"], key=_order)
    return Picture(
        name="waterfall",
        title="What makes up the score",
        summary=_summary(rows, composite),
        option=_option(rows, composite),
        table=_table(rows, composite),
    )


def _order(row: Mapping[str, Any]) -> tuple[bool, bool, float, str]:
    added = row["contribution"]
    return row["dimension"] != "opportunity", not known(row), -(added or 0.0), row["criterion"]


def known(row: Mapping[str, Any]) -> bool:
    """Whether a criterion's value is known; one that is not may still add what the model lends it."""
    return row["value"] is not None and row["contribution"] is not None


def _summary(rows: Sequence[Mapping[str, Any]], composite: Mapping[str, Any]) -> str:
    adding = [row for row in rows if row["contribution"]]
    best = max(adding, key=lambda row: float(row["contribution"]), default=None)
    most = "" if best is None else f" {words(best['criterion'])} adds most, {number(best['contribution'])} points."
    unknown = sum(not known(row) for row in rows)
    return (
        f"What {len(rows)} criteria add up to: a composite of {number(composite['score'])} of 100.{most}"
        f" {unknown} of the criteria are not known. The table has the same figures."
    )


def _table(rows: Sequence[Mapping[str, Any]], composite: Mapping[str, Any]) -> FigureTable:
    lines: list[list[Cell | str]] = [
        [
            words(row["criterion"]),
            words(row["dimension"]),
            value_text(row["value"]) if known(row) else Cell(_NOT_KNOWN, mark="soft"),
            number(row["weight"], 0),
            number(row["contribution"]),
            number(row["headroom"]),
            _source(row),
        ]
        for row in rows
    ]
    total = [SUM, "", "", "", number(composite["score"]), number(100 - composite["score"]), ""]
    return FigureTable(
        (
            ("Criterion", False),
            ("Dimension", False),
            ("Value", True),
            ("Weight", True),
            ("Adds", True),
            ("Could add", True),
            ("Known from", False),
        ),
        [*lines, total],
    )


def value_text(value: object) -> str:
    """A criterion's value as it was read: a number, a word, or not known."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value, 0 if abs(value) >= 100 or float(value).is_integer() else 2)
    return str(value)


def _source(row: Mapping[str, Any]) -> str:
    source = row["source"]
    return UNKNOWN if source is None else f"{words(source['fact'])}, {source['as_of']}"


def _option(rows: Sequence[Mapping[str, Any]], composite: Mapping[str, Any]) -> dict[str, Any]:
    series = [
        _bars("Below", {"color": "transparent"}, _steps(rows), legend=False),
        *(_added(name, rows) for name in _COLOURS),
        _total(composite, len(rows)),
        _room(rows),
        *([_open(rows)] if any(not known(row) for row in rows) else []),
    ]
    return {
        "grid": {"left": 176, "right": 30, "top": 40, "bottom": 26},
        "legend": {
            "top": 0, "left": 0, "itemGap": 16, "itemWidth": 14, "itemHeight": 12, "selectedMode": False,
            "data": [one["name"] for one in series[1:]],
        },
        "xAxis": {"type": "value", "min": 0, "max": 100},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [*(words(row["criterion"]) for row in rows), SUM],
            "axisLabel": {"color": "var(--ink)", "interval": 0, "width": 166, "overflow": "truncate"},
            "axisTick": {"show": False},
        },
        "series": series,
        "media": [_PHONE],
    }  # fmt: skip


def _steps(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """Where each bar begins: where the one above it ends; the sum begins at 0."""
    added = (row["contribution"] or 0.0 for row in rows)
    return [*[*accumulate(added, initial=0.0)][:-1], 0.0]


def _bars(name: str, style: Mapping[str, Any], data: Sequence[Any], *, legend: bool = True) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "stack": "score",
        "barCategoryGap": "32%",
        "silent": not legend,
        "itemStyle": {"borderRadius": 2, **style},
        "emphasis": {"disabled": True},
        "data": list(data),
    }


def _added(dimension: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    data = [
        _datum(row, row["contribution"], label=number(row["contribution"]) if known(row) else None)
        if row["dimension"] == dimension and row["contribution"] is not None
        else None
        for row in rows
    ]
    return _bars(words(dimension), {"color": _COLOURS[dimension]}, [*data, None])


def _datum(row: Mapping[str, Any], value: float | None, *, label: str | None = None) -> dict[str, Any]:
    added = row["contribution"]
    datum: dict[str, Any] = {
        "value": 0 if value is None else round(value, 4),
        "tip": {
            "title": words(row["criterion"]),
            "lines": [
                ["Adds", UNKNOWN if added is None else f"{signed(added)} points"],
                ["Could add", UNKNOWN if row["headroom"] is None else f"{signed(row['headroom'])} points"],
                ["Value", value_text(row["value"]) if known(row) else _NOT_KNOWN],
                ["Weight", number(row["weight"], 0)],
                ["Known from", _source(row)],
            ],
        },
    }
    return datum if label is None else {**datum, "label": _label(label)}


def _label(text: str) -> dict[str, Any]:
    return {
        "show": True,
        "position": "right",
        "distance": 4,
        "formatter": text,
        "color": "var(--ink)",
        "fontSize": 11.5,
        "textBorderColor": "var(--card)",
        "textBorderWidth": 3,
    }


def _total(composite: Mapping[str, Any], criteria: int) -> dict[str, Any]:
    score, low, high = (composite[name] for name in ("score", "low", "high"))
    sure = low == high
    datum = {
        "value": round(score, 4),
        "label": {**_label(number(score)), "fontWeight": "bold", **(_INSIDE if score > _ROOMY else {})},
        "tip": {
            "title": SUM,
            "lines": [["Composite", number(score)], ["Lowest", number(low)], ["Highest", number(high)]],
            "note": "" if sure else "By what is unknown: all at its worst, all at its best",
        },
    }
    return _bars(SUM, {"color": "var(--ink)"}, [*([None] * criteria), datum])


def _room(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    data = [_datum(row, row["headroom"]) if known(row) and row["headroom"] else None for row in rows]
    return _bars("Could add", {"color": "var(--line)"}, [*data, None])


def _open(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    data = [_datum(row, row["headroom"], label=_NOT_KNOWN) if not known(row) else None for row in rows]
    dashed = {"color": "var(--card)", "borderColor": "var(--warn)", "borderType": "dashed", "borderWidth": 1.4}
    return _bars("Not known", dashed, [*data, None])
