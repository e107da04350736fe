"""The customer's doors of levels, by invitation."""

from typing import Any

from app.calibration.core.agreeing import LevelAgreed, LevelNotProposed, NotBothProposed, OtherLevelAgreed
from app.calibration.core.states import NotInStep
from app.calibration.deps import INVITED, CurrentGuest, participant_doors
from app.calibration.routes.levels_shown import shown
from app.calibration.schemas import levels as wire
from app.calibration.service import aligning, calibrations, levels
from app.calibration.service.calibrations import BeforeTheLastMove
from app.infra.problems import problems
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection

router = participant_doors()
SPEAKING = (NotInStep, InTheFuture, BeforeTheLastMove)


@router.get("/calibration/levels", response_model=wire.CalibrationLevels, responses=problems(), openapi_extra=INVITED)
async def get_participant_levels(guest: CurrentGuest, connection: Connection) -> Any:
    """Read where both sides stand on the level, as the customer may see it."""
    return await _stand(guest, connection)


@router.post(
    "/calibration/level-proposals",
    status_code=201,
    response_model=wire.CalibrationLevels,
    responses=problems(*SPEAKING, LevelAgreed),
    openapi_extra=INVITED,
)
async def propose_participant_level(body: wire.GuestProposalBody, guest: CurrentGuest, connection: Connection) -> Any:
    """Propose a level for the customer, in place of what it proposed before."""
    await aligning.propose(connection, guest.speaker(), guest.calibration_id, body.level, body.reason, body.on)
    return await _stand(guest, connection)


@router.post(
    "/calibration/agreements",
    status_code=201,
    response_model=wire.CalibrationLevels,
    responses=problems(*SPEAKING, LevelAgreed, NotBothProposed, LevelNotProposed, OtherLevelAgreed),
    openapi_extra=INVITED,
)
async def agree_participant_level(body: wire.GuestAgreementBody, guest: CurrentGuest, connection: Connection) -> Any:
    """Agree to a level for the customer, once both have proposed; when the supplier has agreed to it, it is settled."""
    await aligning.agree(connection, guest.speaker(), guest.calibration_id, body.level, body.on)
    return await _stand(guest, connection)


async def _stand(guest: CurrentGuest, connection: Connection) -> dict[str, Any]:
    row = await calibrations.require(connection, guest.tenant_id, guest.calibration_id)
    return shown(await levels.find(connection, guest.tenant_id, row), "customer")
