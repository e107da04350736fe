"""How both sides keep what they owe over time, and what the account uses beside what was agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.fulfilment import Assessed, Owed, Quarter, over_time, takes_more_gives_less
from app.calibration.queries import expectations as queries
from app.calibration.queries import investments as investment_queries
from app.calibration.service import calibrations
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.resourcing.service import utilization
from app.resourcing.service.utilization import Lately

MOST_DAYS: Final = 4 * 365
# What is used is known to so many decimals.
TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Beside:
    """A resource that the account used in the last 90 days outside of what was agreed with it."""

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


async def find(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, as_of: date | None
) -> Fulfilment:
    """How both sides of a calibration kept what they owe, as of a day; no quarters before it became active."""
    row = await calibrations.require(connection, tenant_id, calibration_id)
    day = day_asked(as_of, calibrations.today(), pointer="/query/as_of")
    if row["activated_on"] is None or row["activated_on"] > day:
        return Fulfilment(row, day, [], takes_more_gives_less=False, beside=[])
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
    return Fulfilment(row, day, found, takes_more_gives_less(found), await _beside(connection, tenant_id, row, day))


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
    rows = await investment_queries.of_calibration(connection, tenant_id, calibration["id"])
    agreed = {row["resource_id"]: row["quantity"] for row in rows}
    lately = await utilization.lately(connection, tenant_id, AccountId(calibration["account_id"]), day)
    return [beside for line in lately.lines if (beside := _outside(line, agreed)) is not None]


def _outside(line: Lately, agreed: Mapping[UUID, float]) -> Beside | None:
    quantity = agreed.get(line.resource["id"])
    if quantity is None:
        return Beside(line.resource, "not_agreed", 0.0, line.used) if line.used > 0 else None
    beyond = line.used > quantity + TOLERANCE
    return Beside(line.resource, "more_than_agreed", quantity, line.used) if beyond else None
