"""The supplier's doors of joint opportunities: what both could do together, and what stands against it."""

from typing import Annotated, Any

from fastapi import Depends, Path
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.joint_opportunities import LimitsUnstated
from app.calibration.core.revealed import NotRevealed
from app.calibration.core.states import NotInStep
from app.calibration.core.themes import UnusableGoals
from app.calibration.routes.joint_shown import opportunity_shown
from app.calibration.routes.paths import Calibration, PathCalibrationId
from app.calibration.schemas import opportunities as wire
from app.calibration.service import opportunities, speaking
from app.calibration.service.calibrations import CalibrationNotFound
from app.calibration.service.opportunities import (
    JointOpportunityChanged,
    JointOpportunityId,
    JointOpportunityNotFound,
    TooManyJointOpportunities,
    Which,
)
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")
PathOpportunityId = Annotated[Id, Path(description="The joint opportunity's id")]


# Not `async`, a dependency would be given to a thread.
async def _which(calibration_id: PathCalibrationId, opportunity_id: PathOpportunityId) -> Which:
    return calibration_id, JointOpportunityId(opportunity_id)


Opportunity = Annotated[Which, Depends(_which)]
HERE = "/calibrations/{calibration_id}/opportunities/{opportunity_id}"
JOINT = (NotInStep, NotRevealed, UnusableGoals, LimitsUnstated)
CHANGED = (JointOpportunityNotFound, JointOpportunityChanged, UnreadableIfMatch)


def fields_of(body: wire.GuestJointOpportunityBody | wire.JointOpportunityChangeBody) -> dict[str, Any]:
    """The columns that a body names."""
    given = body.model_dump(exclude_unset=True, exclude={"worth", "user_id"})
    if isinstance(body, wire.GuestJointOpportunityBody):
        given = {"limitations": [], **given}
    if "worth" in body.model_fields_set:
        given |= {"worth": body.worth and body.worth.amount, "currency": body.worth and body.worth.currency}
    return given


@router.post(
    "/calibrations/{calibration_id}/opportunities",
    status_code=201,
    response_model=wire.JointOpportunity,
    responses=problems(CalibrationNotFound, *JOINT, TooManyJointOpportunities, UnknownPeople, SpeaksForAnother),
    openapi_extra=write,
)
async def log_calibration_opportunity(
    calibration_id: Calibration,
    body: wire.JointOpportunityBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Log what both sides could do together, for at least one goal of each.

    It states its limitations, or says that somebody looked and found none. Both sides read and change it.
    """
    speaker = await speaking.supplier(connection, caller, None if body.user_id is None else UserId(body.user_id))
    row = await opportunities.log(connection, speaker, calibration_id, fields_of(body))
    response.headers["Location"] = f"/v1/calibrations/{calibration_id}/opportunities/{row['id']}"
    tag(response, row["version"])
    return opportunity_shown(row, "supplier")


@router.get(
    "/calibrations/{calibration_id}/opportunities",
    response_model=Page[wire.JointOpportunity],
    responses=problems(CalibrationNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_calibration_opportunities(
    calibration_id: Calibration, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List the joint opportunities of a calibration."""
    found = await opportunities.page(connection, tenant_id, calibration_id, asked)
    return {"data": [opportunity_shown(row, "supplier") for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    HERE,
    response_model=wire.JointOpportunity,
    responses=problems(CalibrationNotFound, JointOpportunityNotFound),
    openapi_extra=read,
)
async def get_calibration_opportunity(
    which: Opportunity,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Read a joint opportunity."""
    row = await opportunities.find(connection, tenant_id, which)
    tag(response, row["version"])
    return opportunity_shown(row, "supplier")


@router.patch(
    HERE,
    response_model=wire.JointOpportunity,
    responses=problems(CalibrationNotFound, *JOINT, *CHANGED),
    openapi_extra=write,
)
async def change_calibration_opportunity(
    which: Opportunity,
    body: wire.JointOpportunityChangeBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Change a joint opportunity, whichever side logged it: while they explore, and while they assess how they fit."""
    row = await opportunities.change(connection, by_key(caller), which, fields_of(body), version=version)
    tag(response, row["version"])
    return opportunity_shown(row, "supplier")


@router.delete(
    HERE,
    status_code=204,
    responses=problems(CalibrationNotFound, NotInStep, *CHANGED),
    openapi_extra=write,
)
async def remove_calibration_opportunity(
    which: Opportunity,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
) -> None:
    """Take a joint opportunity back while the sides explore; it is history from then on."""
    await opportunities.remove(connection, by_key(caller), which, version=version)


def by_key(caller: Caller) -> speaking.Speaker:
    """The supplier's voice where the record itself does not say by whom."""
    return speaking.Speaker(caller.tenant_id, "supplier", caller.user_id, key_id=caller.key_id)
