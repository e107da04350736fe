"""Hygiene and health of an account: its indicators beside those of 90 days before, and both sides day by day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from app.console.core.figures import UNKNOWN, day, number, signed, words
from app.console.core.pictures.picture import Cell, FigureTable, Picture

SIDES: Final = ("hygiene", "health")
_COLOURS: Final = {"hygiene": "var(--tier-2)", "health": "var(--tier-1)"}
_FEWEST: Final = 3  # axes of a radar; two make a line
_SHORT: Final = {"csat": "CSAT", "nps": "NPS", "qbr": "QBR"}
_LINE: Final = 11  # letters, beyond which a name takes two lines


def radar(side: str, now: Mapping[str, Any], before: Mapping[str, Any]) -> Picture | None:
    """One side's indicators as the API answers them on two days; None where too few are known for a picture.

    An indicator that is known on neither day has no axis; the table has it all the same.
    """
    then = {one["indicator"]: one for one in before[side]["contributions"]}
    rows = [(one, then.get(one["indicator"])) for one in now[side]["contributions"]]
    known = [(one, old) for one, old in rows if one["utility"] is not None or _utility(old) is not None]
    if len(known) < _FEWEST or all(one["utility"] is None for one, _ in known):
        return None
    return Picture(
        name=f"{side}-radar",
        title=f"{words(side)}: its indicators",
        summary=(
            f"{len(known)} indicators of {side}, each from 0 to 100, on {day(now['as_of'])} and"
            f" on {day(before['as_of'])}; {len(rows) - len(known)} are not known on either day."
            f" {words(side)} was {number(before[side]['score'])} and is {number(now[side]['score'])}."
        ),
        option=_radar_option(side, known, now["as_of"], before["as_of"]),
        table=FigureTable(
            (
                ("Indicator", False),
                ("Worth now", True),
                (f"Worth on {day(before['as_of'])}", True),
                ("Change", True),
                ("Weight", True),
            ),
            [_radar_row(one, old) for one, old in rows],
        ),
        height="radar",
    )


def _utility(one: Mapping[str, Any] | None) -> float | None:
    return None if one is None else one["utility"]


def _points(utility: float | None) -> float | None:
    return None if utility is None else round(100 * utility, 2)


def _radar_row(one: Mapping[str, Any], old: Mapping[str, Any] | None) -> list[Cell | str]:
    now, then = _points(one["utility"]), _points(_utility(old))
    change = None if now is None or then is None else now - then
    return [
        _named(one),
        Cell("not known", mark="soft") if now is None else number(now, 0),
        number(then, 0),
        signed(change, 0),
        number(one["weight"], 0),
    ]


def _radar_option(
    side: str,
    rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any] | None]],
    now_on: date,
    then_on: date,
) -> dict[str, Any]:
    axes = [{"name": _axis_name(one, old), "min": 0, "max": 100} for one, old in rows]
    then = {
        "value": [_points(_utility(old)) or 0 for _, old in rows],
        "name": day(then_on),
        "itemStyle": {"color": "var(--soft)"},
        "lineStyle": {"type": "dashed", "width": 1.5, "color": "var(--soft)"},
        "symbol": "emptyCircle",
        "symbolSize": 5,
    }
    now = {
        "value": [_points(one["utility"]) or 0 for one, _ in rows],
        "name": day(now_on),
        "itemStyle": {"color": _COLOURS[side]},
        "lineStyle": {"width": 2, "color": _COLOURS[side]},
        "areaStyle": {"color": _COLOURS[side], "opacity": 0.16},
        "symbol": "circle",
        "symbolSize": 6,
    }
    return {
        "legend": {"top": 0, "left": 0, "data": [now["name"], then["name"]], "selectedMode": False},
        "tooltip": {"trigger": "item"},
        "radar": {
            "indicator": axes,
            "center": ["50%", "54%"],
            "radius": "66%",
            "splitNumber": 4,
            "axisName": {"fontSize": 11, "lineHeight": 12.5},
            "axisNameGap": 8,
        },
        "series": [{"type": "radar", "data": [then, now]}],
        "media": [
            {
                "query": {"maxWidth": 420},
                "option": {"radar": {"radius": "54%", "axisName": {"fontSize": 9, "lineHeight": 10}}},
            }
        ],
    }


def _named(one: Mapping[str, Any]) -> str:
    """What an indicator is called, with what is an abbreviation as such."""
    return " ".join(_SHORT.get(word.lower(), word) for word in words(one["indicator"]).split())


def _axis_name(one: Mapping[str, Any], old: Mapping[str, Any] | None) -> str:
    """What an axis is called, over two lines where it is long; what is not known lies in the middle of the picture."""
    name = _named(one)
    if len(name) > _LINE:
        spaces = [at for at, letter in enumerate(name) if letter == " "]
        middle = min(spaces, key=lambda at: abs(at - len(name) / 2), default=None)
        name = name if middle is None else f"{name[:middle]}\n{name[middle + 1 :]}"
    if one["utility"] is None:
        return f"{name}\n(not known now)"
    return name if _utility(old) is not None else f"{name}\n(not known then)"


def course(days: Sequence[Mapping[str, Any]], now: Mapping[str, Any]) -> Picture | None:
    """Both sides over time; None under two days.

    days: what was kept, the oldest first: `as_of`, `hygiene`, `health` and `quadrant` each. now: as the API answers it,
    for the thresholds from which a side is high.
    """
    if len(days) < 2:
        return None
    first, last = days[0]["as_of"], days[-1]["as_of"]
    return Picture(
        name="health-course",
        title="Hygiene and health over time",
        summary=(
            f"Hygiene and health from {day(first)} to {day(last)}: hygiene from {number(days[0]['hygiene'])} to"
            f" {number(days[-1]['hygiene'])}, health from {number(days[0]['health'])} to {number(days[-1]['health'])}."
        ),
        option=_course_option(days, now),
        table=FigureTable(
            (("Day", False), ("Hygiene", True), ("Health", True), ("Quadrant", False)),
            [
                [day(one["as_of"]), number(one["hygiene"]), number(one["health"]), _quadrant(one["quadrant"])]
                for one in reversed(days)
            ],
        ),
        height="short",
    )


def _quadrant(name: str | None) -> str:
    return UNKNOWN if name is None else words(name)


def _course_option(days: Sequence[Mapping[str, Any]], now: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "grid": {"left": 34, "right": 22, "top": 38, "bottom": 26},
        "legend": {"top": 0, "left": 0, "selectedMode": False},
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "time",
            "splitNumber": 5,
            "splitLine": {"show": False},
            "axisLabel": {"formatter": {"year": "{yyyy}", "month": "{MMM}", "day": "{d} {MMM}"}},
        },
        "yAxis": {"type": "value", "min": 0, "max": 100},
        "series": [_line(side, days, now[side]["threshold"]) for side in SIDES],
    }


def _line(side: str, days: Sequence[Mapping[str, Any]], threshold: float) -> dict[str, Any]:
    return {
        "type": "line",
        "name": words(side),
        "showSymbol": len(days) < 40,
        "symbol": "circle" if side == "health" else "rect",
        "connectNulls": False,
        "lineStyle": {"width": 2.2, "color": _COLOURS[side], "type": "solid" if side == "health" else [7, 4]},
        "itemStyle": {"color": _COLOURS[side]},
        "data": [[one["as_of"].isoformat(), None if one[side] is None else round(one[side], 2)] for one in days],
        "markLine": {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"color": "var(--soft)", "type": "dotted", "width": 1},
            "label": {"show": False},
            "data": [{"yAxis": threshold}],
        },
    }
