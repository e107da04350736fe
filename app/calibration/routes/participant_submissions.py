"""The customer's doors of a calibration and of its own submission, by invitation."""

from typing import Any

from starlette.responses import Response

from app.calibration.core.states import NotInStep
from app.calibration.core.submissions import NothingToSeal, SubmissionSealed, UnusableSubmission
from app.calibration.deps import INVITED, CurrentGuest, participant_doors
from app.calibration.routes.submissions import own, shown
from app.calibration.schemas import submissions as wire
from app.calibration.schemas.invitations import ParticipantCalibration
from app.calibration.service import participants, submissions
from app.calibration.service.calibrations import BeforeTheLastMove
from app.calibration.service.submissions import SubmissionChanged
from app.infra.problems import problems
from app.infra.versions import IfMatch, IfMatchNeeded, IfMatchRequired, UnreadableIfMatch, tag
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection

router = participant_doors()


@router.get("/calibration", response_model=ParticipantCalibration, responses=problems(), openapi_extra=INVITED)
async def get_participant_calibration(guest: CurrentGuest, connection: Connection, response: Response) -> Any:
    """Read the calibration that the invitation opens: the step that it is in, and how far each side is."""
    found = await participants.overview(connection, guest)
    tag(response, found["version"])
    return found


@router.get(
    "/calibration/submissions",
    response_model=wire.CalibrationSubmissions,
    responses=problems(),
    openapi_extra=INVITED,
)
async def list_participant_submissions(guest: CurrentGuest, connection: Connection) -> Any:
    """List both sides' submissions: the customer's own, and the supplier's once both are sealed."""
    return shown(await submissions.shown_to(connection, guest.tenant_id, guest.calibration_id, "customer"))


@router.get("/calibration/submission", response_model=wire.OwnSubmission, responses=problems(), openapi_extra=INVITED)
async def get_participant_submission(guest: CurrentGuest, connection: Connection, response: Response) -> Any:
    """Read the customer's submission as it was saved last, by whomever of the customer."""
    return await _own(guest, connection, response)


@router.put(
    "/calibration/submission",
    response_model=wire.OwnSubmission,
    responses=problems(NotInStep, SubmissionSealed, SubmissionChanged, UnreadableIfMatch, UnusableSubmission),
    openapi_extra=INVITED,
)
async def save_participant_submission(
    body: wire.GuestSubmissionBody, version: IfMatch, guest: CurrentGuest, connection: Connection, response: Response
) -> Any:
    """Save the customer's submission, whole; everybody invited writes on the same one, until it is sealed."""
    document = body.document.model_dump(mode="json")
    await submissions.save(connection, guest.speaker(), guest.calibration_id, document, version=version)
    return await _own(guest, connection, response)


@router.post(
    "/calibration/submission/seal",
    response_model=wire.OwnSubmission,
    responses=problems(
        NotInStep, SubmissionSealed, NothingToSeal, SubmissionChanged, UnreadableIfMatch, IfMatchNeeded, InTheFuture,
        BeforeTheLastMove,
    ),
    openapi_extra=INVITED,
)  # fmt: skip
async def seal_participant_submission(
    body: wire.GuestSealBody, version: IfMatchRequired, guest: CurrentGuest, connection: Connection, response: Response
) -> Any:
    """Seal the customer's submission: it stays as it is, and where the supplier's is sealed, both are revealed."""
    await submissions.seal(connection, guest.speaker(), guest.calibration_id, body.on, version=version)
    return await _own(guest, connection, response)


async def _own(guest: CurrentGuest, connection: Connection, response: Response) -> dict[str, Any]:
    found = await submissions.shown_to(connection, guest.tenant_id, guest.calibration_id, "customer")
    return own(found, "customer", response)
