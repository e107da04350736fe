"""The supplier's doors of compatibility: rating how both sides fit, and reading what both think."""

from typing import Any

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.parties import SpeaksForCustomer
from app.calibration.core.states import NotInStep
from app.calibration.routes.joint_shown import compatibility_shown, side_shown
from app.calibration.routes.paths import Calibration, PathParty
from app.calibration.routes.submissions import OfSupplier
from app.calibration.schemas import compatibility as wire
from app.calibration.service import compatibility, speaking
from app.calibration.service.calibrations import BeforeTheLastMove, CalibrationNotFound
from app.calibration.service.compatibility import DimensionTwice, Rating
from app.infra.problems import problems
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")


def ratings_of(body: wire.GuestCompatibilityBody) -> list[Rating]:
    """What a body says of each dimension."""
    return [Rating(each.dimension, each.value, each.comment) for each in body.ratings]


@router.post(
    "/calibrations/{calibration_id}/compatibility/{party}",
    response_model=wire.PartyCompatibility,
    responses=problems(
        CalibrationNotFound, NotInStep, SpeaksForCustomer, DimensionTwice, InTheFuture, BeforeTheLastMove,
        UnknownPeople, SpeaksForAnother,
    ),
    openapi_extra=write,
)  # fmt: skip
async def rate_compatibility(
    calibration_id: OfSupplier, body: wire.CompatibilityBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Rate how both sides fit, for the supplier: a person's ratings, in place of what the person thought before.

    A side's rating of a dimension is the mean of its people's. The customer rates by invitation alone, and neither side
    reads the other's before both have rated every dimension.
    """
    user_id = None if body.user_id is None else UserId(body.user_id)
    speaker = await speaking.supplier(connection, caller, user_id)
    await compatibility.rate(connection, speaker, calibration_id, ratings_of(body), body.on)
    seen = await compatibility.seen_by(connection, caller.tenant_id, calibration_id, "supplier")
    return side_shown(seen, seen.of("supplier"), "supplier")


@router.get(
    "/calibrations/{calibration_id}/compatibility/{party}",
    response_model=wire.PartyCompatibility,
    responses=problems(CalibrationNotFound),
    openapi_extra=read,
)
async def list_compatibility_ratings(
    calibration_id: Calibration, party: PathParty, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List what the people of a side think; the customer's from when both sides have rated every dimension."""
    seen = await compatibility.seen_by(connection, tenant_id, calibration_id, "supplier")
    return side_shown(seen, seen.of(party), "supplier")


@router.get(
    "/calibrations/{calibration_id}/compatibility",
    response_model=wire.CalibrationCompatibility,
    responses=problems(CalibrationNotFound),
    openapi_extra=read,
)
async def get_compatibility(calibration_id: Calibration, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read how both sides fit: per dimension each side's rating, fit and gap, and the compatibility they come to.

    Gaps of two points or more are listed for discussion. Until both sides have rated every dimension, it tells what the
    supplier rated, and of the customer no more than whether it is done.
    """
    seen = await compatibility.seen_by(connection, tenant_id, calibration_id, "supplier")
    return compatibility_shown(seen, "supplier")
