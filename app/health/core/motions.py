"""The three motions of revenue: what came again, what existing buyers bought anew, and what new buyers bought."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId
from app.metrics.core.measured import Mask, Vector

MotionName = Literal["continuation", "cross_sell", "expansion"]
MOTIONS: tuple[MotionName, ...] = ("continuation", "cross_sell", "expansion")
NOW, BEFORE, OPEN = range(3)
YEAR_DAYS = 365
MAX_DAYS = 3660


class UnusablePeriod(Invalid):
    """The period cannot be looked at."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def after(self) -> date:
        """The day before it begins."""
        return self.first - timedelta(days=1)

    @property
    def before(self) -> date:
        """The day before the period of the same length that precedes it begins."""
        return self.after - timedelta(days=self.days)


def period(first: date | None, last: date) -> Period:
    """The period asked for, the 365 days that end on its last day unless its first is named.

    Raises UnusablePeriod where it ends before it begins, or is longer than ten years.
    """
    found = Period(first or last - timedelta(days=YEAR_DAYS - 1), last)
    if not 1 <= found.days <= MAX_DAYS:
        message = f"must lie on the last day or up to {MAX_DAYS} days before it"
        raise UnusablePeriod(
            f"{found.first} to {last} is no period", errors=[FieldProblem("/query/from", "unusable_period", message)]
        )
    return found


@dataclass(frozen=True, slots=True)
class MotionSums:
    """Deals by account, span (NOW, BEFORE, OPEN) and motion (as in MOTIONS); arrays (accounts, 3, 3).

    deals: how many; counted: with an amount in the reporting currency; worth: Σ of these.
    known: whether the organization records deals at all.
    """

    deals: Vector
    counted: Vector
    worth: Vector
    known: bool

    def of(self, rows: Mask | NDArray[np.intp]) -> "MotionSums":
        """The same of some accounts."""
        return MotionSums(self.deals[rows], self.counted[rows], self.worth[rows], self.known)

    def amounts(self) -> Vector:
        """Σ worth: 0 without deals, NaN where there are deals and no amount of theirs is known."""
        return _amounts(self.deals, self.counted, self.worth, known=self.known)

    def revenue(self, span: int) -> Vector:
        """(accounts,): all motions of a span together."""
        deals, counted, worth = (part[:, span].sum(axis=1) for part in (self.deals, self.counted, self.worth))
        return _amounts(deals, counted, worth, known=self.known)

    def retained(self) -> Vector:
        """(accounts,): min(continuation, revenue of the period before); NaN where either is unknown."""
        kept: Vector = np.minimum(self.amounts()[:, NOW, 0], self.revenue(BEFORE))
        return kept


@dataclass(frozen=True, slots=True)
class Motion:
    """One motion; amounts are in the reporting currency, None where unknown.

    share: of the period's revenue. change: amount / before - 1, None unless before is above 0; share_change: in points
    of the whole (0.1 is ten per cent more of it).
    """

    name: MotionName
    amount: float | None
    deals: int
    without_amount: int
    share: float | None
    before: float | None
    change: float | None
    share_change: float | None
    open_amount: float | None
    open_deals: int


@dataclass(frozen=True, slots=True)
class RevenueMotions:
    """Revenue of a period by motion, each deal in exactly one; and what was retained of the period before.

    gross: min(continuation, revenue before) / revenue before, of several accounts summed account by account, so that
    one account's surplus makes up for no loss of another's. net: revenue / revenue before. Both None unless the
    revenue before is known and above 0.
    """

    revenue: float | None
    before: float | None
    open_amount: float | None
    motions: tuple[Motion, ...]
    gross_retention: float | None
    net_retention: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """The motions of a period; `account_id` None: of all accounts that there were when it ended."""

    account_id: AccountId | None
    period: Period
    currency: str
    motions: RevenueMotions


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The motions of all accounts together, and of the first of them by name."""

    told: Told
    accounts: tuple[tuple[AccountId, str | None, RevenueMotions], ...]


def together(sums: MotionSums) -> RevenueMotions:
    """The motions of all the accounts as one; of one account alone, its own."""
    deals, counted, worth = (part.sum(axis=0, keepdims=True) for part in (sums.deals, sums.counted, sums.worth))
    whole = MotionSums(deals, counted, worth, sums.known)
    amounts = whole.amounts()[0]
    now, before, still_open = (float(whole.revenue(span)[0]) for span in (NOW, BEFORE, OPEN))
    known = ~np.isnan(sums.retained())
    retained = float(sums.retained()[known].sum()) if known.any() else np.nan
    return RevenueMotions(
        revenue=_known(now),
        before=_known(before),
        open_amount=_known(still_open),
        motions=tuple(_motion(at, whole, amounts, now, before) for at in range(len(MOTIONS))),
        gross_retention=_ratio(retained, before),
        net_retention=_ratio(now, before),
    )


def _motion(at: int, whole: MotionSums, amounts: Vector, now: float, before: float) -> Motion:
    amount, earlier = float(amounts[NOW, at]), float(amounts[BEFORE, at])
    share, share_before = _ratio(amount, now), _ratio(earlier, before)
    change = _ratio(amount, earlier)
    deals, counted = int(whole.deals[0, NOW, at]), int(whole.counted[0, NOW, at])
    return Motion(
        name=MOTIONS[at],
        amount=_known(amount),
        deals=deals,
        without_amount=deals - counted,
        share=share,
        before=_known(earlier),
        change=None if change is None else change - 1,
        share_change=None if share is None or share_before is None else share - share_before,
        open_amount=_known(float(amounts[OPEN, at])),
        open_deals=int(whole.deals[0, OPEN, at]),
    )


def _amounts(deals: Vector, counted: Vector, worth: Vector, *, known: bool) -> Vector:
    unknown = (deals > 0) & (counted == 0) if known else np.ones_like(worth, dtype=np.bool_)
    return np.where(unknown, np.nan, worth)


def _ratio(part: float, whole: float) -> float | None:
    return _known(part / whole) if whole > 0 else None


def _known(number: float) -> float | None:
    return None if np.isnan(number) else number
