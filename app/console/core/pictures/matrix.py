"""The portfolio matrix: opportunity over alignment, sized by revenue, coloured and shaped by tier."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.console.core.figures import money, number, percent, words
from app.console.core.pictures.picture import Cell, FigureTable, Picture
from app.console.core.standing import Standing
from app.console.core.tiers import TierLook
from app.kernel.ids import AccountId
from app.selection.core.model import STANDARD, QuadrantThresholds

SMALLEST: Final = 8.0  # pixels across
LARGEST: Final = 46.0
CROWD: Final = 40  # from so many accounts on they are drawn smaller, so that they hide less of one another
NAMED: Final = 10  # of the best have their names beside them
BIGGEST: Final = 3  # contributions that are told
# Where alignment and opportunity are high.
_QUADRANTS = (
    ("serve", False, False, "insideBottomLeft"),
    ("sustain", True, False, "insideBottomRight"),
    ("cultivate", False, True, "insideTopLeft"),
    ("invest", True, True, "insideTopRight"),
)


def matrix(  # what is drawn, and what is told of it
    standings: Sequence[Standing],
    *,
    revenue: Mapping[AccountId, float | None],
    explained: Mapping[AccountId, Mapping[str, Any]],
    currency: str,
    thresholds: QuadrantThresholds,
    looks: Mapping[str, TierLook],
) -> Picture:
    """The picture of accounts that all have a place.

    standings: best first. revenue: of the last twelve months, by account; None is unknown, and drawn as the smallest.
    explained: the accounts' scores as the API answers them. thresholds: from where on a quadrant's side is high.
    looks: by tier; a tier without one looks as `standard` does.
    """
    sizes = _sizes([revenue.get(one.account_id) for one in standings])
    points = [
        _Point(
            one,
            money(revenue.get(one.account_id), currency),
            size,
            looks.get(one.tier or STANDARD, looks[STANDARD]),
        )
        for one, size in zip(standings, sizes, strict=True)
    ]
    return Picture(
        name="matrix",
        title="Opportunity and alignment",
        summary=_summary(standings, thresholds),
        option=_option(points, explained, thresholds, looks),
        table=FigureTable(
            (
                ("Account", False),
                ("Tier", False),
                ("Quadrant", False),
                ("Opportunity", True),
                ("Alignment", True),
                ("Composite", True),
                ("Revenue, 12 months", True),
                ("Biggest contributions", False),
            ),
            [point.row(explained) for point in points],
        ),
    )


def _summary(standings: Sequence[Standing], thresholds: QuadrantThresholds) -> str:
    invest = sum(one.quadrant == "invest" for one in standings)
    return (
        f"{len(standings)} accounts by alignment, from left to right, and opportunity, from bottom to top; {invest} of"
        f" them lie in the quadrant invest, with an alignment of {number(thresholds.alignment, 0)} and an opportunity"
        f" of {number(thresholds.opportunity, 0)} or more. The table has the same figures."
    )


def _sizes(revenue: Sequence[float | None]) -> list[float]:
    """How many pixels across each account is: its area tells the revenue."""
    most = max((amount for amount in revenue if amount is not None), default=0.0)
    largest = max(LARGEST / 2, LARGEST * min(1.0, math.sqrt(CROWD / max(1, len(revenue)))))
    shares = [math.sqrt(max(amount or 0.0, 0.0) / most) if most > 0 else 0.0 for amount in revenue]
    return [round(SMALLEST + (largest - SMALLEST) * share, 1) for share in shares]


@dataclass(frozen=True, slots=True)
class _Point:
    """An account on the map, so many pixels across."""

    standing: Standing
    revenue: str
    size: float
    look: TierLook

    @property
    def href(self) -> str:
        return f"/console/accounts/{self.standing.account_id}"

    def datum(self, explained: Mapping[AccountId, Mapping[str, Any]], *, named: bool) -> dict[str, Any]:
        one = self.standing
        assert one.alignment is not None
        assert one.opportunity is not None
        lines = [
            ["Tier", f"{self.look.label}{' (provisional)' if one.provisional else ''}"],
            ["Composite", f"{number(one.composite)}, {number(one.low)} to {number(one.high)}"],
            ["Opportunity", number(one.opportunity)],
            ["Alignment", number(one.alignment)],
            ["Revenue, 12 months", self.revenue],
            ["Known", percent(one.coverage)],
            *([name, f"+{gain}"] for name, gain in _biggest(explained.get(one.account_id))),
        ]
        return {
            "name": one.name,
            "value": [round(one.alignment, 2), round(one.opportunity, 2)],
            "symbolSize": self.size,
            "label": {"show": named, "position": _beside(one.alignment, one.opportunity)},
            "tip": {"title": one.name, "lines": lines, "rule": 6, "note": "Click for the account"},
            "href": self.href,
        }

    def row(self, explained: Mapping[AccountId, Mapping[str, Any]]) -> list[Cell | str]:
        one = self.standing
        biggest = ", ".join(f"{name} +{gain}" for name, gain in _biggest(explained.get(one.account_id)))
        return [
            Cell(one.name, href=self.href),
            Cell(self.look.label, mark=f"tier tier-{self.look.slot}"),
            words(one.quadrant),
            number(one.opportunity),
            number(one.alignment),
            number(one.composite),
            self.revenue,
            biggest,
        ]


def _beside(alignment: float, opportunity: float) -> str:
    """Where there is room for a name."""
    if alignment > 88:
        return "left"
    return "bottom" if opportunity > 92 else "top"


def _biggest(answer: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """What adds most to the composite, by the criterion in words."""
    found = [one for one in (answer or {}).get("contributions", ()) if one["contribution"]]
    found.sort(key=lambda one: -float(one["contribution"]))
    return [(words(one["criterion"]), number(one["contribution"])) for one in found[:BIGGEST]]


def _option(
    points: Sequence[_Point],
    explained: Mapping[AccountId, Mapping[str, Any]],
    thresholds: QuadrantThresholds,
    looks: Mapping[str, TierLook],
) -> dict[str, Any]:
    best = {point.standing.account_id for point in points[:NAMED]}
    # Large ones first, so that small ones lie upon them and can be reached.
    falling = sorted(points, key=lambda point: -point.size)
    series = [
        _series(look, [p.datum(explained, named=p.standing.account_id in best) for p in falling if p.look is look])
        for look in looks.values()
    ]
    return {
        "grid": {"left": 56, "right": 26, "top": 58, "bottom": 50},
        "legend": {
            "top": 0,
            "left": 0,
            "itemGap": 16,
            "itemWidth": 14,
            "itemHeight": 12,
            "data": [one["name"] for one in series if one["data"]],
        },
        "xAxis": _axis("Alignment"),
        "yAxis": _axis("Opportunity"),
        "series": [_ground(thresholds), *(one for one in series if one["data"])],
        # On a phone the legend takes two lines.
        "media": [{"query": {"maxWidth": 520}, "option": {"grid": {"left": 44, "right": 22, "top": 84}}}],
    }


def _axis(name: str) -> dict[str, Any]:
    return {
        "type": "value",
        "name": name,
        "nameLocation": "middle",
        "nameGap": 32,
        "min": 0,
        "max": 100,
        "splitLine": {"show": False},
    }


def _series(look: TierLook, data: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": look.label,
        "symbol": look.shape,
        "itemStyle": {
            "color": look.colour,
            "opacity": 0.75 if look.name == STANDARD else 0.88,
            "borderColor": "var(--card)",
            "borderWidth": 1.2,
        },
        "emphasis": {"itemStyle": {"opacity": 1, "borderColor": "var(--ink)", "borderWidth": 2}},
        "label": {
            "show": False,
            "formatter": "{b}",
            "color": "var(--ink)",
            "fontSize": 12,
            "textBorderColor": "var(--card)",
            "textBorderWidth": 3,
        },
        "labelLayout": {"hideOverlap": True},
        "data": list(data),
    }


def _ground(thresholds: QuadrantThresholds) -> dict[str, Any]:
    """What lies behind the points: the quadrants and the thresholds that divide them."""
    return {
        "type": "scatter",
        "name": "quadrants",
        "data": [],
        "silent": True,
        "markLine": {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"color": "var(--soft)", "type": "dashed", "width": 1.2},
            "label": {"color": "var(--soft)", "formatter": "{c}", "position": "end", "distance": 2},
            "data": [{"xAxis": thresholds.alignment}, {"yAxis": thresholds.opportunity}],
        },
        "markArea": {
            "silent": True,
            "label": {"color": "var(--soft)", "fontSize": 13, "fontWeight": "bold"},
            "data": [_area(thresholds, *quadrant) for quadrant in _QUADRANTS],
        },
    }


def _area(
    thresholds: QuadrantThresholds,
    name: str,
    aligned: bool,  # noqa: FBT001  # a row of _QUADRANTS
    open_: bool,  # noqa: FBT001  # likewise
    corner: str,
) -> list[dict[str, Any]]:
    across = (thresholds.alignment, 100) if aligned else (0, thresholds.alignment)
    up = (thresholds.opportunity, 100) if open_ else (0, thresholds.opportunity)
    begins = {
        "name": words(name),
        "coord": [across[0], up[1]],
        "itemStyle": {"color": f"var(--quadrant-{name})"},
        "label": {"position": corner},
    }
    return [begins, {"coord": [across[1], up[0]]}]
