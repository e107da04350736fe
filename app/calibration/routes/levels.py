"""The supplier's doors of levels: proposing, agreeing, telling the customer, and where both sides stand."""

from typing import Any

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.agreeing import (
    LevelAgreed,
    LevelNotProposed,
    NotBothProposed,
    NothingAgreed,
    OtherLevelAgreed,
)
from app.calibration.core.parties import Party, SpeaksForCustomer, check_a_keys
from app.calibration.core.states import NotInStep
from app.calibration.routes.levels_shown import shown
from app.calibration.routes.paths import Calibration, PathParty
from app.calibration.schemas import levels as wire
from app.calibration.service import aligning, calibrations, levels, speaking
from app.calibration.service.aligning import Communication
from app.calibration.service.calibrations import BeforeTheLastMove, CalibrationNotFound
from app.calibration.service.references import UnknownContact
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")
SPEAKING = (CalibrationNotFound, NotInStep, InTheFuture, BeforeTheLastMove, UnknownPeople, SpeaksForAnother)


@router.get(
    "/calibrations/{calibration_id}/levels",
    response_model=wire.CalibrationLevels,
    responses=problems(CalibrationNotFound),
    openapi_extra=read,
)
async def get_calibration_levels(calibration_id: Calibration, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read where both sides stand on the level.

    What potential and compatibility recommend and why, what each side proposes, what both agreed to, and that the
    customer was told of it openly.
    """
    row = await calibrations.require(connection, tenant_id, calibration_id)
    return shown(await levels.find(connection, tenant_id, row), "supplier")


@router.post(
    "/calibrations/{calibration_id}/level-proposals/{party}",
    status_code=201,
    response_model=wire.CalibrationLevels,
    responses=problems(*SPEAKING, SpeaksForCustomer, LevelAgreed),
    openapi_extra=write,
)
async def propose_calibration_level(
    calibration_id: Calibration,
    party: PathParty,
    body: wire.ProposalBody,
    caller: CurrentCaller,
    connection: Connection,
) -> Any:
    """Propose a level for the supplier, in place of what it proposed before; the customer proposes by invitation."""
    speaker = await _speaker(connection, caller, party, body.user_id)
    await aligning.propose(connection, speaker, calibration_id, body.level, body.reason, body.on)
    return await _stand(connection, caller, calibration_id)


@router.post(
    "/calibrations/{calibration_id}/agreements/{party}",
    status_code=201,
    response_model=wire.CalibrationLevels,
    responses=problems(*SPEAKING, SpeaksForCustomer, LevelAgreed, NotBothProposed, LevelNotProposed, OtherLevelAgreed),
    openapi_extra=write,
)
async def agree_calibration_level(
    calibration_id: Calibration,
    party: PathParty,
    body: wire.AgreementBody,
    caller: CurrentCaller,
    connection: Connection,
) -> Any:
    """Agree to a level for the supplier, once both have proposed; when the customer has agreed to it, it is settled."""
    speaker = await _speaker(connection, caller, party, body.user_id)
    await aligning.agree(connection, speaker, calibration_id, body.level, body.on)
    return await _stand(connection, caller, calibration_id)


@router.post(
    "/calibrations/{calibration_id}/communications",
    status_code=201,
    response_model=wire.CalibrationLevels,
    responses=problems(*SPEAKING, NothingAgreed, OtherLevelAgreed, UnknownContact),
    openapi_extra=write,
)
async def communicate_calibration_level(
    calibration_id: Calibration, body: wire.CommunicationBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Record that the customer was openly told of the agreed level, whatever it is: whom, when and how."""
    speaker = await _speaker(connection, caller, "supplier", body.user_id)
    told = Communication(body.level, body.contact_id, body.channel, body.note)
    await aligning.communicate(connection, speaker, calibration_id, told, body.on)
    return await _stand(connection, caller, calibration_id)


async def _speaker(connection: Connection, caller: Caller, party: Party, user_id: Id | None) -> speaking.Speaker:
    check_a_keys(party)
    return await speaking.supplier(connection, caller, None if user_id is None else UserId(user_id))


async def _stand(connection: Connection, caller: Caller, calibration_id: Calibration) -> dict[str, Any]:
    row = await calibrations.require(connection, caller.tenant_id, calibration_id)
    return shown(await levels.find(connection, caller.tenant_id, row), "supplier")
