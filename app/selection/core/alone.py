"""The Score of one account by itself: what the arrays of `score` and `answer` say, at a tenth of their cost.

Made for the commonest requests of all: one account sent to be scored, one kept score to be shown. Whatever is unusual
about inputs (something to refuse or to remark on) is left to the arrays. Meanings and sources stand there; the tests
hold both to the same answers.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from app.scoring.core.inputs import Column, Input
from app.scoring.core.single_values import NAN, single
from app.scoring.core.value_functions import Boolean, Categories, Rating, ValueFunction
from app.scoring.core.weighted_score import LENT_UTILITY
from app.selection.core.answer import Answer, Context, gate_entry, missing_warning, unknown_gate_warning
from app.selection.core.model import SelectionModel
from app.selection.core.rounding import rounded_or_none as shown
from app.selection.core.score import weighings
from app.selection.core.single_dimension import Figures, SingleDimension
from app.selection.core.single_verdict import Account, NextTier, Verdicts
from app.selection.core.tiering import QUADRANTS, UNKNOWN

_BY_QUADRANT = (*QUADRANTS, None)  # -1 is None
_NO_SOURCES: Mapping[str, Any] = {}


class Standing(NamedTuple):
    """An account's rank and percentile among those that it was scored with, None where it has no composite."""

    rank: int | None
    ranked: int
    percentile: float | None


class Alone:
    """A model made ready for one account at a time.

    kept: whether utilities come from where they were kept. A percentile can then reach anything, since how many
    accounts it was found among is not known any more; else it is found among the account alone.
    """

    def __init__(self, model: SelectionModel, *, kept: bool = False) -> None:
        self.model = model
        criteria = model.criteria
        self._metrics = frozenset(model.metrics)
        self._codes = [(column.metric, _code_of(column)) for column in model.columns]
        self._functions = [single(one.value_function, best_percentile=1.0 if kept else 0.5) for one in criteria]
        self._dimensions = [SingleDimension(part, model.missing_policy) for part in weighings(model)]
        self._verdicts = Verdicts(model, self._functions, self._dimensions)
        self._entries = [(one.key, one.dimension, _input_of(one.value_function), one.weight) for one in criteria]
        self._lent = LENT_UTILITY[model.missing_policy]
        self._shares = [one.share for one in self._dimensions]
        self._tiers = model.tier_names
        self._missing = [missing_warning(count, len(criteria)) for count in range(len(criteria) + 1)]
        self._unknown_gates = [unknown_gate_warning(gate) for gate in model.gates]

    def read(self, inputs: Mapping[str, object]) -> list[float] | None:
        """The inputs as codes, by the model's columns, NaN = unknown; None where anything is to be said about them."""
        if not inputs.keys() <= self._metrics:
            return None
        codes = [NAN if (value := inputs.get(metric)) is None else code(value) for metric, code in self._codes]
        return None if None in codes else codes  # type: ignore[return-value]  # no None is among them

    def utilities(self, codes: Sequence[float]) -> list[float]:
        """What the codes are worth, by criterion, NaN = unknown."""
        return [
            NAN if math.isnan(code) else one.utility(code)
            for one, code in zip(self._functions, codes, strict=False)  # the gates' codes come last
        ]

    def answer(
        self, codes: Sequence[float], utilities: Sequence[float], sources: Mapping[str, Any] = _NO_SOURCES
    ) -> Answer:
        """The part of a Score that follows from the account itself; who it is and where it stands are added to it."""
        account = Account(codes, utilities)
        contributions, headroom = [NAN] * len(utilities), [NAN] * len(utilities)
        figures = [one.figures(utilities, contributions, headroom) for one in self._dimensions]
        composite = self._composite(*figures)
        cases = [(figures[0][at], figures[1][at], composite[at]) for at in range(3)]
        outcomes = self._verdicts.outcomes(codes[len(utilities) :])
        track = self._verdicts.track(outcomes)
        tier, lowest, highest = [self._verdicts.tier(case, track) for case in cases]
        lift = self._verdicts.next_tier(tier, track, figures, composite.score, account)
        return {
            "opportunity": _figures(figures[0]),
            "alignment": _figures(figures[1]),
            "composite": _figures(composite),
            "quadrant": _BY_QUADRANT[self._verdicts.quadrant(figures[0].score, figures[1].score)],
            "tier": self._tiers[tier],
            "provisional": lowest != highest,
            "gates": [gate_entry(*pair) for pair in zip(self.model.gates, outcomes, strict=True)],
            "contributions": self._contributions(account, contributions, headroom, sources),
            "next_tier": None if lift is None else self._next_tier(lift),
            "warnings": self._warnings(utilities, outcomes),
        }

    def _composite(self, opportunity: Figures, alignment: Figures) -> Figures:
        """Weighed by the dimensions' shares; a NaN stays one, whatever its share."""
        one, other = self._shares
        return Figures(*[one * o + other * a for o, a in zip(opportunity, alignment, strict=True)])

    def _contributions(
        self, account: Account, contributions: Sequence[float], headroom: Sequence[float], sources: Mapping[str, Any]
    ) -> list[Answer]:
        lent = self._lent
        entries: list[Answer] = [
            {
                "criterion": key,
                "dimension": dimension,
                "value": None if math.isnan(code) else raw(code),
                "utility": lent if math.isnan(utility) else shown(utility),
                "weight": weight,
                "contribution": shown(contribution),
                "headroom": shown(room),
                "source": sources.get(key),
            }
            for (key, dimension, raw, weight), code, utility, contribution, room in zip(
                self._entries, account.codes, account.utilities, contributions, headroom, strict=False
            )
        ]
        entries.sort(key=_by_headroom)
        return entries

    def _next_tier(self, lift: NextTier) -> Answer:
        key, _, raw, _ = self._entries[lift.criterion]
        return {
            "tier": self._tiers[lift.tier],
            "criterion": key,
            "utility_needed": shown(lift.utility),
            "value_needed": None if math.isnan(lift.value) else raw(lift.value),
        }

    def _warnings(self, utilities: Sequence[float], outcomes: Sequence[int]) -> list[Answer]:
        missing = self._missing[sum(map(math.isnan, utilities))]
        return missing + [
            warning for warning, outcome in zip(self._unknown_gates, outcomes, strict=True) if outcome == UNKNOWN
        ]


def with_identity(answer: Answer, context: Context, standing: Standing | None = None) -> Answer:
    """The whole Score: with who the one account of the context is, and where it stands among others, if any."""
    return {
        "ref": context.refs[0] if context.refs else None,
        "account_id": context.account_ids[0] if context.account_ids else None,
        "as_of": context.as_of,
        "model_id": context.model_id,
        "model_version": context.model_version,
        **answer,
        "rank": None if standing is None else standing.rank,
        "ranked": None if standing is None else standing.ranked,
        "percentile": None if standing is None or standing.percentile is None else shown(standing.percentile),
        "previous": context.previous[0] if context.previous else None,
    }


def _figures(figures: Figures) -> Answer:
    return {
        "score": shown(figures.score),
        "low": shown(figures.low),
        "high": shown(figures.high),
        "coverage": shown(figures.coverage),
    }


def _by_headroom(entry: Answer) -> float:
    """Most first; unknown last."""
    room: Any = entry["headroom"]
    return math.inf if room is None else -room


def _code_of(column: Column) -> Callable[[object], float | None]:
    """From a raw value to its code, None where it is not plainly right."""
    match column.function:
        case Boolean():
            return lambda value: float(value) if type(value) is bool else None
        case Categories(labels):
            codes = {label: float(at) for at, label in enumerate(labels)}
            return lambda value: codes.get(value) if type(value) is str else None
        case Rating(maximum):
            return lambda value: float(value) if type(value) in {int, float} and 1 <= value <= maximum else None  # type: ignore[operator, arg-type]  # a number
        case _:
            return _finite


def _finite(value: object) -> float | None:
    if type(value) is float:
        return value if math.isfinite(value) else None
    return float(value) if type(value) is int and abs(value) < 2**63 else None


def _input_of(function: ValueFunction) -> Callable[[float], Input]:
    """From a known code back to what was sent."""
    match function:
        case Boolean():
            return lambda code: code > 0.0
        case Categories(labels):
            return lambda code: labels[int(code)]
        case _:
            return lambda code: code + 0.0  # no negative zero
