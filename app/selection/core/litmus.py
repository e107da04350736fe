"""Decides whether a model passes the litmus test: forward-looking, multidimensional, enterprise- and market-aligned.

The four parts and their thresholds are those of domain.md section 4.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.selection.core.model import SelectionModel
from app.selection.core.tiering import TOLERANCE
from app.selection.core.weight_shares import Weighed, total

Part = Literal["forward_looking", "multidimensional", "enterprise_aligned", "market_aligned"]

SALES: Final = "sales"
MARKET: Final = "market"
FRESH_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the one threshold that it is held against: `at_least` and `at_most` are inclusive, `above` is not.

    value: None where it is not known; it then does not hold. alternative: one of a verdict's alternatives is enough.
    lacking: what is said where it does not hold.
    """

    name: str
    value: float | None
    lacking: str
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    alternative: bool = False

    @property
    def holds(self) -> bool:
        if self.value is None:
            return False
        if self.at_least is not None:
            return self.value >= self.at_least - TOLERANCE
        if self.at_most is not None:
            return self.value <= self.at_most + TOLERANCE
        return self.above is None or self.value > self.above + TOLERANCE


@dataclass(frozen=True, slots=True)
class Verdict:
    """One part of the test, with the figures behind it; `reasons` say what is lacking, and are empty where it passed.

    lacking: says it instead of the figures, where there are none to speak of.
    """

    part: Part
    figures: tuple[Figure, ...]
    lacking: str | None = None

    @property
    def passed(self) -> bool:
        return not self.reasons

    @property
    def reasons(self) -> list[str]:
        needed = [figure for figure in self.figures if not figure.alternative and not figure.holds]
        either = [figure for figure in self.figures if figure.alternative]
        found = [figure.lacking for figure in needed]
        if either and not any(figure.holds for figure in either):
            found.append(", or ".join(figure.lacking for figure in either))
        return [self.lacking] if found and self.lacking else found


@dataclass(frozen=True, slots=True)
class Litmus:
    """The whole test."""

    forward_looking: Verdict
    multidimensional: Verdict
    enterprise_aligned: Verdict
    market_aligned: Verdict

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The four, in their order."""
        return (self.forward_looking, self.multidimensional, self.enterprise_aligned, self.market_aligned)

    @property
    def passed(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Round:
    """What a closed feedback round came to.

    functions: of those who took part. kendalls_w: 0..1, None where it could not be computed. open_blocking: the
    blocking objections that nobody has disposed of.
    """

    functions: tuple[str, ...]
    kendalls_w: float | None
    open_blocking: int


def litmus(
    weighed: Sequence[Weighed], feedback: Round | None, backtest_rho: float | None, evidence_notes: int
) -> Litmus:
    """The test of a model by its weights and by what stands behind it.

    feedback: the newest closed round over exactly the model's criteria. backtest_rho: Spearman's rho (-1..1) of the
    composite in a backtest of the model as it is. evidence_notes: how many stand (see `stands`). A criterion whose
    metric is unknown counts in no share but its own. Source: domain.md section 4.5.
    """
    return Litmus(
        _forward_looking(weighed),
        _multidimensional(weighed),
        _enterprise_aligned(feedback),
        _market_aligned(weighed, backtest_rho, evidence_notes),
    )


def _forward_looking(weighed: Sequence[Weighed]) -> Verdict:
    future = total(weighed, lambda one: one.looks_ahead)
    lasting = total(weighed, lambda one: one.of_spend_or_size)
    return Verdict(
        "forward_looking",
        (
            _least("future_share", future, 0.4, "Metrics that look ahead"),
            _most("spend_or_size_share", lasting, 0.3, "Metrics of past or current spend or size"),
        ),
    )


def _multidimensional(weighed: Sequence[Weighed]) -> Verdict:
    counting = [one for one in weighed if one.share > 0.0]
    dimensions, criteria = len({one.dimension for one in counting}), len(counting)
    heaviest = max(weighed, key=lambda one: one.share, default=None)
    return Verdict(
        "multidimensional",
        (
            Figure("dimensions", dimensions, f"{dimensions} of the 2 dimensions has weight; both must", at_least=2.0),
            Figure("criteria", criteria, f"{criteria} criteria have weight; it takes at least 5", at_least=5.0),
            _least("quantitative_share", total(weighed, lambda one: one.counted), 0.2, "Quantitative metrics"),
            _least("qualitative_share", total(weighed, lambda one: one.judged), 0.2, "Qualitative metrics"),
            _most(
                "largest_share",
                heaviest.share if heaviest else 0.0,
                0.35,
                f"The criterion {heaviest.key}" if heaviest else "",
            ),
        ),
    )


def _enterprise_aligned(feedback: Round | None) -> Verdict:
    others = None if feedback is None else len(set(feedback.functions) - {SALES})
    agreement = None if feedback is None else feedback.kendalls_w
    blocking = None if feedback is None else feedback.open_blocking
    known = "is not known" if agreement is None else f"is {agreement:.6g}"
    figures = (
        Figure(
            "functions_other_than_sales",
            others,
            f"{others} functions other than sales took part; it takes at least 3",
            at_least=3.0,
        ),
        Figure("kendalls_w", agreement, f"Agreement (Kendall's W) {known}; it must be at least 0.6", at_least=0.6),
        Figure(
            "open_blocking_objections",
            blocking,
            f"Blocking objections stand open: {blocking}; none may",
            at_most=0.0,
        ),
    )
    absent = "Close a feedback round over exactly these criteria; there is none yet" if feedback is None else None
    return Verdict("enterprise_aligned", figures, absent)


def _market_aligned(weighed: Sequence[Weighed], backtest_rho: float | None, evidence_notes: int) -> Verdict:
    market = total(weighed, lambda one: one.group == MARKET)
    newest = "" if backtest_rho is None else f" (the newest shows a rank correlation of {backtest_rho:.6g})"
    backtest = f"Show by a backtest of the model as it is that its composite goes with growth{newest}"
    evidence = f"record evidence from the market that is at most {FRESH_DAYS} days old"
    figures = (
        _least("market_share", market, 0.1, f"Criteria of the group `{MARKET}`"),
        Figure("backtest_rho", backtest_rho, backtest, above=0.0, alternative=True),
        Figure("evidence_notes", evidence_notes, evidence, at_least=1.0, alternative=True),
    )
    return Verdict("market_aligned", figures)


def _least(name: str, share: float, least: float, who: str) -> Figure:
    lacking = f"{who} have {100 * share:.6g} % of the weight; they need at least {100 * least:g} %"
    return Figure(name, share, lacking, at_least=least)


def _most(name: str, share: float, most: float, who: str) -> Figure:
    return Figure(
        name,
        share,
        f"{who} must not have more than {100 * most:g} % of the weight; now {100 * share:.6g} %",
        at_most=most,
    )


def stands(dated_on: date, criteria: Sequence[str], weighed: Sequence[Weighed], today: date) -> bool:
    """Whether evidence counts: 0 to 365 days old, and of the whole model or of a criterion that still has weight.

    criteria: the keys of those that it speaks of; none named means the whole.
    """
    weighing = {one.key for one in weighed if one.share > 0.0}
    return 0 <= (today - dated_on).days <= FRESH_DAYS and (not criteria or not weighing.isdisjoint(criteria))


def scores_alike(one: SelectionModel, other: SelectionModel) -> bool:
    """Whether two models give every account the same composite: what was found by one then holds of the other.

    Names, groups, reasons, gates and tiers may differ, and so may the order of the criteria.
    """
    return _scoring(one) == _scoring(other)


def _scoring(model: SelectionModel) -> tuple[object, ...]:
    criteria = {
        criterion.key: (criterion.metric, criterion.dimension, criterion.weight, criterion.value_function)
        for criterion in model.criteria
    }
    return (criteria, model.opportunity_share, model.missing_policy)
