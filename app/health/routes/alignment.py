"""The doors of who stands behind a plan's goals, and of the figures agreed with a customer."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.health.core.vital_few import AT_MOST
from app.health.schemas.alignment import AgreedKpis, PlanAlignmentAnswer
from app.health.schemas.cadence import figure_shown
from app.health.service import alignment
from app.health.service.alignment import AgreedFigures
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.planning.service.plans import PlanNotFound
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["health"])
read = needs("health:read")
PathAccountId = Annotated[Id, Path(description="The account's id")]


@router.get(
    "/accounts/{account_id}/plan/alignment",
    response_model=PlanAlignmentAnswer,
    responses=problems(AccountNotFound, PlanNotFound),
    openapi_extra=read,
)
async def get_plan_alignment(account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read who stands behind which of the customer's goals: goals by parties, by actions and promised resources.

    Who owns an action of the plan does something for its goal, and so does a function that promised a resource for it.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await alignment.of_plan(connection, tenant_id, standing)
    return {
        "account_id": standing,
        "plan_id": found.plan.plan_id,
        "number": found.plan.number,
        "goals": [
            {
                "key": one["key"],
                "title": one["title"],
                "parties": [{**asdict(cell), "covered": cell.covered} for cell in found.found.cells[one["key"]]],
                "lacking": found.found.lacking(one["key"]),
            }
            for one in found.goals
        ],
        "coverage": figure_shown(found.found.coverage),
        "aligned_goals": found.found.aligned,
        "elsewhere": found.found.elsewhere,
    }


@router.get(
    "/accounts/{account_id}/kpis",
    response_model=AgreedKpis,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_agreed_kpis(
    account_id: PathAccountId,
    tenant_id: CurrentTenant,
    connection: Connection,
    as_of: Annotated[
        IsoDate | None, Query(description="The day at whose end it is looked at; today when left out")
    ] = None,
) -> Any:
    """Read the figures that were agreed with the customer, and how many they are.

    They stand in the shared plan or in the calibration in force. More than seven are more than both sides can mind;
    what has fallen due is no longer counted.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await alignment.agreed_with(connection, tenant_id, standing, as_of)
    reviewed_on = found.reviewed_on
    return {
        "account_id": found.account_id,
        "as_of": found.as_of,
        "kpis": [_kpi(found, key) for key in found.few.metrics],
        "count": len(found.few.metrics),
        "at_most": AT_MOST,
        "too_many": found.few.too_many,
        "reviewed_on": reviewed_on,
        "days_since_review": None if reviewed_on is None else (found.as_of - reviewed_on).days,
    }


def _kpi(found: AgreedFigures, key: str) -> dict[str, Any]:
    metric = found.registry.of(key) if key in found.registry else None
    return {
        "metric": key,
        "title": metric and metric.title,
        "unit": metric and metric.unit,
        "current": figure_shown(found.values.get(key)),
        "agreements": [
            {name: getattr(one, name) for name in ("agreed_in", "title", "target", "due_on")}
            for one in found.few.metrics[key]
        ],
    }
