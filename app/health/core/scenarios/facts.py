"""The facts of one account that a scenario can touch: deals, people and buying centers, as they are on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, Literal
from uuid import UUID

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
YEAR_DAYS: Final = 365
SENIORITIES: Final[Mapping[str, int]] = {"functional": 1, "manager": 2, "director": 3, "vp": 4, "c_level": 5}


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal as it stands on the day; money in the reporting currency, None where unknown.

    worth: its own amount. price: the same, of an open deal without one its offering's list price. expected: of an open
    deal, price times probability. began_on: its creation, or the first day on which anything is known of it.
    plans_revenue, plans_margin: whether a target of that kind covers the day on which it closed.
    """

    opportunity_id: UUID
    name: str | None
    status: Literal["open", "won", "lost"]
    worth: float | None
    price: float | None
    expected: float | None
    offering_id: UUID | None
    buying_center_id: UUID | None
    contact_id: UUID | None
    created_on: date | None
    closed_on: date | None
    began_on: date
    sole_sourced: bool | None
    competitor: bool
    plans_revenue: bool
    plans_margin: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of the account, or one of another account who was met for this one (`own` is false).

    seniority, stance, active: None where nothing is known of them on the day. first_met_on, last_met_on: None for one
    who was never met.
    """

    contact_id: UUID
    name: str | None
    own: bool
    seniority: str | None
    stance: str | None
    active: bool | None
    buying_center_id: UUID | None
    first_met_on: date | None
    last_met_on: date | None

    @property
    def level(self) -> int | None:
        """1 (functional) to 5 (c_level); None where the seniority is unknown."""
        return None if self.seniority is None else SENIORITIES[self.seniority]


@dataclass(frozen=True)
class Facts:
    """What is known of one account at the end of `as_of`; `centers`: its buying centers' names."""

    as_of: date
    deals: Sequence[Deal]
    people: Sequence[Person]
    centers: Mapping[UUID, str]

    @cached_property
    def status(self) -> npt.NDArray[np.str_]:
        return np.array([one.status for one in self.deals], dtype=np.str_)

    @cached_property
    def age_days(self) -> Floats:
        """Days since each deal closed; NaN for open ones."""
        return self._numbers([None if on is None else (self.as_of - on).days for on in self._all("closed_on")])

    @cached_property
    def worth(self) -> Floats:
        return self._numbers(self._all("worth"))

    @cached_property
    def price(self) -> Floats:
        return self._numbers(self._all("price"))

    @cached_property
    def expected(self) -> Floats:
        return self._numbers(self._all("expected"))

    @cached_property
    def open(self) -> Flags:
        return np.asarray(self.status == "open", dtype=np.bool_)

    @cached_property
    def won_ltm(self) -> Flags:
        """The deals won in the 365 days that end on the day."""
        return np.asarray((self.status == "won") & (self.age_days < YEAR_DAYS), dtype=np.bool_)

    @cached_property
    def won_prior(self) -> Flags:
        """The deals won in the 365 days before those."""
        recent = (self.age_days >= YEAR_DAYS) & (self.age_days < 2 * YEAR_DAYS)
        return np.asarray((self.status == "won") & recent, dtype=np.bool_)

    @cached_property
    def won_before(self) -> Flags:
        """The deals won before the 365 days that end on the day."""
        return np.asarray((self.status == "won") & (self.age_days >= YEAR_DAYS), dtype=np.bool_)

    def at(self, buying_center_id: UUID) -> Flags:
        """The deals of a buying center."""
        return np.array([one.buying_center_id == buying_center_id for one in self.deals], dtype=np.bool_)

    def led_by(self, contact_id: UUID) -> Flags:
        """The deals whose primary contact this is."""
        return np.array([one.contact_id == contact_id for one in self.deals], dtype=np.bool_)

    def stake(self, among: Flags) -> float:
        """What hangs on some of the deals: revenue of the last 365 days, and what open ones are expected to bring."""
        earned, coming = self.worth[among & self.won_ltm], self.expected[among & self.open]
        return float(np.nansum(earned) + np.nansum(coming))

    def _all(self, name: str) -> list[Any]:
        return [getattr(one, name) for one in self.deals]

    def _numbers(self, values: Sequence[float | None]) -> Floats:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
