"""The doors of invitations: who of the customer takes part, and until when."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.states import NotInStep
from app.calibration.routes.paths import Calibration
from app.calibration.schemas.invitations import Invitation, InvitationBody, NewInvitation
from app.calibration.service import invitations, speaking
from app.calibration.service.calibrations import CalibrationNotFound
from app.calibration.service.invitations import InvitationNotFound, UnusableInvitation
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")
PathInvitationId = Annotated[Id, Path(description="The invitation's id")]


@router.post(
    "/calibrations/{calibration_id}/invitations",
    status_code=201,
    response_model=NewInvitation,
    responses=problems(CalibrationNotFound, NotInStep, UnusableInvitation, UnknownPeople, SpeaksForAnother),
    openapi_extra=write,
)
async def invite_participant(
    calibration_id: Calibration,
    body: InvitationBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Invite somebody of the customer. The token is shown this once: what is kept is a digest.

    It opens this one calibration, on the customer's side, under `/v1/participant`; whoever holds it is that person.
    Nothing is sent to them from here.
    """
    user_id = None if body.user_id is None else UserId(body.user_id)
    speaker = await speaking.supplier(connection, caller, user_id)
    wanted = invitations.Wanted(body.contact_id, body.name, body.email, body.expires_at)
    made, token = await invitations.invite(connection, speaker, calibration_id, wanted)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Location"] = f"/v1/calibrations/{calibration_id}/invitations/{made['id']}"
    return {**made, "token": token}


@router.get(
    "/calibrations/{calibration_id}/invitations",
    response_model=Page[Invitation],
    responses=problems(CalibrationNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_invitations(
    calibration_id: Calibration, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List whom of the customer was invited, without their tokens."""
    return await invitations.page(connection, tenant_id, calibration_id, asked)


@router.get(
    "/calibrations/{calibration_id}/invitations/{invitation_id}",
    response_model=Invitation,
    responses=problems(InvitationNotFound),
    openapi_extra=read,
)
async def get_invitation(
    calibration_id: Calibration, invitation_id: PathInvitationId, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Read an invitation, without its token."""
    return await invitations.find(connection, tenant_id, calibration_id, invitation_id)


@router.delete(
    "/calibrations/{calibration_id}/invitations/{invitation_id}",
    status_code=204,
    responses=problems(InvitationNotFound),
    openapi_extra=write,
)
async def revoke_invitation(
    calibration_id: Calibration, invitation_id: PathInvitationId, caller: CurrentCaller, connection: Connection
) -> None:
    """Revoke an invitation; its token stops at once, and what was said by it stays."""
    speaker = speaking.Speaker(caller.tenant_id, "supplier", caller.user_id, key_id=caller.key_id)
    await invitations.revoke(connection, speaker, calibration_id, invitation_id)
