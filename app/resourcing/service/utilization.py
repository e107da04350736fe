"""How far what accounts are entitled to is used: over any period by any grouping, and for one account as of a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import QUARTER_DAYS, day_asked
from app.resourcing.core.entitlements import Grant, entitled
from app.resourcing.core.utilization import (
    Dear,
    Grouping,
    Valued,
    Worth,
    expensive_low_value,
    utilization,
    worth_by_resource,
)
from app.resourcing.queries import utilization as queries
from app.resourcing.queries.utilization import Span
from app.resourcing.service import entitlements, resources
from app.resourcing.service.costs import UnitCosts, unit_costs
from app.resourcing.service.resources import today

__all__ = ["Asked", "Grouping", "Lately", "NoPeriod", "Report", "lately", "report"]

MOST_DAYS: Final = 5 * 366
USUAL_DAYS: Final = 365


class NoPeriod(Invalid):
    """The period begins after its end, or is too long."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days are wanted, by what, and of whom; without days, the 365 that end today."""

    from_on: date | None = None
    to_on: date | None = None
    by: Grouping = "resource"
    account_id: AccountId | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Report:
    """What was used of what was due; `total` is None where nothing was due or used at all.

    groups: the most wasteful first, as many as were asked for, of `groups_total`. names: of accounts or resources.
    """

    span: Span
    costs: UnitCosts
    total: RowMapping | None
    groups: Sequence[RowMapping]
    groups_total: int
    worth: Sequence[Worth]
    dear: Dear
    resources: Mapping[UUID, RowMapping]
    account_names: Mapping[AccountId, str]


def period(asked: Asked) -> tuple[date, date]:
    """The first and the last day wanted; raises NoPeriod, and InTheFuture for days to come."""
    to_on = day_asked(asked.to_on, today(), pointer="/query/to")
    from_on = asked.from_on or to_on - timedelta(days=USUAL_DAYS - 1)
    if from_on > to_on or (to_on - from_on).days >= MOST_DAYS:
        message = f"must lie before `to`, by at most {MOST_DAYS} days"
        raise NoPeriod(message, errors=[FieldProblem("/query/from", "no_period", message)])
    return from_on, to_on


async def report(connection: AsyncConnection, tenant_id: TenantId, asked: Asked) -> Report:
    """What was used of what was due, in as many statements for any number of accounts."""
    from_on, to_on = period(asked)
    span = Span(tenant_id, from_on, to_on, asked.account_id)
    costs = await unit_costs(connection, tenant_id, to_on)
    rows = await queries.summed(connection, span, asked.by, costs.by_resource)
    rated = [
        Valued(**{name: row[name] for name in Valued.__slots__})
        for row in await queries.valued(connection, span, costs.by_resource)
    ]

    groups = [row for row in rows if not row["whole"]]
    dear, shown = expensive_low_value(rated), groups[: asked.limit]
    named = {each.account_id for each in dear.found[: asked.limit]}
    if asked.by == "account":
        named |= {UUID(row["part"]) for row in shown}

    return Report(
        span=span,
        costs=costs,
        total=next((row for row in rows if row["whole"]), None),
        groups=shown,
        groups_total=len(groups),
        worth=worth_by_resource(rated),
        dear=Dear(dear.dear_from, dear.found[: asked.limit]),
        resources=await resources.of(connection, tenant_id),
        account_names=await accounts.account_names(connection, tenant_id, [AccountId(one) for one in sorted(named)]),
    )


@dataclass(frozen=True, slots=True)
class Lately:
    """One resource of an account: what it is entitled to per quarter and why, and what it used in the last 90 days."""

    resource: RowMapping
    quantity: float
    entitled: float
    used: float
    value: float | None
    statements: Sequence[RowMapping]

    @property
    def utilization(self) -> float | None:
        return utilization(self.used, self.entitled)


@dataclass(frozen=True, slots=True)
class AccountUse:
    """What an account is entitled to as of a day, by the resources' codes, and the mean of how far it uses that."""

    as_of: date
    utilization: float | None
    lines: Sequence[Lately]


async def lately(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None
) -> AccountUse:
    """What an account is entitled to as of a day, and used in the 90 days that end with it."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    span = Span(tenant_id, day - timedelta(days=QUARTER_DAYS - 1), day, account_id)
    held = (await entitlements.held(connection, tenant_id, [account_id], day)).get(account_id, {})
    used = await queries.of_account(connection, span)
    known = await resources.of(connection, tenant_id, sorted({*held, *used}))
    lines = [
        _line(resource, held.get(resource_id, ()), used.get(resource_id)) for resource_id, resource in known.items()
    ]
    shares = [share for line in lines if (share := line.utilization) is not None]
    mean = sum(shares) / len(shares) if shares and await queries.recorded(connection, span) else None
    return AccountUse(day, mean, lines)


def _line(resource: RowMapping, statements: Sequence[RowMapping], used: RowMapping | None) -> Lately:
    grants = [Grant(row["resource_id"], row["quantity"], row["basis"]) for row in statements]
    figures: Mapping[Any, Any] = {"entitled": 0.0, "used": 0.0, "value": None} if used is None else used
    return Lately(resource, entitled(grants), figures["entitled"], figures["used"], figures["value"], statements)
