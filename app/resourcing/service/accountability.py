"""The accountability report: who promised what over a period, did it arrive, was it used, and what stood in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.service import people
from app.kernel.ids import AccountId, TenantId, UserId
from app.resourcing.core.accountability import AccountabilityGrouping
from app.resourcing.queries import accountability as queries
from app.resourcing.service import resources
from app.resourcing.service.costs import UnitCosts, unit_costs
from app.resourcing.service.resources import today
from app.resourcing.service.utilization import Asked, period

USUAL_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which days are wanted, by what, and how many groups; without days, the 365 that end today."""

    from_on: date | None = None
    to_on: date | None = None
    by: AccountabilityGrouping = "function"
    limit: int = USUAL_LIMIT


@dataclass(frozen=True, slots=True)
class Accountability:
    """What was counted, see `queries.accountability`; total: the same of all groups, those beyond the limit too.

    groups: the worst kept first, as many as were asked for, of `groups_total`. names: of people, accounts or resources,
    by the groups' keys.
    """

    from_on: date
    to_on: date
    costs: UnitCosts
    total: RowMapping
    groups: Sequence[RowMapping]
    groups_total: int
    names: Mapping[str, str]


async def report(connection: AsyncConnection, tenant_id: TenantId, wanted: Wanted) -> Accountability:
    """What the organization is to account for, in as many statements for any number of accounts."""
    days = from_on, to_on = period(Asked(wanted.from_on, wanted.to_on))
    costs = await unit_costs(connection, tenant_id, to_on)
    rows = await queries.counted(connection, tenant_id, days, today(), wanted.by, costs.by_resource)
    groups = [row for row in rows if not row["whole"]]
    shown = groups[: wanted.limit]
    return Accountability(
        from_on=from_on,
        to_on=to_on,
        costs=costs,
        total=next(row for row in rows if row["whole"]),
        groups=shown,
        groups_total=len(groups),
        names=await named(connection, tenant_id, wanted.by, [row["part"] for row in shown if row["part"]]),
    )


async def named(connection: AsyncConnection, tenant_id: TenantId, by: str, keys: Sequence[str]) -> dict[str, str]:
    """What people (`leader`, `kam`), accounts or resources are called, by their ids as texts; functions have none."""
    if by == "function" or not keys:
        return {}
    ids = [UUID(key) for key in keys]
    if by == "account":
        called = await accounts.account_names(connection, tenant_id, [AccountId(one) for one in ids])
        return {str(one): name for one, name in called.items()}
    if by == "resource":
        rows = await resources.of(connection, tenant_id, ids)
        return {str(one): row["name"] for one, row in rows.items()}
    names = await people.names(connection, tenant_id, [UserId(one) for one in ids])
    return {str(one): name for one, name in names.items()}
