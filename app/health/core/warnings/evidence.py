"""What a warning rests on: the figures that were compared, as they are kept and shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.health.core.warnings.conditions import Comparison, Figures, Limits, limit_of
from app.health.core.warnings.rule import Rule
from app.metrics.core.measured import Days, Measured, Vector

_KEPT_DIGITS: Final = 6


def ways_held(rule: Rule, held: int) -> list[str]:
    """The codes of the ways whose bits are set."""
    return [way.code for place, way in enumerate(rule.ways) if held >> place & 1]


def held_bits(rule: Rule, codes: Sequence[str]) -> int:
    """The bits of the ways of these codes; a way that the rule no longer has is forgotten."""
    return sum(1 << place for place, way in enumerate(rule.ways) if way.code in codes)


def same_figures(document: Mapping[str, Any], ways: object, figures: object) -> bool:
    """Whether the evidence rests on these ways and figures, whatever records stand beside it."""
    return bool(document["ways"] == ways and document["figures"] == figures)


@dataclass(frozen=True, slots=True)
class _Told:
    """A comparison as it is told of any account: what is the same for all, and by account what is not."""

    shared: Mapping[str, Any]
    values: Sequence[float | None]
    thresholds: Sequence[float | None]
    facts_on: Sequence[str | None]

    def of(self, row: int) -> dict[str, Any]:
        return {
            **self.shared,
            "value": self.values[row],
            "threshold": self.thresholds[row],
            "fact_on": self.facts_on[row],
        }


class Compared:
    """The figures and limits of one day, read out account by account for those of which something holds."""

    def __init__(self, measured: Measured, figures: Figures, limits: Limits) -> None:
        self._measured, self._figures, self._limits = measured, figures, limits
        self._columns: dict[Comparison, _Told] = {}
        self._ways: dict[tuple[str, int], tuple[list[str], list[_Told]]] = {}

    def document(self, rule: Rule, row: int, held: int) -> dict[str, Any]:
        """The evidence of one account's warning: the ways that hold, and their figures beside their thresholds."""
        key = rule.code, held
        if key not in self._ways:
            codes = ways_held(rule, held)
            comparisons = dict.fromkeys(one for way in rule.ways if way.code in codes for one in way.opens)
            self._ways[key] = codes, [self._column(comparison) for comparison in comparisons]
        codes, told = self._ways[key]
        return {"ways": codes, "figures": [column.of(row) for column in told]}

    def _column(self, comparison: Comparison) -> _Told:
        if comparison not in self._columns:
            accounts, latest = self._figures.accounts, self._measured.latest.get(comparison.metric)
            # Of what was a quarter before, the latest fact is not that figure's.
            dated = latest is not None and comparison.measure != "before"
            self._columns[comparison] = _Told(
                {name: getattr(comparison, name) for name in ("metric", "measure", "compares")},
                _numbers(self._figures.of(comparison)),
                _numbers(limit_of(comparison, self._limits, accounts)),
                _days(latest) if dated and latest is not None else [None] * accounts,
            )
        return self._columns[comparison]


def _numbers(values: Vector) -> list[float | None]:
    return [None if number != number else number for number in values.round(_KEPT_DIGITS).tolist()]  # noqa: PLR0124  # NaN


def _days(days: Days) -> list[str | None]:
    return [None if day == "NaT" else day for day in np.datetime_as_string(days.astype("datetime64[D]")).tolist()]
