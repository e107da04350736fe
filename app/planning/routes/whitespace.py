"""The doors of what is said of whitespace cells."""

from typing import Annotated, Any

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound, BuyingCenterNotFound, OfferingNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import AccountId, UserId
from app.kernel.periods import InTheFuture
from app.planning.core.whitespace import ContradictoryStatement
from app.planning.schemas.whitespace import WhitespaceCellBody, WhitespaceStatement, statement
from app.planning.service import whitespace
from app.planning.service.whitespace import Said
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["plans"])
read, write = needs("health:read"), needs("health:write")
PathAccountId = Annotated[Id, Path(description="The account's id")]
PathCenterId = Annotated[Id, Path(description="The buying center's id; it is one of the account")]
PathOfferingId = Annotated[Id, Path(description="The offering's id")]


@router.put(
    "/accounts/{account_id}/whitespace/cells/{buying_center_id}/{offering_id}",
    response_model=WhitespaceStatement,
    responses=problems(
        AccountNotFound, BuyingCenterNotFound, OfferingNotFound, ContradictoryStatement, InTheFuture, UnknownPeople,
        SpeaksForAnother,
    ),
    openapi_extra=write,
)  # fmt: skip
async def state_whitespace_cell(  # a door's parameters
    account_id: PathAccountId,
    buying_center_id: PathCenterId,
    offering_id: PathOfferingId,
    body: WhitespaceCellBody,
    caller: CurrentCaller,
    connection: Connection,
) -> Any:
    """State what a buying center could buy of an offering, whether we want it, and who does what about it.

    The last word of a day holds from that day on; earlier ones are kept, so that every earlier day is as it was.
    """
    standing = await accounts.require_account(connection, caller.tenant_id, ACCOUNTS, AccountId(account_id))
    user_id = None if body.user_id is None else UserId(body.user_id)
    said = Said(buying_center_id, offering_id, body.word(), body.said_on, user_id)
    return statement(await whitespace.state(connection, caller, standing, said))


@router.get(
    "/accounts/{account_id}/whitespace/statements",
    response_model=Page[WhitespaceStatement],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_whitespace_statements(  # a door's parameters
    account_id: PathAccountId,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    buying_center_id: Annotated[Id | None, Query(description="Only cells of this buying center")] = None,
    offering_id: Annotated[Id | None, Query(description="Only cells of this offering")] = None,
) -> Any:
    """List all that was ever said of an account's whitespace cells, the newest first."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    given = {"buying_center_id": buying_center_id, "offering_id": offering_id}
    wanted = {name: value for name, value in given.items() if value is not None}
    found = await whitespace.page(connection, tenant_id, standing, asked, wanted)
    return {"data": [statement(row) for row in found.data], "next_cursor": found.next_cursor}
