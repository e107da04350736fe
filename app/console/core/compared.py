"""Figures of warnings in words: what was found, and what it was compared with."""

from collections.abc import Mapping
from typing import Any, Final

from app.console.core.figures import UNKNOWN, number, percent, words

_COMPARES: Final = {"at_least": "at least", "above": "above", "at_most": "at most", "below": "below"}
_WHOLE: Final = frozenset({"days", "count"})
_TIMES: Final = 2.0  # a ratio beyond which it is told as times, not as percent
_MEASURES: Final = {"now": "", "before": ", 90 days before", "fall": ", fall in 90 days", "drop": ", drop in 90 days"}


def in_unit(value: float | None, unit: str | None) -> str:
    """A figure as its metric's unit asks for."""
    if value is None:
        return UNKNOWN
    if unit == "ratio":
        return percent(value)
    if unit in _WHOLE:
        return number(value, 0)
    return number(value, 0 if unit == "money" or abs(value) >= 1000 else 2)


def compared(figure: Mapping[str, Any]) -> tuple[str, str]:
    """What a warning's figure is called, and what it says: `Days since QBR`, `143 (above 100)`."""
    title, unit_of = figure["title"] or words(figure["metric"]), figure["unit"]
    both = [figure[name] for name in ("value", "threshold")]
    if unit_of == "ratio" and any(one is not None and one > _TIMES for one in both):
        value, limit = (UNKNOWN if one is None else f"{number(one)} times" for one in both)
    else:
        value, limit = (in_unit(one, unit_of) for one in both)
    unit = " days" if figure["unit"] == "days" else ""
    against = "" if figure["threshold"] is None else f" ({_COMPARES[figure['compares']]} {limit})"
    return f"{title}{_MEASURES[figure['measure']]}", f"{value}{unit}{against}"
