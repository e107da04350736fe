"""Bars that are whole, each cut into parts: what became of promises, and how far resources are used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.console.core.figures import number, percent
from app.console.core.pictures.picture import Cell, FigureTable, Picture

_ROWS: Final = 20  # bars, beyond which the table alone has the rest


@dataclass(frozen=True, slots=True)
class Part:
    """A part that every bar has: the name of its figure, what it is called, and its colour."""

    name: str
    label: str
    colour: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it is of, how many each part is, by the parts' names, and where it leads, if anywhere.

    more: what the tip says besides, label and text.
    """

    label: str
    counts: Mapping[str, int]
    href: str | None = None
    more: Sequence[tuple[str, str]] = ()

    @property
    def whole(self) -> int:
        """What the parts add up to."""
        return sum(self.counts.values())


def share_bars(name: str, title: str, summary: str, parts: Sequence[Part], bars: Sequence[Bar]) -> Picture | None:
    """The picture, in the order of `bars`; None where none of them has anything in it.

    The first part is the one that counts: its share stands beside the bar.
    """
    drawn = [bar for bar in bars if bar.whole]
    if not drawn:
        return None
    shown = drawn[:_ROWS]
    height = "low" if len(shown) <= 4 else "short" if len(shown) <= 8 else "tall"
    return Picture(name, title, summary, _option(parts, shown), _table(parts, bars), height)


def _table(parts: Sequence[Part], bars: Sequence[Bar]) -> FigureTable:
    heads = [heading for heading, _ in bars[0].more]
    columns = [("", False), *((part.label, True) for part in parts), ("All", True), *((head, True) for head in heads)]
    rows: list[list[Cell | str]] = [
        [
            Cell(bar.label, href=bar.href),
            *(number(bar.counts[part.name], 0) for part in parts),
            number(bar.whole, 0),
            *(text for _, text in bar.more),
        ]
        for bar in bars
    ]
    return FigureTable([("Of", False), *columns[1:]], rows)


def _option(parts: Sequence[Part], bars: Sequence[Bar]) -> dict[str, Any]:
    return {
        "grid": {"left": 132, "right": 52, "top": 36, "bottom": 24},
        "legend": {
            "top": 0, "left": 0, "itemGap": 14, "itemWidth": 14, "itemHeight": 12, "selectedMode": False,
            "data": [part.label for part in parts],
        },
        "xAxis": {
            "type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value} %"}, "interval": 25,
        },
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [bar.label for bar in bars],
            "axisLabel": {"color": "var(--ink)", "interval": 0, "width": 120, "overflow": "truncate"},
            "axisTick": {"show": False},
        },
        "series": [_series(parts, at, bars) for at in range(len(parts))],
        "media": [
            {
                "query": {"maxWidth": 460},
                "option": {
                    "grid": {"left": 92, "top": 58, "right": 44},
                    "yAxis": {"axisLabel": {"width": 82, "fontSize": 11}},
                },
            }
        ],
    }  # fmt: skip


def _series(parts: Sequence[Part], at: int, bars: Sequence[Bar]) -> dict[str, Any]:
    part = parts[at]
    return {
        "type": "bar",
        "name": part.label,
        "stack": "whole",
        "barMaxWidth": 26,
        "itemStyle": {"color": part.colour, "borderColor": "var(--card)", "borderWidth": 1},
        "emphasis": {"disabled": True},
        "label": {
            "show": at == len(parts) - 1,
            "position": "right",
            "color": "var(--ink)",
            "fontWeight": "bold",
        },
        "data": [_datum(parts, at, bar) for bar in bars],
    }


def _datum(parts: Sequence[Part], at: int, bar: Bar) -> dict[str, Any]:
    datum: dict[str, Any] = {
        "value": round(100 * bar.counts[parts[at].name] / bar.whole, 3),
        "tip": {
            "title": bar.label,
            "lines": [
                *([part.label, _of(bar.counts[part.name], bar.whole)] for part in parts),
                *([label, text] for label, text in bar.more),
            ],
            "rule": len(parts),
        },
    }
    if at == len(parts) - 1:
        datum["label"] = {"formatter": percent(bar.counts[parts[0].name] / bar.whole)}
    return datum if bar.href is None else {**datum, "href": bar.href}


def _of(count: int, whole: int) -> str:
    return f"{count} ({percent(count / whole)})"
