"""The doors of who leads which function."""

from datetime import date
from typing import Annotated, Any, get_args

from fastapi import Query

from app.accounts.schemas.words import Function
from app.accounts.service.people import UnknownPeople
from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.ids import TenantId, UserId
from app.kernel.periods import InTheFuture, day_asked
from app.resourcing.schemas import catalogue as wire
from app.resourcing.service import leaders
from app.resourcing.service.resources import today
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
AsOf = Annotated[IsoDate | None, Query(description="The day that is asked about; today when left out")]


@router.get(
    "/function-leaders",
    response_model=wire.FunctionLeaders,
    responses=problems(InTheFuture),
    openapi_extra=needs("resourcing:read"),
)
async def list_function_leaders(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Any:
    """List who leads each function, as of a day."""
    return await _shown(connection, tenant_id, day_asked(as_of, today(), pointer="/query/as_of"))


@router.put(
    "/function-leaders",
    response_model=wire.FunctionLeaders,
    responses=problems(UnknownPeople, InTheFuture),
    openapi_extra=needs("resourcing:write"),
)
async def put_function_leaders(body: wire.FunctionLeadersBody, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Say who leads functions from a day on; who led before did so until then.

    The leader answers for what the function promised, and roadblocks escalate to them; the leader of `executive` is
    the last rung.
    """
    leads = [leaders.Lead(each.function, UserId(each.user_id), each.on) for each in body.leaders]
    await leaders.appoint(connection, tenant_id, leads)
    return await _shown(connection, tenant_id, today())


async def _shown(connection: Connection, tenant_id: TenantId, day: date) -> Any:
    found = await leaders.led(connection, tenant_id, day)
    led = {each.row["function"] for each in found}
    return {
        "as_of": day,
        "data": [{**each.row, "user_name": each.user_name} for each in found],
        "vacant": [function for function in get_args(Function) if function not in led],
    }
