"""The doors of what people state of the program: its mandate, its rebuilds, and their ratings."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Answer, Id, IsoDate
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.program.core.audit.maturity import Subject, UnusableRating
from app.program.schemas import stated as wire
from app.program.service import stated as service
from app.program.service.stated import NoMandate, RebuildNotFound, UnusableMandate, Word
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["program"])
read, write = needs("retiering:read"), needs("retiering:write")
AsOf = Annotated[IsoDate | None, Query(description="The day that is asked about; today when left out")]
PathRebuildId = Annotated[Id, Path(description="The rebuild's id")]
OfSubject = Annotated[Subject | None, Query(description="Only ratings of this")]
OfName = Annotated[
    str | None, Query(max_length=63, pattern=r"^[a-z_]+$", description="Only ratings of this question or skill")
]
AboutUser = Annotated[Id | None, Query(description="Only ratings of this person's skills")]


def _shown(shape: type[Answer], row: Any) -> dict[str, Any]:
    return {name: row[name] for name in shape.model_fields}


@router.put(
    "/program/mandate",
    response_model=wire.Mandate,
    responses=problems(UnusableMandate, UnknownPeople),
    openapi_extra=write,
)
async def put_program_mandate(body: wire.MandateBody, caller: CurrentCaller, connection: Connection) -> Any:
    """Say which executive stands behind the program, what it may ask for, and whom that binds.

    Of mandates that hold on the same day the one that began last counts; the others stay on record.
    """
    return _shown(wire.Mandate, await service.put_mandate(connection, caller, body.model_dump()))


@router.get(
    "/program/mandate", response_model=wire.Mandate, responses=problems(NoMandate, InTheFuture), openapi_extra=read
)
async def get_program_mandate(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Any:
    """Read the mandate that holds on a day."""
    return _shown(wire.Mandate, await service.mandate(connection, tenant_id, as_of))


@router.get(
    "/program/mandates",
    response_model=Page[wire.Mandate],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_program_mandates(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List the mandates that the program has and had, the newest first."""
    found = await service.mandates(connection, tenant_id, asked)
    return {"data": [_shown(wire.Mandate, row) for row in found.data], "next_cursor": found.next_cursor}


@router.post(
    "/program/rebuilds",
    status_code=201,
    response_model=wire.Rebuild,
    responses=problems(InTheFuture),
    openapi_extra=write,
)
async def log_program_rebuild(
    body: wire.RebuildBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Put on record that the program was rebuilt, and why; also of years ago."""
    row = await service.log_rebuild(connection, caller, body.on, body.cause, body.note)
    response.headers["Location"] = f"/v1/program/rebuilds/{row['id']}"
    return _shown(wire.Rebuild, row)


@router.get(
    "/program/rebuilds",
    response_model=Page[wire.Rebuild],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_program_rebuilds(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List when the program was rebuilt, the last time first."""
    found = await service.rebuilds(connection, tenant_id, asked)
    return {"data": [_shown(wire.Rebuild, row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/program/rebuilds/{rebuild_id}",
    response_model=wire.Rebuild,
    responses=problems(RebuildNotFound),
    openapi_extra=read,
)
async def get_program_rebuild(rebuild_id: PathRebuildId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read an entry of the log of rebuilds."""
    return _shown(wire.Rebuild, await service.rebuild(connection, tenant_id, rebuild_id))


@router.delete(
    "/program/rebuilds/{rebuild_id}", status_code=204, responses=problems(RebuildNotFound), openapi_extra=write
)
async def delete_program_rebuild(rebuild_id: PathRebuildId, tenant_id: CurrentTenant, connection: Connection) -> None:
    """Take off the record what was put there in error."""
    await service.remove_rebuild(connection, tenant_id, rebuild_id)


@router.post(
    "/program/ratings",
    status_code=201,
    response_model=wire.ProgramRatings,
    responses=problems(UnusableRating, UnknownPeople, SpeaksForAnother, InTheFuture),
    openapi_extra=write,
)
async def rate_program(body: wire.ProgramRatingsBody, caller: CurrentCaller, connection: Connection) -> Any:
    """Rate how mature the program is, the skills of its managers, or how effective account planning is.

    Of each person the newest word on each thing counts, for 365 days.
    """
    words = [Word(**one.model_dump()) for one in body.ratings]
    user_id = None if body.user_id is None else UserId(body.user_id)
    kept = await service.rate(connection, caller, user_id, words, body.on)
    return {"data": [_shown(wire.ProgramRating, row) for row in kept]}


@router.get(
    "/program/ratings",
    response_model=Page[wire.ProgramRating],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_program_ratings(  # a door's parameters
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    subject: OfSubject = None,
    name: OfName = None,
    about_user_id: AboutUser = None,
) -> Any:
    """List what people said of the program, the newest first."""
    wanted = {"subject": subject, "name": name, "about_user_id": about_user_id}
    given = {key: value for key, value in wanted.items() if value is not None}
    found = await service.ratings(connection, tenant_id, asked, given)
    return {"data": [_shown(wire.ProgramRating, row) for row in found.data], "next_cursor": found.next_cursor}
