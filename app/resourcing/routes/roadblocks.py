"""The doors of roadblocks: opened, changed, cleared, and every move on record."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.schemas.words import Function
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.resourcing.core.roadblocks.changing import RoadblockResolved, UnusableRoadblock
from app.resourcing.core.roadblocks.ladder import Rung, Severity
from app.resourcing.routes.roadblocks_shown import shown
from app.resourcing.schemas import roadblocks as wire
from app.resourcing.service import roadblock_changing as changing
from app.resourcing.service import roadblock_reading as reading
from app.resourcing.service import roadblocks
from app.resourcing.service.roadblock_changing import RoadblockChanged, Said
from app.resourcing.service.roadblocks import NewRoadblock, RoadblockId, RoadblockNotFound
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
read, write = needs("resourcing:read"), needs("resourcing:write")
PathRoadblockId = Annotated[Id, Path(description="The roadblock's id")]
OfAccount = Annotated[Id | None, Query(description="Only those in this account's way")]
OfProgram = Annotated[bool | None, Query(description="True: only those of the whole program; false: only of accounts")]
InState = Annotated[wire.RoadblockState | None, Query(description="Only those in this state")]
Standing = Annotated[bool, Query(description="True: only those that are not resolved")]
OfKind = Annotated[wire.RoadblockKind | None, Query(description="Only those of this kind")]
OfFunction = Annotated[Function | None, Query(description="Only those that stand at this function")]
OfSeverity = Annotated[Severity | None, Query(description="Only those of this severity")]
OnRung = Annotated[Rung | None, Query(description="Only those that were taken up to this rung")]
OfOwner = Annotated[Id | None, Query(description="Only those that this person is to clear")]
OfCommitment = Annotated[Id | None, Query(description="Only those that endanger this commitment")]
Breached = Annotated[bool, Query(description="True: only those that stand beyond their day")]


# Not `async`, a dependency would be given to a thread.
async def _who(
    account_id: OfAccount = None,
    program: OfProgram = None,
    owner_user_id: OfOwner = None,
    commitment_id: OfCommitment = None,
    function: OfFunction = None,
    rung: OnRung = None,
) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "program": program,
        "owner_user_id": owner_user_id,
        "commitment_id": commitment_id,
        "function": function,
        "rung": rung,
    }


async def _what(
    who: Annotated[dict[str, Any], Depends(_who)],
    state: InState = None,
    standing: Standing = False,  # noqa: FBT002  # a query parameter
    kind: OfKind = None,
    severity: OfSeverity = None,
) -> dict[str, Any]:
    states = [name for name in ("open", "mitigating") if state in {None, name}] if standing else state
    asked = {**who, "state": states, "kind": kind, "severity": severity}
    return {name: value for name, value in asked.items() if value is not None}


async def _answered(connection: Connection, tenant_id: CurrentTenant, row: Any, response: Response) -> Any:
    tag(response, row["version"])
    return shown((await reading.shown(connection, tenant_id, [row]))[0])


@router.post(
    "/roadblocks",
    status_code=201,
    response_model=wire.Roadblock,
    responses=problems(UnusableRoadblock, UnknownPeople, SpeaksForAnother),
    openapi_extra=write,
)
async def open_roadblock(
    body: wire.NewRoadblockBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Open a roadblock: what stands in the way, at which function, how grave, and who is to clear it by when.

    One that is not gone by its day is taken up: to the function's leader, to the account's executive sponsor, to who
    leads `executive`; each has as many days again as the severity gives.
    """
    new = NewRoadblock(**body.model_dump(exclude={"on", "user_id"}), opened_on=body.on)
    row = await roadblocks.open_one(connection, caller, new, user_id=_user(body.user_id))
    response.headers["Location"] = f"/v1/roadblocks/{row['id']}"
    return await _answered(connection, caller.tenant_id, row, response)


def _user(user_id: UUID | None) -> UserId | None:
    return None if user_id is None else UserId(user_id)


@router.get(
    "/roadblocks",
    response_model=Page[wire.Roadblock],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_roadblocks(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    wanted: Annotated[dict[str, Any], Depends(_what)],
    breached: Breached = False,  # noqa: FBT002  # a query parameter
) -> Any:
    """List roadblocks, what is due first first."""
    found = await reading.page(connection, tenant_id, asked, wanted, breached=breached)
    return {"data": [shown(one) for one in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/roadblocks/{roadblock_id}",
    response_model=wire.Roadblock,
    responses=problems(RoadblockNotFound),
    openapi_extra=read,
)
async def get_roadblock(
    roadblock_id: PathRoadblockId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read a roadblock with its age, whether it is beyond its day, and where it is taken next."""
    found = await reading.find(connection, tenant_id, RoadblockId(roadblock_id))
    tag(response, found.row["version"])
    return shown(found)


@router.patch(
    "/roadblocks/{roadblock_id}",
    response_model=wire.Roadblock,
    responses=problems(
        RoadblockNotFound, RoadblockChanged, RoadblockResolved, UnusableRoadblock, UnknownPeople, SpeaksForAnother,
        UnreadableIfMatch,
    ),
    openapi_extra=write,
)  # fmt: skip
async def change_roadblock(
    roadblock_id: PathRoadblockId,
    body: wire.RoadblockBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Change a roadblock: take it on, hand it over, say more of it, move its day.

    Another severity may bring its day forward and never puts it off, unless a day is named with it.
    """
    said = Said(body.on, _user(body.user_id), body.note)
    given = body.model_dump(exclude_unset=True, exclude={"on", "user_id", "note"})
    row = await changing.change(connection, caller, RoadblockId(roadblock_id), given, said, version=version)
    return await _answered(connection, caller.tenant_id, row, response)


@router.post(
    "/roadblocks/{roadblock_id}/resolve",
    response_model=wire.Roadblock,
    responses=problems(
        RoadblockNotFound, RoadblockChanged, RoadblockResolved, UnusableRoadblock, UnknownPeople, SpeaksForAnother,
        UnreadableIfMatch,
    ),
    openapi_extra=write,
)  # fmt: skip
async def resolve_roadblock(
    roadblock_id: PathRoadblockId,
    body: wire.RoadblockResolutionBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Say that a roadblock is out of the way, and how that was done; what comes back is a roadblock of its own."""
    said = Said(body.on, _user(body.user_id))
    resolved = changing.resolve(connection, caller, RoadblockId(roadblock_id), body.resolution, said, version=version)
    return await _answered(connection, caller.tenant_id, await resolved, response)


@router.get(
    "/roadblocks/{roadblock_id}/moves",
    response_model=Page[wire.RoadblockMove],
    responses=problems(RoadblockNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_roadblock_moves(
    roadblock_id: PathRoadblockId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List what happened to a roadblock, the oldest first."""
    found, names = await reading.moves(connection, tenant_id, RoadblockId(roadblock_id), asked)
    fields = ("id", "kind", "rung", "moved_on", "user_id", "to_user_id", "note", "created_at")
    data = [
        {
            **{name: row[name] for name in fields},
            "user_name": names.get(row["user_id"]),
            "to_user_name": names.get(row["to_user_id"]),
        }
        for row in found.data
    ]
    return {"data": data, "next_cursor": found.next_cursor}
