"""Decides which warnings published evidence gives of a model's weights; they say what to think over and forbid nothing.

Grounded in domain.md section 4.5; the limit for current spend is the product's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.kernel.benchmarks import CURRENT_SPEND, LONG_STANDING, POTENTIAL_FIRST, Benchmark
from app.selection.core.tiering import TOLERANCE
from app.selection.core.weight_shares import Weighed, total

Code = Literal[
    "CURRENT_SPEND_HEAVY",
    "SIZE_WEIGHTED",
    "TENURE_WEIGHTED",
    "WILLINGNESS_OR_FUTURE_SPEND_MISSING",
    "SINGLE_KIND",
    "UNKNOWN_METRIC",
]
SPEND_LIMIT: Final = 0.25
WILLINGNESS: Final = "willingness_to_partner"


@dataclass(frozen=True, slots=True)
class EvidenceWarning:
    """What the weights do that evidence speaks against.

    share: of all weight (0..1), what the criteria named have; above `limit` it is warned of. benchmark: the published
    figure behind the warning, None where there is none.
    """

    code: Code
    message: str
    criteria: tuple[str, ...]
    share: float
    limit: float | None
    benchmark: Benchmark | None


def evidence_warnings(weighed: Sequence[Weighed]) -> list[EvidenceWarning]:
    """The warnings that a model's weights give, in the order of their codes; only criteria with weight count.

    Current spend is warned of above a quarter of the weight, not at it; size and tenure at any weight.
    """
    above = [
        _above(
            "CURRENT_SPEND_HEAVY",
            weighed,
            lambda one: one.of_spend,
            SPEND_LIMIT,
            "Much of the weight lies on what accounts spend or spent, which says little of what they will",
            CURRENT_SPEND,
        ),
        _above(
            "SIZE_WEIGHTED",
            weighed,
            lambda one: one.measures("size"),
            0.0,
            "Size has weight; accounts chosen for other reasons grew",
            POTENTIAL_FIRST,
        ),
        _above(
            "TENURE_WEIGHTED",
            weighed,
            lambda one: one.measures("tenure"),
            0.0,
            "The length of the relationship has weight; it is no sign of growth",
            LONG_STANDING,
        ),
    ]
    unknown = _above(
        "UNKNOWN_METRIC",
        weighed,
        lambda one: one.definition is None,
        0.0,
        "Metrics that are not in the registry have weight; nothing is known of their kind and horizon",
        None,
    )
    found = [*above, _potential_missing(weighed), _kind_missing(weighed), unknown]
    return [warning for warning in found if warning is not None]


def potential_first(weighed: Sequence[Weighed]) -> bool:
    """Whether willingness to partner and future spend have weight, and neither current spend nor size has any."""
    misled = any(_weighs(weighed, counts) for counts in (lambda one: one.of_spend, lambda one: one.measures("size")))
    return _potential_missing(weighed) is None and not misled


def _weighs(weighed: Sequence[Weighed], counts: Callable[[Weighed], bool]) -> bool:
    return any(one.share > 0.0 and counts(one) for one in weighed)


def _above(  # one line of the table above
    code: Code,
    weighed: Sequence[Weighed],
    counts: Callable[[Weighed], bool],
    limit: float,
    message: str,
    benchmark: Benchmark | None,
) -> EvidenceWarning | None:
    share = total(weighed, counts)
    # Where no weight is allowed the least counts; elsewhere the order in which floats were added up must not.
    if share <= (limit + TOLERANCE if limit else 0.0):
        return None
    named = tuple(one.key for one in weighed if one.share > 0.0 and counts(one))
    return EvidenceWarning(code, message, named, share, limit, benchmark)


def _potential_missing(weighed: Sequence[Weighed]) -> EvidenceWarning | None:
    """Willingness to partner, or money still to come, that has no weight: the pair goes with growth together."""
    found = {
        "willingness to partner": [one for one in weighed if one.share > 0.0 and one.metric == WILLINGNESS],
        "future spend": [one for one in weighed if one.share > 0.0 and one.of_future_spend],
    }
    missing = [name for name, criteria in found.items() if not criteria]
    there = [one for criteria in found.values() for one in criteria]
    message = f"No weight on {' and '.join(missing)}; the two together go with growth"
    code: Code = "WILLINGNESS_OR_FUTURE_SPEND_MISSING"
    return _lacking(code, message, there) if missing else None


def _kind_missing(weighed: Sequence[Weighed]) -> EvidenceWarning | None:
    """No judgement, or no figure that looks ahead."""
    found = {
        "people's judgement": [one for one in weighed if one.share > 0.0 and one.judged],
        "a figure that looks ahead": [one for one in weighed if one.share > 0.0 and one.counted and one.looks_ahead],
    }
    missing = [name for name, criteria in found.items() if not criteria]
    there = [one for criteria in found.values() for one in criteria]
    return (
        _lacking("SINGLE_KIND", f"No weight on {' or '.join(missing)}; potential shows in both", there)
        if missing
        else None
    )


def _lacking(code: Code, message: str, there: Sequence[Weighed]) -> EvidenceWarning:
    return EvidenceWarning(
        code, message, tuple(one.key for one in there), total(there, lambda _: True), None, POTENTIAL_FIRST
    )
