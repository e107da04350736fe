"""The customer's doors of compatibility: rating how both sides fit, and reading what both think."""

from typing import Any

from app.calibration.core.states import NotInStep
from app.calibration.deps import INVITED, CurrentGuest, participant_doors
from app.calibration.routes.compatibility import ratings_of
from app.calibration.routes.joint_shown import compatibility_shown, side_shown
from app.calibration.schemas import compatibility as wire
from app.calibration.service import compatibility
from app.calibration.service.calibrations import BeforeTheLastMove
from app.calibration.service.compatibility import DimensionTwice
from app.infra.problems import problems
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection

router = participant_doors()


@router.post(
    "/calibration/compatibility",
    response_model=wire.PartyCompatibility,
    responses=problems(NotInStep, DimensionTwice, InTheFuture, BeforeTheLastMove),
    openapi_extra=INVITED,
)
async def rate_participant_compatibility(
    body: wire.GuestCompatibilityBody, guest: CurrentGuest, connection: Connection
) -> Any:
    """Rate how both sides fit, in place of what the same guest thought before; each guest rates on their own.

    The customer's rating of a dimension is the mean of its people's. Neither side reads the other's before both have
    rated every dimension.
    """
    await compatibility.rate(connection, guest.speaker(), guest.calibration_id, ratings_of(body), body.on)
    seen = await compatibility.seen_by(connection, guest.tenant_id, guest.calibration_id, "customer")
    return side_shown(seen, seen.of("customer"), "customer")


@router.get(
    "/calibration/compatibility",
    response_model=wire.CalibrationCompatibility,
    responses=problems(),
    openapi_extra=INVITED,
)
async def get_participant_compatibility(guest: CurrentGuest, connection: Connection) -> Any:
    """Read how both sides fit; the supplier's ratings from when both sides have rated every dimension."""
    seen = await compatibility.seen_by(connection, guest.tenant_id, guest.calibration_id, "customer")
    return compatibility_shown(seen, "customer")
