"""The doors of commitments: asking for resources, and reading what became of it."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.kinds import AccountNotFound
from app.accounts.schemas.words import Function
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import tag
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.resourcing.core.commitments.states import State
from app.resourcing.core.commitments.terms import Terms, UnusableTerms
from app.resourcing.routes.commitments_shown import commitment_shown, move_shown
from app.resourcing.routes.paths import Account
from app.resourcing.schemas.commitments import Commitment, CommitmentMove, ResourceRequestBody
from app.resourcing.service import commitments as service
from app.resourcing.service.commitments import (
    CommitmentId,
    CommitmentNotFound,
    ResourceNotGiven,
    Said,
    UnknownPlanAction,
    Wanted,
    Wish,
)
from app.resourcing.service.resources import ResourceNotFound
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
read, write = needs("resourcing:read"), needs("resourcing:write")
PathCommitmentId = Annotated[Id, Path(description="The commitment's id")]
InState = Annotated[State | None, Query(description="Only those in this state")]
Overdue = Annotated[
    bool | None, Query(description="True: only promises past their day, neither delivered nor given up; false: others")
]
OfFunction = Annotated[Function | None, Query(description="Only those of resources that this function owns")]
OfOwner = Annotated[Id | None, Query(description="Only those that this person answers for")]
OfKam = Annotated[Id | None, Query(description="Only those of this KAM's accounts")]
OfResource = Annotated[Id | None, Query(description="Only those of this resource")]
Unplanned = Annotated[bool | None, Query(description="True: only those without a line of a growth plan; false: others")]


# Not `async`, a dependency would be given to a thread.
async def _wanted(  # noqa: PLR0913  # query parameters
    *,
    state: InState = None,
    overdue: Overdue = None,
    function: OfFunction = None,
    owner_user_id: OfOwner = None,
    kam_user_id: OfKam = None,
    resource_id: OfResource = None,
    unplanned: Unplanned = None,
) -> Wanted:
    return Wanted(
        state=state,
        overdue=overdue,
        function=function,
        owner_user_id=owner_user_id,
        kam_user_id=kam_user_id,
        resource_id=resource_id,
        unplanned=unplanned,
    )


@router.post(
    "/accounts/{account_id}/resource-requests",
    status_code=201,
    response_model=Commitment,
    responses=problems(
        AccountNotFound, ResourceNotFound, ResourceNotGiven, UnusableTerms, UnknownPlanAction, UnknownPeople,
        SpeaksForAnother, InTheFuture,
    ),
    openapi_extra=write,
)  # fmt: skip
async def request_resource(
    account: Account, body: ResourceRequestBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Ask the function that owns a resource for some of it, for an account.

    A request is to serve a line of the account's growth plan; one that names none is `unplanned`. Its answer is
    accepted, declined or countered with other terms.
    """
    wish = Wish(
        resource_id=body.resource_id,
        terms=Terms(body.quantity, body.starts_on, body.due_on),
        expected_outcome=body.expected_outcome,
        channel=body.channel,
        plan_action_id=body.plan_action_id,
    )
    said = Said(None if body.user_id is None else UserId(body.user_id), body.on, body.note)
    row = await service.request(connection, caller, account, wish, said)
    response.headers["Location"] = f"/v1/commitments/{row['id']}"
    tag(response, row["version"])
    return commitment_shown(row)


@router.get(
    "/accounts/{account_id}/commitments",
    response_model=Page[Commitment],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_commitments(
    account: Account,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    state: InState = None,
    overdue: Overdue = None,
) -> Any:
    """List what was asked for and promised for an account, what is due first first."""
    found = await service.page(connection, tenant_id, asked, Wanted(account_id=account, state=state, overdue=overdue))
    return {"data": [commitment_shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/commitments",
    response_model=Page[Commitment],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_commitments(
    asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, wanted: Annotated[Wanted, Depends(_wanted)]
) -> Any:
    """List what was asked for and promised for all accounts, what is due first first."""
    found = await service.page(connection, tenant_id, asked, wanted)
    return {"data": [commitment_shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/commitments/{commitment_id}",
    response_model=Commitment,
    responses=problems(CommitmentNotFound),
    openapi_extra=read,
)
async def get_commitment(
    commitment_id: PathCommitmentId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read a request for a resource and the promise that came of it: where it stands, and what may be done now."""
    row = await service.require(connection, tenant_id, CommitmentId(commitment_id))
    tag(response, row["version"])
    return commitment_shown(row)


@router.get(
    "/commitments/{commitment_id}/moves",
    response_model=Page[CommitmentMove],
    responses=problems(CommitmentNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_commitment_moves(
    commitment_id: PathCommitmentId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List what was done about a commitment, by whom, when and why, the last first."""
    found = await service.moves(connection, tenant_id, CommitmentId(commitment_id), asked)
    return {"data": [move_shown(row) for row in found.data], "next_cursor": found.next_cursor}
