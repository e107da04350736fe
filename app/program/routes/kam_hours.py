"""The doors of what key account managers spend their time on."""

from collections.abc import Mapping
from math import fsum
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.accounts.service.standing import UnknownAccounts
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId, UserId
from app.kernel.periods import InTheFuture
from app.program.core.time_spent import Activity
from app.program.schemas.kam_hours import KamHours, KamHoursBatch, KamHoursBody, KamHoursRecorded
from app.program.service import kam_hours as service
from app.program.service.kam_hours import HoursNotFound, NewHours, Wanted
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["program"])
KamHoursId = Annotated[Id, Path(alias="kam_hours_id", description="The entry's id")]
read, write = needs("retiering:read"), needs("retiering:write")
_KEEPING = problems(UnknownPeople, SpeaksForAnother, UnknownAccounts, InTheFuture)


@router.post("/program/kam-hours", status_code=201, response_model=KamHours, responses=_KEEPING, openapi_extra=write)
async def record_kam_hours(
    body: KamHoursBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Record hours that a manager spent, for an account or for none.

    They say how far managers are there for key accounts, and what coordinating costs them.
    """
    (hours_id,) = await service.record(connection, caller, [_told(body)], pointers=[""])
    response.headers["Location"] = f"/v1/program/kam-hours/{hours_id}"
    return _shown(await service.find(connection, caller.tenant_id, hours_id))


@router.post(
    "/program/kam-hours/batch",
    status_code=201,
    response_model=KamHoursRecorded,
    responses=_KEEPING,
    openapi_extra=write,
)
async def record_kam_hours_batch(body: KamHoursBatch, caller: CurrentCaller, connection: Connection) -> Any:
    """Record up to 1000 entries of hours at once: all of them, or, where one is wrong, none."""
    pointers = [f"/items/{at}" for at in range(len(body.items))]
    ids = await service.record(connection, caller, [_told(one) for one in body.items], pointers=pointers)
    return {"recorded": len(ids), "hours": round(fsum(one.hours for one in body.items), 4), "ids": ids}


def _told(body: KamHoursBody) -> NewHours:
    return NewHours(
        body.activity,
        body.hours,
        None if body.user_id is None else UserId(body.user_id),
        None if body.account_id is None else AccountId(body.account_id),
        body.on,
    )


async def _wanted(
    user_id: Annotated[Id | None, Query(description="Only hours of this person")] = None,
    account_id: Annotated[Id | None, Query(description="Only hours for this account")] = None,
    activity: Annotated[Activity | None, Query(description="Only hours on this")] = None,
    from_on: Annotated[IsoDate | None, Query(alias="from", description="From this day on")] = None,
    to_on: Annotated[IsoDate | None, Query(alias="to", description="Up to this day")] = None,
) -> Wanted:
    person = None if user_id is None else UserId(user_id)
    return Wanted(person, None if account_id is None else AccountId(account_id), activity, from_on, to_on)


@router.get(
    "/program/kam-hours",
    response_model=Page[KamHours],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_kam_hours(
    asked: AskedPage,
    wanted: Annotated[Wanted, Depends(_wanted)],
    tenant_id: CurrentTenant,
    connection: Connection,
) -> Any:
    """List recorded hours, the latest first; sorted by `spent_on` or `hours`."""
    found = await service.page(connection, tenant_id, asked, wanted)
    return {"data": [_shown(row) for row in found.data], "next_cursor": found.next_cursor}


def _shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: row[name] for name in KamHours.model_fields}


@router.get(
    "/program/kam-hours/{kam_hours_id}", response_model=KamHours, responses=problems(HoursNotFound), openapi_extra=read
)
async def get_kam_hours(hours_id: KamHoursId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Tell one entry of hours."""
    return _shown(await service.find(connection, tenant_id, hours_id))


@router.delete(
    "/program/kam-hours/{kam_hours_id}",
    status_code=204,
    responses=problems(HoursNotFound),
    openapi_extra=write,
)
async def delete_kam_hours(hours_id: KamHoursId, tenant_id: CurrentTenant, connection: Connection) -> None:
    """Take back hours that were recorded by mistake."""
    await service.forget(connection, tenant_id, hours_id)
