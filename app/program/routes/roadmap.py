"""The doors of actions about the program itself."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from app.accounts.service.people import UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.periods import InTheFuture
from app.program.core.audit.parts import RequirementCode
from app.program.core.roadmap import ActionState, Term
from app.program.schemas import stated as wire
from app.program.service import roadmap as service
from app.program.service.roadmap import ProgramActionChanged, ProgramActionClosed, ProgramActionNotFound
from app.program.service.stated import today
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["program"])
read, write = needs("retiering:read"), needs("retiering:write")
PathActionId = Annotated[Id, Path(description="The action's id")]
InState = Annotated[ActionState | None, Query(description="Only those in this state")]
OfRequirement = Annotated[RequirementCode | None, Query(description="Only those for this design requirement")]
OfTerm = Annotated[Term | None, Query(description="Only those of this term")]
OfOwner = Annotated[Id | None, Query(description="Only those that this person is to do")]


@router.post(
    "/program/actions",
    status_code=201,
    response_model=wire.ProgramAction,
    responses=problems(UnknownPeople),
    openapi_extra=write,
)
async def add_program_action(
    body: wire.ProgramActionBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Put something on the program's roadmap, with an owner and a day."""
    row = await service.add(connection, caller, body.model_dump())
    response.headers["Location"] = f"/v1/program/actions/{row['id']}"
    return _answered(row, response)


@router.get(
    "/program/actions",
    response_model=Page[wire.ProgramAction],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_program_actions(  # noqa: PLR0913, PLR0917  # a door's parameters
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    state: InState = None,
    requirement: OfRequirement = None,
    term: OfTerm = None,
    owner_user_id: OfOwner = None,
) -> Any:
    """List the program's roadmap, what is due first first."""
    wanted = {"state": state, "requirement": requirement, "term": term, "owner_user_id": owner_user_id}
    given = {name: value for name, value in wanted.items() if value is not None}
    found = await service.listed(connection, tenant_id, asked, given)
    return {"data": [_shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/program/actions/{action_id}",
    response_model=wire.ProgramAction,
    responses=problems(ProgramActionNotFound),
    openapi_extra=read,
)
async def get_program_action(
    action_id: PathActionId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read an action of the program's roadmap."""
    return _answered(await service.find(connection, tenant_id, action_id), response)


@router.patch(
    "/program/actions/{action_id}",
    response_model=wire.ProgramAction,
    responses=problems(
        ProgramActionNotFound, ProgramActionChanged, ProgramActionClosed, UnknownPeople, InTheFuture, UnreadableIfMatch
    ),
    openapi_extra=write,
)
async def change_program_action(
    action_id: PathActionId,
    body: wire.ProgramActionChange,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Change an action that is open, or close it as done or dropped; what is closed stays as it is."""
    given = body.model_dump(exclude_unset=True, exclude={"on"})
    row = await service.change(connection, caller, action_id, given, on=body.on, version=version)
    return _answered(row, response)


def _answered(row: Any, response: Response) -> dict[str, Any]:
    tag(response, row["version"])
    return _shown(row)


def _shown(row: Any) -> dict[str, Any]:
    own = {name: row[name] for name in wire.ProgramAction.model_fields if name != "overdue"}
    return {**own, "overdue": row["state"] == "open" and row["due_on"] < today()}
