"""The door of utilization over a period."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.resourcing.core.utilization import Grouping, Valued, Worth
from app.resourcing.schemas.utilization import UtilizationReport, figures, money, quantities, rounded
from app.resourcing.service import utilization
from app.resourcing.service.utilization import Asked, NoPeriod, Report
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
From = Annotated[
    IsoDate | None, Query(alias="from", description="The first day; 364 days before the last when not given")
]
To = Annotated[IsoDate | None, Query(description="The last day; today when not given")]
By = Annotated[
    Grouping, Query(description="What the groups are of; tiers are those that accounts have on the last day")
]
OfAccount = Annotated[Id | None, Query(description="Only this account")]
Limit = Annotated[int, Query(ge=1, le=10_000, description="How many groups, and how many dear resources, at most")]
BESIDE: Final = "resources_fully_used"


# Not `async`, a dependency would be given to a thread.
async def _asked(
    from_: From = None, to: To = None, group_by: By = "resource", account_id: OfAccount = None, limit: Limit = 200
) -> Asked:
    return Asked(from_, to, group_by, None if account_id is None else AccountId(account_id), limit)


@router.get(
    "/resourcing/utilization",
    response_model=UtilizationReport,
    responses=problems(AccountNotFound, NoPeriod, InTheFuture),
    openapi_extra=needs("resourcing:read"),
)
async def get_utilization(
    tenant_id: CurrentTenant, connection: Connection, asked: Annotated[Asked, Depends(_asked)]
) -> Any:
    """Tell how far accounts use what they are entitled to, what is wasted, and what it is worth to them.

    A line is one account's entitlement to one resource in one calendar quarter, by the days on which it held; used up
    is a line at 1, and what goes beyond is told apart. Costs are in the reporting currency at the rates of the last
    day. Groups' lines and costs add up to those of the total.
    """
    if asked.account_id is not None:
        standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, asked.account_id)
        asked = replace(asked, account_id=standing)
    return _shown(await utilization.report(connection, tenant_id, asked), asked)


def _shown(report: Report, asked: Asked) -> dict[str, Any]:
    currency, total = report.costs.currency, figures(report.total, report.costs.currency)
    dear_from = report.dear.dear_from
    return {
        "from_on": report.span.from_on,
        "to_on": report.span.to_on,
        "group_by": asked.by,
        "currency": currency,
        "missing_rates": report.costs.missing_rates,
        "total": total,
        "groups": [_group(row, report, asked) for row in report.groups],
        "groups_total": report.groups_total,
        "fully_utilizing": {
            "accounts": total["accounts"],
            "fully": total["full_accounts"],
            "share": rounded(total["full_accounts"] / total["accounts"]) if total["accounts"] else None,
            "benchmark": BENCHMARKS[BESIDE],
        },
        "worth": [_worth(one, report) for one in report.worth],
        "expensive_from": None if dear_from is None else money(dear_from, currency),
        "expensive_low_value": [_dear(one, report) for one in report.dear.found],
    }


def _group(row: Mapping[Any, Any], report: Report, asked: Asked) -> dict[str, Any]:
    key: str | None = row["part"]
    resource = report.resources[UUID(key)] if asked.by == "resource" and key is not None else None
    account = report.account_names.get(AccountId(UUID(key))) if asked.by == "account" and key is not None else None
    return {
        **figures(row, report.costs.currency),
        "key": key,
        "name": account if resource is None else resource["name"],
        "quantities": None if resource is None else quantities(row, resource["unit"]),
    }


def _worth(worth: Worth, report: Report) -> dict[str, Any]:
    return {
        "resource_id": worth.resource_id,
        "resource_name": report.resources[worth.resource_id]["name"],
        "accounts": worth.accounts,
        "value": rounded(worth.value),
        "utilization": rounded(worth.utilization),
        "cost": None if worth.cost is None else money(worth.cost, report.costs.currency),
    }


def _dear(one: Valued, report: Report) -> dict[str, Any]:
    return {
        "account_id": one.account_id,
        "account_name": report.account_names.get(AccountId(one.account_id)),
        "resource_id": one.resource_id,
        "resource_name": report.resources[one.resource_id]["name"],
        "value": rounded(one.value),
        "ratings": one.ratings,
        "utilization": rounded(one.utilization),
        "cost": money(one.cost or 0.0, report.costs.currency),
    }
