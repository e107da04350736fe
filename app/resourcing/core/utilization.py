"""How far an account uses what it is entitled to, and which resources are dear and worth little to the customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal
from uuid import UUID

Band = Literal["full", "partial", "low", "unused"]
Grouping = Literal["account", "resource", "function", "kind", "tier", "quarter"]
FULL: Final = 0.9
PARTIAL: Final = 0.5
LOW_VALUE: Final = 3.0  # the middle of the scale of 1 to 5
TOLERANCE: Final = 1e-9  # sums of usage are no exact decimals: nine tenths in nine parts are still nine tenths


def utilization(used: float, entitled: float) -> float | None:
    """The share of what an account is entitled to that it uses, in 0..1: what goes beyond counts as 1.

    used, entitled: not negative, of one resource and one period, in its unit. None where nothing is due.
    """
    return min(used / entitled, 1.0) if entitled > 0 else None


def band(share: float | None) -> Band | None:
    """`full` from 0.9 up, `partial` from 0.5, `low` above 0, `unused` at 0; None where nothing is due."""
    if share is None:
        return None
    if share >= FULL - TOLERANCE:
        return "full"
    if share >= PARTIAL - TOLERANCE:
        return "partial"
    return "low" if share > 0 else "unused"


@dataclass(frozen=True, slots=True)
class Valued:
    """A resource of an account that the customer rated.

    value: the mean of the contacts' latest ratings, 1 to 5. ratings: how many. utilization: 0..1, or None where nothing
    was due. cost: of what the account was entitled to, not negative; None where the resource has no price.
    """

    account_id: UUID
    resource_id: UUID
    value: float
    ratings: int
    utilization: float | None
    cost: float | None


@dataclass(frozen=True, slots=True)
class Dear:
    """The dear resources of low value, the dearest first, and the cost from which a resource counts as dear."""

    dear_from: float | None
    found: Sequence[Valued]


def expensive_low_value(rated: Sequence[Valued]) -> Dear:
    """Resources that cost at least the median of all that are rated, and are worth less than 3 to the customer.

    What has no price, or costs nothing, is neither counted nor found. Without any that has a price: none, and None.
    """
    costs = [each.cost for each in rated if each.cost]
    if not costs:
        return Dear(None, [])
    dear_from = median(costs)
    found = [each for each in rated if each.cost and each.cost >= dear_from and each.value < LOW_VALUE]
    return Dear(dear_from, sorted(found, key=lambda each: (-(each.cost or 0.0), each.account_id, each.resource_id)))


@dataclass(frozen=True, slots=True)
class Worth:
    """What a resource is worth to all who rated it: means over accounts, and what those accounts' parts cost."""

    resource_id: UUID
    accounts: int
    value: float
    utilization: float | None
    cost: float | None


def worth_by_resource(rated: Sequence[Valued]) -> list[Worth]:
    """What each resource is worth, one voice per account, those worth least first."""
    by_resource: dict[UUID, list[Valued]] = {}
    for each in rated:
        by_resource.setdefault(each.resource_id, []).append(each)
    found = [
        Worth(
            resource_id,
            len(parts),
            sum(each.value for each in parts) / len(parts),
            _mean([each.utilization for each in parts if each.utilization is not None]),
            None if any(each.cost is None for each in parts) else sum(each.cost or 0.0 for each in parts),
        )
        for resource_id, parts in by_resource.items()
    ]
    return sorted(found, key=lambda one: (one.value, one.resource_id))


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
