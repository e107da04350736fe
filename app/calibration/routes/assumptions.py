"""The supplier's doors of assumptions: what a side takes for granted, whether it was tried, what may stay untried."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.assumptions import AssumptionSettled, AssumptionState
from app.calibration.core.revealed import NotRevealed
from app.calibration.core.states import NotInStep
from app.calibration.routes.joint_shown import assumption_shown
from app.calibration.routes.opportunities import by_key
from app.calibration.routes.paths import Calibration, PathCalibrationId
from app.calibration.schemas import opportunities as wire
from app.calibration.service import assumptions, speaking
from app.calibration.service.assumptions import (
    AssumptionChanged,
    AssumptionId,
    AssumptionNotFound,
    TooManyAssumptions,
    Trial,
    Which,
)
from app.calibration.service.calibrations import BeforeTheLastMove, CalibrationNotFound
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")
PathAssumptionId = Annotated[Id, Path(description="The assumption's id")]
InState = Annotated[AssumptionState | None, Query(description="Only assumptions in this state")]


async def _which(
    calibration_id: PathCalibrationId,
    assumption_id: PathAssumptionId,
    tenant_id: CurrentTenant,
    connection: Connection,
) -> Which:
    which = calibration_id, AssumptionId(assumption_id)
    await assumptions.find(connection, tenant_id, which)
    return which


# The assumption is there before anybody is asked who speaks.
OneAssumption = Annotated[Which, Depends(_which)]
HERE = "/calibrations/{calibration_id}/assumptions/{assumption_id}"
CHANGED = (CalibrationNotFound, NotInStep, AssumptionNotFound, AssumptionChanged, UnreadableIfMatch)


def fields_of(body: wire.GuestAssumptionBody | wire.AssumptionChangeBody) -> dict[str, Any]:
    """The columns that a body names."""
    return body.model_dump(exclude_unset=True, exclude={"user_id"})


def trial_of(body: wire.GuestTrialBody) -> Trial:
    """How an assumption fared, as a body tells it."""
    return Trial(body.outcome, body.result, body.on, body.test)


@router.post(
    "/calibrations/{calibration_id}/assumptions",
    status_code=201,
    response_model=wire.CalibrationAssumption,
    responses=problems(
        CalibrationNotFound, NotInStep, NotRevealed, TooManyAssumptions, UnknownPeople, SpeaksForAnother
    ),
    openapi_extra=write,
)
async def note_calibration_assumption(
    calibration_id: Calibration,
    body: wire.AssumptionBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Note what a side takes for granted of the other, from the reveal on; both sides read it.

    An untested assumption blocks levels above `preferred` until it is tested or waived.
    """
    speaker = await speaking.supplier(connection, caller, _user(body.user_id))
    row = await assumptions.note(connection, speaker, calibration_id, fields_of(body))
    response.headers["Location"] = f"/v1/calibrations/{calibration_id}/assumptions/{row['id']}"
    tag(response, row["version"])
    return assumption_shown(row, "supplier")


@router.get(
    "/calibrations/{calibration_id}/assumptions",
    response_model=Page[wire.CalibrationAssumption],
    responses=problems(CalibrationNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_calibration_assumptions(
    calibration_id: Calibration,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    state: InState = None,
) -> Any:
    """List what both sides take for granted, and how it fared."""
    found = await assumptions.page(connection, tenant_id, calibration_id, asked, state)
    return {"data": [assumption_shown(row, "supplier") for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    HERE,
    response_model=wire.CalibrationAssumption,
    responses=problems(CalibrationNotFound, AssumptionNotFound),
    openapi_extra=read,
)
async def get_calibration_assumption(
    which: OneAssumption, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read what a side takes for granted, and how it fared."""
    row = await assumptions.find(connection, tenant_id, which)
    tag(response, row["version"])
    return assumption_shown(row, "supplier")


@router.patch(
    HERE,
    response_model=wire.CalibrationAssumption,
    responses=problems(*CHANGED, AssumptionSettled),
    openapi_extra=write,
)
async def change_calibration_assumption(
    which: OneAssumption,
    body: wire.AssumptionChangeBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Say an assumption otherwise, or how it is to be tested, while nobody has tested or waived it."""
    row = await assumptions.change(connection, by_key(caller), which, fields_of(body), version=version)
    tag(response, row["version"])
    return assumption_shown(row, "supplier")


@router.post(
    f"{HERE}/test",
    response_model=wire.CalibrationAssumption,
    responses=problems(*CHANGED, InTheFuture, BeforeTheLastMove, UnknownPeople, SpeaksForAnother),
    openapi_extra=write,
)
async def record_calibration_assumption_test(
    which: OneAssumption,
    body: wire.TrialBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Record how an assumption fared when it was tested; tested again, the last test counts."""
    speaker = await speaking.supplier(connection, caller, _user(body.user_id))
    row = await assumptions.tested(connection, speaker, which, trial_of(body), version=version)
    tag(response, row["version"])
    return assumption_shown(row, "supplier")


@router.post(
    f"{HERE}/waive",
    response_model=wire.CalibrationAssumption,
    responses=problems(*CHANGED, AssumptionSettled, UnknownPeople, SpeaksForAnother),
    openapi_extra=write,
)
async def waive_calibration_assumption(
    which: OneAssumption,
    body: wire.WaiverBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Let an assumption pass untested, for a stated reason; it blocks no level from then on."""
    speaker = await speaking.supplier(connection, caller, _user(body.user_id))
    row = await assumptions.waive(connection, speaker, which, body.reason, version=version)
    tag(response, row["version"])
    return assumption_shown(row, "supplier")


def _user(user_id: Id | None) -> UserId | None:
    return None if user_id is None else UserId(user_id)
