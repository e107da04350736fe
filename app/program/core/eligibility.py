"""Decides which tiers an account may take, and which minimum keeps it from the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.program.core.plan import Candidate, Plan, Tier

Short = Literal["minimum_composite", "minimum_opportunity", "minimum_alignment", "from_tiers"]
# A score that misses a minimum by less differs from it only by the order in which floats were added up.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A minimum that an account misses: what is asked for, what there is; both None where it is of another tier."""

    minimum: Short
    needed: float | None
    actual: float | None


def shortfalls(candidate: Candidate, tier: Tier, minimum_composite: float) -> list[Shortfall]:
    """The minima of the tier that the account misses; a score that is not there misses any above 0."""
    wanted: list[tuple[Short, float, float | None]] = [
        ("minimum_composite", max(tier.minimum_composite, minimum_composite), candidate.composite),
        ("minimum_opportunity", tier.minimum_opportunity, candidate.opportunity),
        ("minimum_alignment", tier.minimum_alignment, candidate.alignment),
    ]
    missed = [
        Shortfall(name, needed, actual)
        for name, needed, actual in wanted
        if needed > 0.0 and (actual is None or actual < needed - TOLERANCE)
    ]
    if tier.from_tiers is not None and candidate.tier not in tier.from_tiers:
        missed.append(Shortfall("from_tiers", None, None))
    return missed


def open_tiers(candidate: Candidate, plan: Plan) -> Iterator[int]:
    """The positions of the tiers that the account may take; none without a composite, or when it is ineligible."""
    if candidate.composite is None or candidate.ineligible:
        return
    demanded = plan.must.get(candidate.account_id)
    for at, tier in enumerate(plan.tiers):
        if demanded in {None, tier.name} and not shortfalls(candidate, tier, plan.minimum_composite):
            yield at


def nearest(candidate: Candidate, plan: Plan) -> tuple[Tier, list[Shortfall]]:
    """The tier that the account comes nearest to, among those that are closed to it, and what it misses there.

    The nearest is the one with the fewest shortfalls, then the least points missing, then the lowest.
    """
    demanded = plan.must.get(candidate.account_id)
    looked_at = [tier for tier in reversed(plan.tiers) if demanded in {None, tier.name}]
    missed = [(tier, shortfalls(candidate, tier, plan.minimum_composite)) for tier in looked_at]
    return min(missed, key=lambda one: (len(one[1]), sum(_points(each) for each in one[1])))


def _points(shortfall: Shortfall) -> float:
    return (shortfall.needed or 0.0) - (shortfall.actual or 0.0)
