"""How much a key account manager looks after: accounts held against the band, and the effort that they ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Band = Literal["under", "within", "over"]
BAND: Final = (5, 10)  # accounts that one manager should look after, as the trade has it
CAPACITY: Final = 8.0  # accounts of the first tier that fill a manager's time: the mean of those that were surveyed
# The product's own choice: what an account of the first, second and third tier asks for.
EFFORTS: Final = (1.0, 0.7, 0.4)
# The product's own choice: each further buying center makes an account a tenth more work, up to a half.
PER_BUYING_CENTER: Final = 0.1
MOST_EXTRA_CENTERS: Final = 5


def effort(tier: str, tiers: Sequence[str], buying_centers: float | None) -> float:
    """What an account asks for, in accounts of the first tier with one buying center.

    tiers: the program's tiers, the best first; a tier after the third, and one that is not among them, counts as the
    third. buying_centers: in which it buys now; None or 0 where that is not known, which counts as one.
    """
    place = tiers.index(tier) if tier in tiers else len(EFFORTS)
    further = min(max((buying_centers or 1.0) - 1.0, 0.0), MOST_EXTRA_CENTERS)
    return EFFORTS[min(place, len(EFFORTS) - 1)] * (1.0 + PER_BUYING_CENTER * further)


def band(accounts: int) -> Band:
    """Whether a manager has fewer key accounts than the band of 5 to 10, more, or as many."""
    fewest, most = BAND
    if accounts < fewest:
        return "under"
    return "over" if accounts > most else "within"


@dataclass(frozen=True, slots=True)
class Load:
    """A manager's key accounts: how many, by tier, the effort they ask for, and its share of what one can do."""

    accounts: int
    by_tier: Mapping[str, int]
    effort: float
    share: float
    band: Band


def load(tiers_and_efforts: Sequence[tuple[str, float]]) -> Load:
    """The load of one manager, of each account's tier and effort; a share above 1 is more than one can do."""
    total = sum(each for _, each in tiers_and_efforts)
    by_tier: dict[str, int] = {}
    for tier, _ in sorted(tiers_and_efforts):
        by_tier[tier] = by_tier.get(tier, 0) + 1
    return Load(len(tiers_and_efforts), by_tier, total, total / CAPACITY, band(len(tiers_and_efforts)))
