"""The doors of what is asked for inside and beyond guardrails, of its answers, and of how long they take."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.kinds import AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id, IsoDate
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.resourcing.core.commitments.states import BeforeLastMove
from app.resourcing.core.guarding import Answer, Guarded, NotYourRequest, RequestAnswered, RequestState, UnusableAmount
from app.resourcing.core.latencies import Latency
from app.resourcing.routes.commitments import read, write
from app.resourcing.routes.paths import Account
from app.resourcing.schemas import guardrails as wire
from app.resourcing.service import guarded_requests as service
from app.resourcing.service.guarded_requests import (
    GuardedRequestChanged,
    GuardedRequestId,
    GuardedRequestNotFound,
    NoGuardrail,
    Reply,
    Request,
    Wanted,
)
from app.resourcing.service.resources import today
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors

router = doors(tags=["resourcing"])
PathRequestId = Annotated[Id, Path(description="The guarded request's id")]
InState = Annotated[RequestState | None, Query(description="Only those in this state")]
OfKind = Annotated[Guarded | None, Query(description="Only those of this kind")]
OfUser = Annotated[Id | None, Query(description="Only what this person asked for")]
OfApprover = Annotated[Id | None, Query(description="Only what this person is to answer, or has")]
From = Annotated[
    IsoDate | None, Query(alias="from", description="The first day of requests; a year before `to` when not given")
]
To = Annotated[IsoDate | None, Query(description="The last day of requests; today when not given")]
YEAR_DAYS: Final = 365
ANSWERS: Final = problems(
    GuardedRequestNotFound, RequestAnswered, NotYourRequest, GuardedRequestChanged, UnreadableIfMatch, UnknownPeople,
    SpeaksForAnother, BeforeLastMove, InTheFuture,
)  # fmt: skip


# Not `async`, a dependency would be given to a thread.
async def _wanted(
    state: InState = None, kind: OfKind = None, user_id: OfUser = None, approver_user_id: OfApprover = None
) -> Wanted:
    return Wanted(state=state, kind=kind, user_id=user_id, approver_user_id=approver_user_id)


def _user(user_id: Any) -> UserId | None:
    return None if user_id is None else UserId(user_id)


def _request(row: Any) -> dict[str, Any]:
    waited = None if row["answered_at"] is None else row["answered_at"] - row["requested_at"]
    return {
        **{name: row[name] for name in wire.GuardedRequest.model_fields if name != "waited_hours"},
        "waited_hours": None if waited is None else round(waited / timedelta(hours=1), 4),
    }


def _latency(latency: Latency) -> dict[str, Any]:
    found = {name: getattr(latency, name) for name in wire.ApprovalLatency.model_fields}
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in found.items()}


@router.post(
    "/accounts/{account_id}/guarded-requests",
    status_code=201,
    response_model=wire.GuardedRequest,
    responses=problems(AccountNotFound, NoGuardrail, UnusableAmount, UnknownPeople, SpeaksForAnother, InTheFuture),
    openapi_extra=write,
)
async def make_guarded_request(
    account: Account, body: wire.GuardedRequestBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Ask for a discount, a contract's value, units of resources or effort of product, for an account.

    What lies inside the asker's guardrail is approved at once, and on record. What goes beyond waits for the approver,
    and so does a value in a currency that no rate takes into the guardrail's.
    """
    request = Request(body.kind, body.amount, body.currency, body.reason)
    row = await service.ask(connection, caller, account, request, Reply(_user(body.user_id), body.on))
    response.headers["Location"] = f"/v1/guarded-requests/{row['id']}"
    tag(response, row["version"])
    return _request(row)


@router.get(
    "/accounts/{account_id}/guarded-requests",
    response_model=Page[wire.GuardedRequest],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_guarded_requests(
    account: Account, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, state: InState = None
) -> Any:
    """List what was asked for an account inside and beyond guardrails, the latest first."""
    found = await service.page(connection, tenant_id, asked, Wanted(account_id=account, state=state))
    return {"data": [_request(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/guarded-requests",
    response_model=Page[wire.GuardedRequest],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_guarded_requests(
    asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, wanted: Annotated[Wanted, Depends(_wanted)]
) -> Any:
    """List what was asked for all accounts inside and beyond guardrails, the latest first."""
    found = await service.page(connection, tenant_id, asked, wanted)
    return {"data": [_request(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/guarded-requests/{request_id}",
    response_model=wire.GuardedRequest,
    responses=problems(GuardedRequestNotFound),
    openapi_extra=read,
)
async def get_guarded_request(
    request_id: PathRequestId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read what was asked for, and how it was answered."""
    row = await service.require(connection, tenant_id, GuardedRequestId(request_id))
    tag(response, row["version"])
    return _request(row)


@dataclass(frozen=True, slots=True)
class _Answering:
    """Who answers which request, with what words."""

    request_id: Id
    body: wire.GuardedAnswerBody
    version: int | None
    caller: CurrentCaller
    connection: Connection

    async def by(self, given: Answer, response: Response) -> dict[str, Any]:
        """The request, answered so."""
        reply, which = Reply(_user(self.body.user_id), self.body.on, self.body.note), GuardedRequestId(self.request_id)
        row = await service.answer(self.connection, self.caller, which, given, reply, version=self.version)
        tag(response, row["version"])
        return _request(row)


async def _answering(
    request_id: PathRequestId,
    body: wire.GuardedAnswerBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
) -> _Answering:
    return _Answering(request_id, body, version, caller, connection)


Answering = Annotated[_Answering, Depends(_answering)]


@router.post(
    "/guarded-requests/{request_id}/approve",
    response_model=wire.GuardedRequest,
    responses=ANSWERS,
    openapi_extra=write,
)
async def approve_guarded_request(answering: Answering, response: Response) -> Any:
    """Approve what goes beyond a guardrail: its approver does, or an executive, and nobody their own request."""
    return await answering.by("approve", response)


@router.post(
    "/guarded-requests/{request_id}/refuse",
    response_model=wire.GuardedRequest,
    responses=ANSWERS,
    openapi_extra=write,
)
async def refuse_guarded_request(answering: Answering, response: Response) -> Any:
    """Refuse what goes beyond a guardrail: its approver does, or an executive."""
    return await answering.by("refuse", response)


@router.post(
    "/guarded-requests/{request_id}/withdraw",
    response_model=wire.GuardedRequest,
    responses=ANSWERS,
    openapi_extra=write,
)
async def withdraw_guarded_request(answering: Answering, response: Response) -> Any:
    """Take back what waits for an answer; who asked does."""
    return await answering.by("withdraw", response)


@router.get(
    "/resourcing/approval-latency",
    response_model=wire.ApprovalLatencyReport,
    responses=problems(),
    openapi_extra=read,
)
async def get_approval_latency(
    tenant_id: CurrentTenant, connection: Connection, first: From = None, to: To = None
) -> Any:
    """Tell how requests of a period fared, and how long those beyond guardrails waited for an answer.

    What lies inside waits for nobody, and counts in no latency.
    """
    last = to or today()
    first = first or last - timedelta(days=YEAR_DAYS - 1)
    found = await service.approvals(connection, tenant_id, first, last)
    data = [
        {
            "kind": one.kind,
            "approver_user_id": one.approver_user_id,
            "approver_name": one.approver_name,
            "requests": one.states,
            "latency": _latency(one.latency),
        }
        for one in found.groups
    ]
    return {
        "first_on": first,
        "last_on": last,
        "requests": found.states,
        "latency": _latency(found.latency),
        "data": data,
    }
