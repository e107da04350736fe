"""The doors of what recurs from account to account, and of how long things stand in the way."""

from typing import Annotated, Any

from fastapi import Query

from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.resourcing.core.roadblocks.recurring import RECURRING_ACCOUNTS, RECURRING_DAYS
from app.resourcing.routes.roadblocks_shown import ages_shown
from app.resourcing.schemas import roadblocks as wire
from app.resourcing.service import roadblock_reports as reports
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
read = needs("resourcing:read")
AsOf = Annotated[IsoDate | None, Query(description="At the end of which day; today when not given")]
_PATTERN = ("kind", "function", "roadblocks", "last_opened_on", "roadblock_id", "roadblock_state")


@router.get("/roadblocks/recurring", response_model=wire.RecurringRoadblocks, responses=problems(), openapi_extra=read)
async def list_recurring_roadblocks(tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List what stood in the way of account after account of late: the same kind at the same function.

    The program gets a roadblock of its own for each, once; when that is resolved, one more as soon as it recurs.
    """
    found, names = await reports.recurring_named(connection, tenant_id)
    data = [
        {
            **{name: getattr(one, name) for name in _PATTERN},
            "severity": one.gravest,
            "accounts": [{"account_id": of, "account_name": names.get(AccountId(of))} for of in one.accounts],
        }
        for one in found
    ]
    return {"accounts_from": RECURRING_ACCOUNTS, "days": RECURRING_DAYS, "data": data}


@router.get(
    "/roadblocks/ageing",
    response_model=wire.RoadblockAgeing,
    responses=problems(InTheFuture),
    openapi_extra=read,
)
async def get_roadblock_ageing(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Any:
    """Tell for how long what stands in the way has stood there, and how much of it is beyond its day."""
    found = await reports.aged(connection, tenant_id, as_of)
    functions = [{"function": row["function"], **ages_shown(row)} for row in found.by_function]
    return {"as_of": found.as_of, "functions": functions, **ages_shown(found.total)}
