"""The doors of who signs a plan, and of who is to know it."""

from typing import Any

from app.accounts.kinds import AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.planning.core.consistency import UnusablePlan
from app.planning.routes.plans import Account
from app.planning.routes.shown import approval_shown, readers_shown
from app.planning.schemas.actions import PlanApproval, PlanApprovalBody, PlanReadBody, PlanReaders, PlanReadersBody
from app.planning.service import approvals, readers
from app.planning.service.approvals import NotTheNewest, Signature, SignedAlready
from app.planning.service.plans import PlanArchived, PlanNotFound
from app.planning.service.readers import NotAReader, Reading
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["plans"])
read, write = needs("health:read"), needs("health:write")
PLAN = (AccountNotFound, PlanNotFound, PlanArchived, UnusablePlan, UnknownPeople)


def _user(user_id: Id | None) -> UserId | None:
    return None if user_id is None else UserId(user_id)


@router.post(
    "/accounts/{account_id}/plan/approvals",
    status_code=201,
    response_model=PlanApproval,
    responses=problems(*PLAN, SpeaksForAnother, NotTheNewest, SignedAlready),
    openapi_extra=write,
)
async def approve_account_plan(
    account: Account, body: PlanApprovalBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Sign the newest version of an account's plan off, for the customer or for us.

    A plan is co-created while a contact of the customer has signed it since it last said something new.
    """
    signature = Signature(body.number, _user(body.user_id), body.contact_id, body.comment)
    return approval_shown(await approvals.approve(connection, caller, account, signature))


@router.get(
    "/accounts/{account_id}/plan/approvals",
    response_model=Page[PlanApproval],
    responses=problems(AccountNotFound, PlanNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_plan_approvals(
    account: Account, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List the sign-offs of an account's plan, of all its versions, the latest first."""
    found = await approvals.page(connection, tenant_id, account, asked)
    return {"data": [approval_shown(one) for one in found.data], "next_cursor": found.next_cursor}


@router.put(
    "/accounts/{account_id}/plan/readers",
    response_model=PlanReaders,
    responses=problems(*PLAN),
    openapi_extra=write,
)
async def name_plan_readers(
    account: Account, body: PlanReadersBody, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Say who of either side is to know an account's plan; who stays keeps what they have read."""
    users = [UserId(one) for one in body.users]
    return readers_shown(await readers.name(connection, tenant_id, account, users, body.contacts))


@router.get(
    "/accounts/{account_id}/plan/readers",
    response_model=PlanReaders,
    responses=problems(AccountNotFound, PlanNotFound),
    openapi_extra=read,
)
async def list_plan_readers(account: Account, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List who is to know an account's plan, and who has read it as it is."""
    return readers_shown(await readers.listed(connection, tenant_id, account))


@router.post(
    "/accounts/{account_id}/plan/readers/acknowledge",
    response_model=PlanReaders,
    responses=problems(*PLAN, SpeaksForAnother, NotAReader),
    openapi_extra=write,
)
async def acknowledge_account_plan(
    account: Account, body: PlanReadBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Say that a reader has read a version of an account's plan."""
    reading = Reading(body.number, _user(body.user_id), body.contact_id)
    return readers_shown(await readers.acknowledge(connection, caller, account, reading))
