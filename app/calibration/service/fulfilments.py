"""How both sides keep what they owe over time, and what the account uses beside what was agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.confidence import METRIC, Confidence, Observed, confidence
from app.calibration.core.fulfilment import Assessed, Owed, Quarter, over_time, takes_more_gives_less
from app.calibration.queries import confidence as confidence_queries
from app.calibration.queries import expectations as queries
from app.calibration.queries import investments as investment_queries
from app.calibration.service import calibrations
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import QUARTER_DAYS, day_asked
from app.resourcing.service import entitlements, utilization

MOST_DAYS: Final = 4 * 365
# What is used is known to so many decimals.
TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Beside:
    """A resource that the account used outside of what was agreed with it: in the last 90 days, since it was agreed."""

    resource: RowMapping
    code: Literal["not_agreed", "more_than_agreed"]
    agreed: float
    used: float


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Quarters from the day on which the calibration became active, at most four years of them, the earliest first."""

    calibration: RowMapping
    as_of: date
    quarters: Sequence[Quarter]
    takes_more_gives_less: bool
    beside: Sequence[Beside]
    confidence: Confidence


async def find(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, as_of: date | None
) -> Fulfilment:
    """How both sides of a calibration kept what they owe, as of a day; no quarters before it became active."""
    row = await calibrations.require(connection, tenant_id, calibration_id)
    day = day_asked(as_of, calibrations.today(), pointer="/query/as_of")
    sure = await _confidence(connection, tenant_id, row, day)
    if row["activated_on"] is None or row["activated_on"] > day:
        return Fulfilment(row, day, [], takes_more_gives_less=False, beside=[], confidence=sure)
    last = day if row["ended_on"] is None else min(day, row["ended_on"])
    first = max(row["activated_on"], last - timedelta(days=MOST_DAYS))

    owed = await queries.all_of(connection, tenant_id, calibration_id)
    assessed = await queries.all_assessments(connection, tenant_id, calibration_id, last)
    found = over_time(
        [Owed(one["id"], one["owed_by"], one["due_on"], one["withdrawn_on"]) for one in owed],
        [Assessed(one["expectation_id"], one["assessed_on"], one["met"]) for one in assessed],
        await _use(connection, tenant_id, AccountId(row["account_id"]), first, last),
        first=first,
        last=last,
    )
    beside = await _beside(connection, tenant_id, row, day)
    return Fulfilment(row, day, found, takes_more_gives_less(found), beside, sure)


async def _confidence(
    connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping, day: date
) -> Confidence:
    """Up to the day on which the calibration ended, where it has: what is said later is of another."""
    last = day if calibration["ended_on"] is None else min(day, calibration["ended_on"])
    account_id = AccountId(calibration["account_id"])
    rows = await confidence_queries.said(connection, tenant_id, account_id, METRIC, last)
    said = [Observed(row["observed_on"], row["value"]) for row in rows]
    return confidence(said, began_on=calibration["started_on"], active_on=calibration["activated_on"], last=last)


async def _use(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, first: date, last: date
) -> dict[date, float]:
    """How far the account used what it was entitled to, by the quarter's first day."""
    asked = utilization.Asked(first, last, "quarter", account_id)
    found = await utilization.report(connection, tenant_id, asked)
    return {
        date.fromisoformat(group["part"]): float(group["utilization"])
        for group in found.groups
        if group["utilization"] is not None
    }


async def _beside(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping, day: date) -> list[Beside]:
    """Only while the calibration is in force: before and after it nothing was agreed by it."""
    if calibration["ended_on"] is not None and calibration["ended_on"] <= day:
        return []
    since = max(calibration["activated_on"], day - timedelta(days=QUARTER_DAYS - 1))
    agreed = await _agreed(connection, tenant_id, calibration, since, day)
    asked = utilization.Asked(since, day, "resource", AccountId(calibration["account_id"]))
    found = await utilization.report(connection, tenant_id, asked)
    used = [(found.resources[UUID(group["part"])], float(group["used"])) for group in found.groups]
    return [beside for one in used if (beside := _outside(*one, agreed)) is not None]


async def _agreed(
    connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping, first: date, last: date
) -> dict[UUID, float]:
    """Per quarter: what is invested by the calibration, and of all else what the agreed level brings."""
    of_level = await entitlements.of_level(connection, tenant_id, calibration["agreed_level"])
    rows = await investment_queries.of_calibration(connection, tenant_id, calibration["id"])
    return {**of_level, **{row["resource_id"]: row["quantity"] for row in rows if _held(row, first, last)}}


def _held(investment: RowMapping, first: date, last: date) -> bool:
    """Whether it was to be given on any day from one to another."""
    until = investment["until_on"]
    return bool(investment["from_on"] <= last and (until is None or until > first))


def _outside(resource: RowMapping, used: float, agreed: Mapping[UUID, float]) -> Beside | None:
    quantity = agreed.get(resource["id"])
    if quantity is None:
        return Beside(resource, "not_agreed", 0.0, used) if used > 0 else None
    return Beside(resource, "more_than_agreed", quantity, used) if used > quantity + TOLERANCE else None
