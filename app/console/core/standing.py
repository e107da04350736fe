"""Where accounts stand by their newest scores, and the pages of their ranking."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from app.kernel.errors import Invalid
from app.kernel.ids import AccountId

PER_PAGE: Final = 50


class UnknownOrder(Invalid):
    """The ranking cannot be sorted so."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An account and its newest score of the day or earlier; what the score leaves open, and all without one, is None.

    tier: the manual one while it holds, else the computed one. previous: the composite of the score before. rank: among
    the accounts of the list by composite, 1 is best, ties share the lower number.
    """

    account_id: AccountId
    name: str
    score_id: UUID | None
    as_of: date | None
    scored_at: datetime | None
    opportunity: float | None
    alignment: float | None
    composite: float | None
    low: float | None
    high: float | None
    coverage: float | None
    quadrant: str | None
    tier: str | None
    computed_tier: str | None
    provisional: bool
    previous: float | None
    rank: int | None

    @property
    def delta(self) -> float | None:
        """How much the composite rose since the score before; None where either is open."""
        return None if self.composite is None or self.previous is None else self.composite - self.previous

    @property
    def placed(self) -> bool:
        """Whether it has a place on the map."""
        return self.opportunity is not None and self.alignment is not None


def best_first(standings: Sequence[Standing]) -> list[Standing]:
    """The standings by rank, those without one last, by name."""
    return sorted(standings, key=lambda one: (one.rank is None, one.rank or 0, one.name.casefold(), one.account_id))


@dataclass(frozen=True, slots=True)
class RankingPage:
    """One page of a ranking; found: how many accounts there are on all pages."""

    rows: Sequence[Standing]
    found: int
    page: int
    pages: int


_ORDERS: Mapping[str, Callable[[Standing], Any]] = {
    "rank": lambda one: one.rank,
    "name": lambda one: one.name.casefold(),
    "composite": lambda one: one.composite,
    "opportunity": lambda one: one.opportunity,
    "alignment": lambda one: one.alignment,
    "coverage": lambda one: one.coverage,
    "delta": lambda one: one.delta,
}


def ranking_page(standings: Sequence[Standing], *, sort: str, search: str, page: int) -> RankingPage:
    """The accounts whose names hold `search`, in any case, sorted, one page of them.

    standings: best first; what is equal stays so. sort: a name of _ORDERS, led by `-` for the largest first; accounts
    without a value come last either way. page: from 1 on; beyond the last it is the last.
    Raises UnknownOrder.
    """
    falling, name = sort.startswith("-"), sort.removeprefix("-")
    if name not in _ORDERS:
        raise UnknownOrder(f"sort by one of: {', '.join(_ORDERS)}; with - for the largest first")
    wanted = search.strip().casefold()
    found = [one for one in standings if wanted in one.name.casefold()]
    key = _ORDERS[name]
    known = sorted((one for one in found if key(one) is not None), key=key, reverse=falling)
    rows = known + [one for one in found if key(one) is None]
    pages = max(1, math.ceil(len(rows) / PER_PAGE))
    at = min(max(page, 1), pages)
    return RankingPage(rows[(at - 1) * PER_PAGE : at * PER_PAGE], len(rows), at, pages)
