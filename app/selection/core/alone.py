"""The Score of one account by itself: what the arrays of `score` and `answer` say, at a tenth of their cost.

Made for the commonest requests of all: one account sent to be scored, one kept score to be shown. Whatever is unusual
about inputs (something to refuse or to remark on) is left to the arrays. Meanings and sources stand there; the tests
hold both to the same answers.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.scoring.core.single_values import NAN, single
from app.scoring.core.weighted_score import LENT_UTILITY
from app.selection.core.answer import Answer, Context, gate_entry, missing_warning, unknown_gate_warning
from app.selection.core.model import SelectionModel
from app.selection.core.rounding import rounded_or_none as shown
from app.selection.core.score import weighings
from app.selection.core.single_dimension import Figures, SingleDimension
from app.selection.core.single_inputs import code_of, input_of
from app.selection.core.single_table import Placed, SingleTable
from app.selection.core.single_verdict import Account, NextTier, Track, Verdicts
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
        self._codes = [(column.metric, code_of(column)) for column in model.columns]
        best_percentile = 1.0 if kept else 0.5
        self._functions = [single(one.value_function, best_percentile) for one in criteria]
        self._dimensions = [SingleDimension(part, model.missing_policy) for part in weighings(model)]
        self._verdicts = Verdicts(model, self._functions, self._dimensions)
        self._entries = [(one.key, one.dimension, input_of(one.value_function), one.weight) for one in criteria]
        self._lent = LENT_UTILITY[model.missing_policy]
        self._shares = [one.share for one in self._dimensions]
        self._tiers = model.tier_names
        self._missing = [missing_warning(count, len(criteria)) for count in range(len(criteria) + 1)]
        self._unknown_gates = [unknown_gate_warning(gate) for gate in model.gates]
        # Where the gates' codes and, behind them, those of the axes begin.
        self._criteria, self._judged = len(criteria), len(criteria) + len(model.gates)
        self._table = None if model.tier_table is None else SingleTable(model, best_percentile)

    def read(self, inputs: Mapping[str, object]) -> list[float] | None:
        """The inputs as codes, by the model's columns, NaN = unknown; None where anything is to be said about them."""
        if not inputs.keys() <= self._metrics:
            return None
        codes = [NAN if (value := inputs.get(metric)) is None else code(value) for metric, code in self._codes]
        return None if None in codes else codes  # type: ignore[return-value]  # no None is among them

    def utilities(self, codes: Sequence[float]) -> list[float]:
        """What the codes are worth, by criterion and then by axis, NaN = unknown."""
        utilities = [
            NAN if math.isnan(code) else one.utility(code)
            for one, code in zip(self._functions, codes, strict=False)  # the gates' codes come last
        ]
        return utilities if self._table is None else utilities + self._table.utilities(codes[self._judged :])

    def answer(
        self,
        codes: Sequence[float],
        utilities: Sequence[float],
        sources: Mapping[str, Any] = _NO_SOURCES,
        axis_sources: Mapping[str, Any] = _NO_SOURCES,
    ) -> Answer:
        """The part of a Score that follows from the account itself; who it is and where it stands are added to it."""
        on_axes, utilities = utilities[self._criteria :], utilities[: self._criteria]
        account = Account(codes, utilities)
        contributions, headroom = [NAN] * len(utilities), [NAN] * len(utilities)
        figures = [one.figures(utilities, contributions, headroom) for one in self._dimensions]
        composite = self._composite(*figures)
        outcomes = self._verdicts.outcomes(codes[self._criteria : self._judged])
        track = self._verdicts.track(outcomes)
        if self._table is None:
            placed = self._placed(track, figures, composite, account)
        else:
            placed = self._table.placed(track, codes[self._judged :], on_axes, axis_sources)
        return {
            "opportunity": _figures(figures[0]),
            "alignment": _figures(figures[1]),
            "composite": _figures(composite),
            "quadrant": _BY_QUADRANT[self._verdicts.quadrant(figures[0].score, figures[1].score)],
            "tier": placed.tier,
            "provisional": placed.provisional,
            "tier_axes": placed.axes,
            "gates": [gate_entry(*pair) for pair in zip(self.model.gates, outcomes, strict=True)],
            "contributions": self._contributions(account, contributions, headroom, sources),
            "next_tier": placed.next_tier,
            "warnings": [*self._warnings(utilities, outcomes), *placed.warnings],
        }

    def _placed(self, track: Track, figures: Sequence[Figures], composite: Figures, account: Account) -> Placed:
        """The tier by score."""
        cases = [(figures[0][at], figures[1][at], composite[at]) for at in range(3)]
        tier, lowest, highest = [self._verdicts.tier(case, track) for case in cases]
        lift = self._verdicts.next_tier(tier, track, figures, composite.score, account)
        following = None if lift is None else self._next_tier(lift)
        return Placed(self._tiers[tier], lowest != highest, None, following, ())

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
            "axis": None,
            "band": None,
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


def of_one_sent(ref: str | None, answer: Answer) -> Answer:
    """The same for an account that came with its model: it is nobody's, and stands among nobody."""
    return {
        "ref": ref,
        "account_id": None,
        "as_of": None,
        "model_id": None,
        "model_version": None,
        **answer,
        "rank": None,
        "ranked": None,
        "percentile": None,
        "previous": None,
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
