"""The doors of objections and of the records of decisions."""

from typing import Annotated, Any

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import AccountId
from app.selection.routes.reviews import OfAccount, read, user, write
from app.selection.schemas import decisions as wire
from app.selection.service.reviews import decisions, objections
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors

router = doors(tags=["selection"])
PathObjectionId = Annotated[Id, Path(description="The objection's id")]
PathDecisionId = Annotated[Id, Path(description="The decision's id")]
PathAccountId = Annotated[Id, Path(description="The account's id")]
OfReview = Annotated[Id | None, Query(description="Only those of this review")]
InState = Annotated[wire.ObjectionState | None, Query(description="Only objections in this state")]
SETTLE = (
    objections.ObjectionNotFound, objections.NotYourObjection, objections.ObjectionSettled, UnknownPeople,
    SpeaksForAnother,
)  # fmt: skip


def _objection(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in wire.ReviewObjection.model_fields}


def record(row: Any) -> dict[str, Any]:
    """A decision with what it rests on."""
    grounds = row["grounds"]
    agreed = [{"metric": metric, **said} for metric, said in grounds["agreed"].items()]
    plain = {name: row[name] for name in wire.DecisionSummary.model_fields}
    return {**plain, "grounds": {**grounds, "agreed": agreed}}


@router.get(
    "/selection/objections",
    response_model=Page[wire.ReviewObjection],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_selection_objections(  # a door's parameters
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    account_id: OfAccount = None,
    review_id: OfReview = None,
    state: InState = None,
) -> Any:
    """List objections to candidates, the newest first; `sort` takes due_on too."""
    named = {"account_id": account_id, "review_id": review_id, "state": state}
    wanted = {name: value for name, value in named.items() if value is not None}
    found = await objections.page(connection, tenant_id, asked, wanted)
    return {"data": [_objection(row) for row in found.data], "next_cursor": found.next_cursor}


@router.post(
    "/selection/objections/{objection_id}/resolve",
    response_model=wire.ReviewObjection,
    responses=problems(*SETTLE),
    openapi_extra=write,
)
async def resolve_selection_objection(
    objection_id: PathObjectionId, body: wire.ResolveBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Settle an objection by what was done about it; its owner or its author says so."""
    settled = await objections.resolve(
        connection, caller, objection_id, user_id=user(body.user_id), resolution=body.resolution
    )
    return _objection(settled)


@router.post(
    "/selection/objections/{objection_id}/withdraw",
    response_model=wire.ReviewObjection,
    responses=problems(*SETTLE),
    openapi_extra=write,
)
async def withdraw_selection_objection(
    objection_id: PathObjectionId, body: wire.WithdrawBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Take an objection back; its author alone may. It stays on record."""
    return _objection(await objections.withdraw(connection, caller, objection_id, user_id=user(body.user_id)))


@router.get(
    "/selection/decisions/{decision_id}",
    response_model=wire.DecisionRecord,
    responses=problems(decisions.DecisionNotFound),
    openapi_extra=read,
)
async def get_selection_decision(decision_id: PathDecisionId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a decision with all that it rests on, as it was then."""
    return record(await decisions.find(connection, tenant_id, decision_id))


@router.get(
    "/accounts/{account_id}/decisions",
    response_model=Page[wire.DecisionSummary],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_decisions(
    account_id: PathAccountId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List the decisions on an account, the newest first; each follows the one before it."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await decisions.page(connection, tenant_id, standing, asked)
    data = [{name: row[name] for name in wire.DecisionSummary.model_fields} for row in found.data]
    return {"data": data, "next_cursor": found.next_cursor}
