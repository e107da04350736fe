"""The doors of retierings: what the rules recommend, and what people propose, decide, approve and take back."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.kinds import AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatchNeeded, IfMatchRequired, UnreadableIfMatch, tag
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId, UserId
from app.kernel.periods import InTheFuture
from app.resourcing.core.withdrawals import ConversationNotRecorded
from app.retiering.core.deciding import (
    MOVES,
    BeforeLastStep,
    Decided,
    IllegalRetieringMove,
    NoRequirementsOnFile,
    SecondPersonNeeded,
    State,
    UnusableRetieringDecision,
)
from app.retiering.core.recommendation import Decision, Recommended
from app.retiering.routes.paths import Account
from app.retiering.schemas import decisions as wire
from app.retiering.service import deciding, recommending
from app.retiering.service import decisions as service
from app.retiering.service.deciding import RetieringChanged
from app.retiering.service.decisions import (
    NothingToRetier,
    RetieringNotFound,
    RetieringUnderWay,
    Said,
    UnknownAppraisal,
    Wanted,
)
from app.selection.core.lifecycle import IllegalLifecycleMove, MovedLater, TierNotMeant
from app.selection.service.lifecycle import TrackFull
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["retiering"])
read, write = needs("retiering:read"), needs("retiering:write")
PATH: Final = "/retierings/{retiering_id}"
PathRetieringId = Annotated[Id, Path(description="The retiering's id")]
AsOf = Annotated[IsoDate | None, Query(description="What was known at the end of this day; today when not given")]
InState = Annotated[State | None, Query(description="Only those in this state")]
OfDecision = Annotated[Decision | None, Query(description="Only those with this decision")]
OfRecommended = Annotated[Recommended | None, Query(description="Only those of which the rules recommended this")]
OfAccount = Annotated[Id | None, Query(description="Only those of this account")]
REFUSED: Final = (
    RetieringNotFound, IllegalRetieringMove, RetieringChanged, IfMatchNeeded, UnreadableIfMatch, UnknownPeople,
    SpeaksForAnother, BeforeLastStep, InTheFuture, IllegalLifecycleMove, MovedLater,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Addressed:
    """Who does something about which retiering, as they last read it."""

    connection: Connection
    caller: Caller
    retiering_id: Id
    version: int


# Not `async`, a dependency would be given to a thread.
async def _addressed(
    retiering_id: PathRetieringId, version: IfMatchRequired, caller: CurrentCaller, connection: Connection
) -> _Addressed:
    return _Addressed(connection, caller, retiering_id, version)


Addressed = Annotated[_Addressed, Depends(_addressed)]


async def _wanted(
    *,
    state: InState = None,
    decision: OfDecision = None,
    recommended: OfRecommended = None,
    account_id: OfAccount = None,
) -> Wanted:
    return Wanted(state, decision, recommended, None if account_id is None else AccountId(account_id))


def _said(body: Any) -> Said:
    return Said(None if body.user_id is None else UserId(body.user_id), body.on)


def _shown(row: Any) -> dict[str, Any]:
    plain = {name: row[name] for name in wire.Retiering.model_fields if name in row}
    decided = row["decision"] is not None and row["recommended"] != "review"
    against = row["decision"] != row["recommended"] if decided else None
    return {**plain, "legal_moves": list(MOVES[row["state"]]), "against_recommendation": against}


def _detailed(response: Response, row: Any) -> dict[str, Any]:
    tag(response, row["version"])
    return {**_shown(row), "recommendation": row["recommendation"] or None}


@router.get(
    "/accounts/{account_id}/retiering-recommendation",
    response_model=wire.AccountRetieringRecommendation,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_retiering_recommendation(
    account: Account, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Any:
    """Tell what the rules recommend about an account's tier, with reasons and figures; nothing is kept.

    Up at a tier's threshold, down only more than the margin below it. Less than before is never recommended for
    performance where nothing was agreed with the customer, nor on a score that depends on what is unknown: then it is
    `review`.
    """
    found = await recommending.recommendation(connection, tenant_id, account, as_of)
    return {"account_id": account, **found.document}


@router.post(
    "/accounts/{account_id}/retierings",
    status_code=201,
    response_model=wire.RetieringDetail,
    responses=problems(
        AccountNotFound, NothingToRetier, RetieringUnderWay, UnknownAppraisal, UnknownPeople, SpeaksForAnother,
        InTheFuture, BeforeLastStep, IllegalLifecycleMove, MovedLater,
    ),
    openapi_extra=write,
)  # fmt: skip
async def propose_retiering(
    account: Account, body: wire.RetieringBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Put an account's tier up for decision, with what the rules recommend and why; it is under review from now on."""
    row = await service.propose(connection, caller, account, _said(body), body.appraisal_id)
    response.headers["Location"] = f"/v1/retierings/{row['id']}"
    return _detailed(response, row)


@router.get(
    "/retierings",
    response_model=Page[wire.Retiering],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_retierings(
    asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, wanted: Annotated[Wanted, Depends(_wanted)]
) -> Any:
    """List retierings with what was recommended and decided, the newest first; `sort` takes decided_on too."""
    found = await service.page(connection, tenant_id, asked, wanted)
    return {"data": [_shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(PATH, response_model=wire.RetieringDetail, responses=problems(RetieringNotFound), openapi_extra=read)
async def get_retiering(
    retiering_id: PathRetieringId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read a retiering with what the rules recommended, as it was then."""
    return _detailed(response, await service.require(connection, tenant_id, retiering_id))


@router.post(
    f"{PATH}/decide",
    response_model=wire.RetieringDetail,
    responses=problems(
        *REFUSED, UnusableRetieringDecision, NoRequirementsOnFile, TierNotMeant, TrackFull, ConversationNotRecorded
    ),
    openapi_extra=write,
)
async def decide_retiering(to: Addressed, body: wire.RetieringDecisionBody, response: Response) -> Any:
    """Decide an account's tier by a named person, whatever is recommended.

    `downtier` and `exit_program` wait for a second person's approval; anything else stands at once. Who keeps an
    account that the rules would let go says why.
    """
    decided = Decided(
        decision=body.decision,
        rationale=body.rationale,
        to_tier=body.to_tier,
        grounds=body.grounds,
        conditions=body.conditions,
        dissent=body.dissent,
        keeping_reason=body.keeping_reason,
    )
    row = await deciding.decide(to.connection, to.caller, to.retiering_id, decided, _said(body), version=to.version)
    return _detailed(response, row)


@router.post(
    f"{PATH}/approve",
    response_model=wire.RetieringDetail,
    responses=problems(*REFUSED, SecondPersonNeeded),
    openapi_extra=write,
)
async def approve_retiering(to: Addressed, body: wire.RetieringApprovalBody, response: Response) -> Any:
    """Approve that an account is to have less than before, as a second person: an executive, or of another function.

    From now on the customer is to be told first: nothing is taken from the account before that.
    """
    row = await deciding.approve(to.connection, to.caller, to.retiering_id, _said(body), version=to.version)
    return _detailed(response, row)


@router.post(f"{PATH}/withdraw", response_model=wire.RetieringDetail, responses=problems(*REFUSED), openapi_extra=write)
async def withdraw_retiering(to: Addressed, body: wire.RetieringWithdrawalBody, response: Response) -> Any:
    """Take a proposal back before it is decided for good; it stays on record, the account is no longer reviewed."""
    said, connection = _said(body), to.connection
    row = await deciding.withdraw(connection, to.caller, to.retiering_id, body.reason, said, version=to.version)
    return _detailed(response, row)
