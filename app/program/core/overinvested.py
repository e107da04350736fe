"""Which accounts get more than they are worth: dearer than their tier, and below it by their score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal
from uuid import UUID

from app.selection.core.model import EMERGING, STANDARD

CostReason = Literal["beyond_entitlement", "above_tier_median"]
ValueReason = Literal["score_in_lower_tier", "not_a_key_account", "low_on_both_sides"]
FEWEST_FOR_MEDIAN: Final = 3
_CENT: Final = 0.005


@dataclass(frozen=True, slots=True)
class Invested:
    """What goes to an account, per quarter, and what it is judged to be worth.

    cost: of what is kept ready for it or what it used, whichever is more, resource by resource. entitled: of what its
    tier and the level agreed with it bring. tier: that it has; score_tier, quadrant: of its newest score, None without.
    """

    account_id: UUID
    tier: str
    cost: float
    entitled: float
    score_tier: str | None
    quadrant: str | None


@dataclass(frozen=True, slots=True)
class Overinvested:
    """An account that is too dear, with what makes it so; excess: above its entitlement, or else its tier's median."""

    invested: Invested
    tier_median: float | None
    excess: float
    cost_reasons: tuple[CostReason, ...]
    value_reasons: tuple[ValueReason, ...]


def overinvested(accounts: Sequence[Invested], tiers: Sequence[str]) -> list[Overinvested]:
    """Accounts that cost more than their tier, and are worth less than it: the largest excess first.

    accounts: those that anything goes to. tiers: the program's own, the best first. The median of a tier is told from
    FEWEST_FOR_MEDIAN accounts on. Without a score nothing is said of an account.
    """
    medians = _medians(accounts)
    found = [one for each in accounts if (one := _judged(each, medians.get(each.tier), tiers)) is not None]
    return sorted(found, key=lambda one: (-one.excess, one.invested.account_id))


def _medians(accounts: Sequence[Invested]) -> Mapping[str, float]:
    by_tier: dict[str, list[float]] = {}
    for one in accounts:
        by_tier.setdefault(one.tier, []).append(one.cost)
    return {tier: median(costs) for tier, costs in by_tier.items() if len(costs) >= FEWEST_FOR_MEDIAN}


def _judged(one: Invested, tier_median: float | None, tiers: Sequence[str]) -> Overinvested | None:
    value = value_reasons(one, tiers)
    cost: list[CostReason] = []
    excess = one.cost - one.entitled
    if excess > _CENT:
        cost.append("beyond_entitlement")
    if tier_median is not None and one.cost - tier_median > _CENT:
        cost.append("above_tier_median")
        excess = max(excess, one.cost - tier_median)
    if not cost or not value:
        return None
    return Overinvested(one, tier_median, excess, tuple(cost), value)


def value_reasons(one: Invested, tiers: Sequence[str]) -> tuple[ValueReason, ...]:
    """Why an account is worth less than its tier; nothing without a score.

    An account of the emerging track ranks behind the program's own tiers, one of none behind that.
    """
    if one.score_tier is None:
        return ()
    order = {name: place for place, name in enumerate((*tiers, EMERGING, STANDARD))}
    found: list[ValueReason] = []
    if one.tier == STANDARD:
        found.append("not_a_key_account")
    if order.get(one.score_tier, len(order)) > order.get(one.tier, len(order)):
        found.append("score_in_lower_tier")
    if one.quadrant == "serve":
        found.append("low_on_both_sides")
    return tuple(found)
