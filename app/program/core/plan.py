"""What a portfolio is chosen by: tiers and what accounts take there, who cares for them, what there is to give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.selection.core.model import EMERGING, STANDARD

# Places per account at the first, second and third tier, and what an account's composite is worth there (ours).
EFFORTS: Final = (1.0, 0.7, 0.4)
BENEFITS: Final = (1.0, 0.6, 0.3)
EMERGING_BENEFIT: Final = 0.6
EMERGING_PER_KAM: Final = 2
DEFAULT_CAPACITY: Final = 8.0
USUAL_CAPACITY: Final = (5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Tier:
    """One level of partnership: what it brings, what it takes, and whom it is open to.

    benefit: what one point of composite is worth at this tier, above 0. effort: a KAM's places that an account takes.
    cost: money that an account takes of the budget. minima: scores (0..100) that it asks for at least.
    maximum_accounts: how many it may hold. resources: units that an account takes, by resource.
    from_tiers: only accounts in one of these tiers of the selection model; None: whatever the account's tier is.
    """

    name: str
    benefit: float
    effort: float
    cost: Decimal = Decimal(0)
    minimum_composite: float = 0.0
    minimum_opportunity: float = 0.0
    minimum_alignment: float = 0.0
    maximum_accounts: int | None = None
    resources: Mapping[str, float] = field(default_factory=dict)
    from_tiers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Kam:
    """Somebody who cares for accounts, and how many effort-weighted places there are."""

    user_id: UUID
    capacity: float = DEFAULT_CAPACITY


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that there is so much of."""

    name: str
    capacity: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What the choice is made by.

    budget: money for all accounts together; None: as much as it takes. keep_kams: an account whose KAM is among `kams`
    gets nobody else. must: accounts that have to be selected, each with its tier, or None where any will do.
    minimum_composite: asked for at every tier.
    """

    tiers: tuple[Tier, ...]
    kams: tuple[Kam, ...]
    resources: tuple[Resource, ...] = ()
    budget: Decimal | None = None
    keep_kams: bool = False
    must: Mapping[UUID, str | None] = field(default_factory=dict)
    minimum_composite: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be chosen, as its newest score has it; scores are None where there are none.

    tier: the manual one while it holds, else the computed one. ineligible: a gate of its selection model rules it out.
    """

    account_id: UUID
    composite: float | None = None
    opportunity: float | None = None
    alignment: float | None = None
    tier: str = STANDARD
    ineligible: bool = False
    kam_user_id: UUID | None = None


def usual_tiers(names: Sequence[str], kams: int) -> tuple[Tier, ...]:
    """The tiers of a selection model as levels of a portfolio, when nobody says otherwise.

    names: the model's tiers from the highest down, without the reserved ones. An account may take its own tier or one
    below. Accounts on the emerging track have a tier of their own, which takes no places, money or resources of the
    others: nobody else displaces them, and `maximum_accounts` alone bounds them.
    """
    own = tuple(
        Tier(name, usual_benefit(at), usual_effort(at), from_tiers=tuple(names[: at + 1]))
        for at, name in enumerate(names)
    )
    emerging = Tier(EMERGING, EMERGING_BENEFIT, 0.0, maximum_accounts=EMERGING_PER_KAM * kams, from_tiers=(EMERGING,))
    return (*own, emerging)


def usual_benefit(at: int) -> float:
    """The benefit of the tier at a place (0 is the highest); past the third each is worth half of the one above."""
    return BENEFITS[at] if at < len(BENEFITS) else BENEFITS[-1] * 0.5 ** (at - len(BENEFITS) + 1)


def usual_effort(at: int) -> float:
    """The effort of the tier at a place; past the third it is that of the third."""
    return EFFORTS[min(at, len(EFFORTS) - 1)]
