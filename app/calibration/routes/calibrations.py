"""The doors of calibrations: beginning one, reading it, taking it through its steps, and its end."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response

from app.accounts.kinds import AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.states import IllegalCalibrationMove, NotInStep, State, Step
from app.calibration.routes.paths import Account, Calibration, PathCalibrationId
from app.calibration.routes.shown import calibration_shown, entry_shown
from app.calibration.schemas import calibrations as wire
from app.calibration.service import moving, reading, starting
from app.calibration.service.calibrations import BeforeTheLastMove, CalibrationChanged, CalibrationNotFound
from app.calibration.service.moving import Asked, StepNotDone
from app.calibration.service.speaking import Speaker, supplier
from app.calibration.service.starting import CalibrationInProgress, Start, TriggerNotFitting, UnusableWeights
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, IfMatchNeeded, IfMatchRequired, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import TenantId, UserId
from app.kernel.periods import InTheFuture
from app.resourcing.core.withdrawals import ConversationNotRecorded
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")
InState = Annotated[State | None, Query(description="Only calibrations in this state")]
Stuck = Annotated[bool | None, Query(description="True: only those that are in their step for too long")]
OfOwner = Annotated[Id | None, Query(description="Only calibrations that this user leads")]
OfStep = Annotated[Step | None, Query(description="Only records of this step")]
SPEAKING = (UnknownPeople, SpeaksForAnother)
DATED = (InTheFuture, BeforeTheLastMove)
CHANGING = (CalibrationNotFound, CalibrationChanged, UnreadableIfMatch)
MOVING = (*CHANGING, IllegalCalibrationMove, *DATED, *SPEAKING, IfMatchNeeded)


# Not `async`, a dependency would be given to a thread.
async def _wanted(state: InState = None, stuck: Stuck = None, owner_user_id: OfOwner = None) -> reading.Wanted:
    return reading.Wanted(state, stuck, owner_user_id)


async def _speaker(connection: Connection, caller: Caller, user_id: UUID | None) -> Speaker:
    return await supplier(connection, caller, None if user_id is None else UserId(user_id))


async def _shown(
    connection: Connection, tenant_id: TenantId, calibration_id: UUID, response: Response
) -> Mapping[str, Any]:
    whole = await reading.find(connection, tenant_id, calibration_id)
    tag(response, whole.entry.row["version"])
    return calibration_shown(whole)


@router.post(
    "/accounts/{account_id}/calibrations",
    status_code=201,
    response_model=wire.Calibration,
    responses=problems(AccountNotFound, CalibrationInProgress, TriggerNotFitting, *DATED, *SPEAKING),
    openapi_extra=write,
)
async def start_calibration(
    account: Account,
    body: wire.CalibrationStartBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Begin to calibrate with an account, which need not be a key account yet.

    Where a calibration is in force, this one is begun anew for a reason (`trigger`): the old one stays in force until
    the new one is active, and is superseded then.
    """
    speaker = await _speaker(connection, caller, body.user_id)
    owner = None if body.owner_user_id is None else UserId(body.owner_user_id)
    made = await starting.start(connection, speaker, account, Start(body.on, owner, body.trigger, body.reason))
    response.headers["Location"] = f"/v1/calibrations/{made['id']}"
    return await _shown(connection, caller.tenant_id, made["id"], response)


@router.get(
    "/accounts/{account_id}/calibrations",
    response_model=Page[wire.CalibrationEntry],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_calibrations(
    account: Account, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List the calibrations with an account, and with those merged into it, the newest first."""
    found = await reading.page_of_account(connection, tenant_id, account, asked)
    return {"data": [entry_shown(one) for one in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/calibrations",
    response_model=Page[wire.CalibrationEntry],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_calibrations(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    wanted: Annotated[reading.Wanted, Depends(_wanted)],
) -> Any:
    """List calibrations with all accounts, those first that are longest in their state."""
    found = await reading.page(connection, tenant_id, asked, wanted)
    return {"data": [entry_shown(one) for one in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/calibrations/{calibration_id}",
    response_model=wire.Calibration,
    responses=problems(CalibrationNotFound),
    openapi_extra=read,
)
async def get_calibration(
    calibration_id: PathCalibrationId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read a calibration: where it stands, what has to be done before its next step, and who takes part.

    What either side says under seal is in none of it.
    """
    return await _shown(connection, tenant_id, calibration_id, response)


@router.patch(
    "/calibrations/{calibration_id}",
    response_model=wire.Calibration,
    responses=problems(*CHANGING, NotInStep, UnusableWeights, UnknownPeople),
    openapi_extra=write,
)
async def change_calibration(
    calibration_id: PathCalibrationId,
    body: wire.CalibrationBody,
    version: IfMatch,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Change who leads a calibration; or, until the parties align, what the dimensions of compatibility weigh."""
    given = body.model_dump(exclude_unset=True)
    await starting.change(connection, tenant_id, calibration_id, version, given)
    return await _shown(connection, tenant_id, calibration_id, response)


@router.get(
    "/calibrations/{calibration_id}/moves",
    response_model=Page[wire.CalibrationMove],
    responses=problems(CalibrationNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_calibration_moves(
    calibration_id: PathCalibrationId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List who did what when in a calibration, the latest first."""
    found = await reading.moves(connection, tenant_id, calibration_id, asked)
    told = [{name: row[name] for name in wire.CalibrationMove.model_fields} for row in found.data]
    return {"data": told, "next_cursor": found.next_cursor}


@router.get(
    "/calibrations/{calibration_id}/history",
    response_model=Page[wire.InvalidatedRecord],
    responses=problems(CalibrationNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_calibration_history(
    calibration_id: PathCalibrationId,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    step: OfStep = None,
) -> Any:
    """List what does not count any more as the parties went back, what was invalidated last first."""
    found = await reading.history(connection, tenant_id, calibration_id, asked, step)
    told = [{name: row[name] for name in wire.InvalidatedRecord.model_fields} for row in found.data]
    return {"data": told, "next_cursor": found.next_cursor}


@router.post(
    "/calibrations/{calibration_id}/advance",
    response_model=wire.Calibration,
    responses=problems(*MOVING, StepNotDone),
    openapi_extra=write,
)
async def advance_calibration(
    calibration_id: Calibration,
    body: wire.CalibrationMoveBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Take a calibration on to its next step; refused with everything that is still open where the step is not done."""
    speaker = await _speaker(connection, caller, body.user_id)
    await moving.advance(connection, speaker, Asked(calibration_id, version, body.on))
    return await _shown(connection, caller.tenant_id, calibration_id, response)


@router.post(
    "/calibrations/{calibration_id}/activate",
    response_model=wire.Calibration,
    responses=problems(*MOVING, StepNotDone),
    openapi_extra=write,
)
async def activate_calibration(
    calibration_id: Calibration,
    body: wire.CalibrationMoveBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Put a calibration into force after its last step.

    The account is entitled to what was agreed from that day on; the calibration that was in force is superseded.
    """
    speaker = await _speaker(connection, caller, body.user_id)
    await moving.activate(connection, speaker, Asked(calibration_id, version, body.on))
    return await _shown(connection, caller.tenant_id, calibration_id, response)


@router.post(
    "/calibrations/{calibration_id}/go-back",
    response_model=wire.Calibration,
    responses=problems(*MOVING),
    openapi_extra=write,
)
async def go_back_in_calibration(
    calibration_id: Calibration,
    body: wire.CalibrationBackBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Take a calibration back to an earlier step: what came after does not count any more, and stays as history.

    Back in `exploring`, both sides submit anew under seal; what was assumed of the other side, and tried, stays.
    """
    speaker = await _speaker(connection, caller, body.user_id)
    await moving.go_back(connection, speaker, Asked(calibration_id, version, body.on), body.to, body.reason)
    return await _shown(connection, caller.tenant_id, calibration_id, response)


@router.post(
    "/calibrations/{calibration_id}/end",
    response_model=wire.Calibration,
    responses=problems(*MOVING, ConversationNotRecorded),
    openapi_extra=write,
)
async def end_calibration(
    calibration_id: Calibration,
    body: wire.CalibrationEndBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """End a calibration, in progress or in force; what it granted ends with it.

    That is refused while the customer is to be told first (see relationship resets).
    """
    speaker = await _speaker(connection, caller, body.user_id)
    await moving.end(connection, speaker, Asked(calibration_id, version, body.on), body.reason)
    return await _shown(connection, caller.tenant_id, calibration_id, response)
