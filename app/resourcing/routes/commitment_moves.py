"""The doors of what is done about a commitment: answered, taken back, scheduled, delivered, confirmed, missed."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.problems import problems
from app.infra.versions import IfMatchNeeded, IfMatchRequired, UnreadableIfMatch, tag
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.resourcing.core.commitments.parties import NotYourMove
from app.resourcing.core.commitments.states import BeforeLastMove, IllegalCommitmentMove
from app.resourcing.core.commitments.terms import BeyondCapacity, Counter, UnusableTerms
from app.resourcing.core.withdrawals import ConversationNotRecorded
from app.resourcing.routes.commitments import PathCommitmentId, write
from app.resourcing.routes.commitments_shown import commitment_shown
from app.resourcing.schemas import commitments as wire
from app.resourcing.service import moving
from app.resourcing.service.commitments import CommitmentId, CommitmentNotFound, Said
from app.resourcing.service.moving import CommitmentChanged, NotInUse
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, doors

router = doors(tags=["resourcing"])
PATH: Final = "/commitments/{commitment_id}"
REFUSED: Final = (
    CommitmentNotFound, IllegalCommitmentMove, CommitmentChanged, IfMatchNeeded, UnreadableIfMatch, NotYourMove,
    SpeaksForAnother, UnknownPeople, BeforeLastMove, InTheFuture,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Addressed:
    """Who does something about which commitment, as they last read it."""

    connection: Connection
    caller: Caller
    commitment_id: CommitmentId
    version: int


# Not `async`, a dependency would be given to a thread.
async def _addressed(
    commitment_id: PathCommitmentId, version: IfMatchRequired, caller: CurrentCaller, connection: Connection
) -> _Addressed:
    return _Addressed(connection, caller, CommitmentId(commitment_id), version)


Addressed = Annotated[_Addressed, Depends(_addressed)]


def _said(body: Any, note: str | None) -> Said:
    return Said(None if body.user_id is None else UserId(body.user_id), body.on, note)


def _shown(response: Response, row: Any) -> dict[str, Any]:
    tag(response, row["version"])
    return commitment_shown(row)


@router.post(
    f"{PATH}/accept",
    response_model=wire.Commitment,
    responses=problems(*REFUSED, BeyondCapacity, UnusableTerms),
    openapi_extra=write,
)
async def accept_commitment(to: Addressed, body: wire.CommitmentAcceptBody, response: Response) -> Any:
    """Promise what was asked for, for the function that owns the resource.

    Promises for a quarter may not go beyond the resource's capacity in it, unless a reason says why they do; of two who
    promise the last of it at the same time one is refused.
    """
    row = await moving.accept(
        to.connection,
        to.caller,
        to.commitment_id,
        _said(body, body.note),
        owner_user_id=None if body.owner_user_id is None else UserId(body.owner_user_id),
        override_reason=body.override_reason,
        version=to.version,
    )
    return _shown(response, row)


@router.post(f"{PATH}/decline", response_model=wire.Commitment, responses=problems(*REFUSED), openapi_extra=write)
async def decline_commitment(to: Addressed, body: wire.CommitmentReasonBody, response: Response) -> Any:
    """Say no to what was asked for, with the reason, for the function that owns the resource."""
    said = _said(body, body.reason)
    return _shown(response, await moving.decline(to.connection, to.caller, to.commitment_id, said, version=to.version))


@router.post(
    f"{PATH}/counter",
    response_model=wire.Commitment,
    responses=problems(*REFUSED, UnusableTerms),
    openapi_extra=write,
)
async def counter_commitment(to: Addressed, body: wire.CommitmentCounterBody, response: Response) -> Any:
    """Offer other terms than were asked for; who asked accepts them or withdraws."""
    row = await moving.counter(
        to.connection,
        to.caller,
        to.commitment_id,
        _said(body, body.note),
        offer=Counter(body.quantity, body.due_on),
        version=to.version,
    )
    return _shown(response, row)


@router.post(
    f"{PATH}/accept-counter",
    response_model=wire.Commitment,
    responses=problems(*REFUSED, BeyondCapacity, UnusableTerms),
    openapi_extra=write,
)
async def accept_counter_offer(to: Addressed, body: wire.CommitmentMoveBody, response: Response) -> Any:
    """Take up the terms that were offered: they hold from now on, and who offered them answers for it."""
    said = _said(body, body.note)
    return _shown(
        response, await moving.accept_counter(to.connection, to.caller, to.commitment_id, said, version=to.version)
    )


@router.post(
    f"{PATH}/withdraw",
    response_model=wire.Commitment,
    responses=problems(*REFUSED, ConversationNotRecorded),
    openapi_extra=write,
)
async def withdraw_commitment(to: Addressed, body: wire.CommitmentReasonBody, response: Response) -> Any:
    """Take a request back for the account, also one that was promised: only who asked may release from a promise.

    A promise is not taken back while the customer is to be told first (see relationship resets).
    """
    said = _said(body, body.reason)
    return _shown(response, await moving.withdraw(to.connection, to.caller, to.commitment_id, said, version=to.version))


@router.post(f"{PATH}/schedule", response_model=wire.Commitment, responses=problems(*REFUSED), openapi_extra=write)
async def schedule_commitment(to: Addressed, body: wire.CommitmentScheduleBody, response: Response) -> Any:
    """Say for which day the delivery is planned; it may be planned anew until it is delivered."""
    row = await moving.schedule(
        to.connection,
        to.caller,
        to.commitment_id,
        _said(body, body.note),
        scheduled_on=body.scheduled_on,
        version=to.version,
    )
    return _shown(response, row)


@router.post(f"{PATH}/deliver", response_model=wire.Commitment, responses=problems(*REFUSED), openapi_extra=write)
async def deliver_commitment(to: Addressed, body: wire.CommitmentMoveBody, response: Response) -> Any:
    """Say that it was delivered; after its day it counts as late, and not as kept."""
    said = _said(body, body.note)
    return _shown(response, await moving.deliver(to.connection, to.caller, to.commitment_id, said, version=to.version))


@router.post(f"{PATH}/confirm", response_model=wire.Commitment, responses=problems(*REFUSED), openapi_extra=write)
async def confirm_commitment(to: Addressed, body: wire.CommitmentMoveBody, response: Response) -> Any:
    """Say for the account that what was delivered has arrived."""
    said = _said(body, body.note)
    return _shown(response, await moving.confirm(to.connection, to.caller, to.commitment_id, said, version=to.version))


@router.post(
    f"{PATH}/miss",
    response_model=wire.Commitment,
    responses=problems(*REFUSED, ConversationNotRecorded),
    openapi_extra=write,
)
async def miss_commitment(to: Addressed, body: wire.CommitmentReasonBody, response: Response) -> Any:
    """Say that a promise will not be kept any more; either side may, once the customer knows where it is to be told."""
    said = _said(body, body.reason)
    return _shown(response, await moving.miss(to.connection, to.caller, to.commitment_id, said, version=to.version))


@router.post(
    f"{PATH}/usage",
    status_code=201,
    response_model=wire.CommitmentUsage,
    responses=problems(CommitmentNotFound, NotInUse, UnknownPeople, SpeaksForAnother, BeforeLastMove, InTheFuture),
    openapi_extra=write,
)
async def record_commitment_usage(
    commitment_id: PathCommitmentId, body: wire.CommitmentUsageBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Record what the customer used of what was promised to it, on a day."""
    return await moving.use(
        connection, caller, CommitmentId(commitment_id), _said(body, body.note), quantity=body.quantity
    )
