"""The supplier's doors of themes: which goals belong together, and how much both sides want the same."""

from typing import Any

from starlette.responses import Response

from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.revealed import NotRevealed
from app.calibration.core.states import NotInStep
from app.calibration.core.themes import Theme, UnusableGoals
from app.calibration.routes.joint_shown import exploration_shown
from app.calibration.routes.paths import Calibration
from app.calibration.schemas import exploration as wire
from app.calibration.service import calibrations, exploration, speaking
from app.calibration.service.calibrations import CalibrationChanged, CalibrationNotFound
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.kernel.ids import UserId
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")


def themes_of(body: wire.GuestThemesBody) -> list[Theme]:
    """The mapping that a body holds."""
    return [
        Theme(each.name, {"supplier": each.supplier_goals, "customer": each.customer_goals}) for each in body.themes
    ]


@router.put(
    "/calibrations/{calibration_id}/themes",
    response_model=wire.CalibrationExploration,
    responses=problems(
        CalibrationNotFound, NotInStep, NotRevealed, CalibrationChanged, UnreadableIfMatch, UnusableGoals,
        UnknownPeople, SpeaksForAnother,
    ),
    openapi_extra=write,
)  # fmt: skip
async def map_calibration_themes(
    calibration_id: Calibration,
    body: wire.ThemesBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Map the goals of both sides to themes, all at once: what the mapping before said and this does not is history.

    Either side maps, from the reveal on and as long as they explore. If-Match takes the calibration's version.
    """
    user_id = None if body.user_id is None else UserId(body.user_id)
    speaker = await speaking.supplier(connection, caller, user_id)
    row = await exploration.map_themes(connection, speaker, calibration_id, themes_of(body), version=version)
    tag(response, row["version"])
    return exploration_shown(row, await exploration.explored(connection, caller.tenant_id, row))


@router.get(
    "/calibrations/{calibration_id}/themes",
    response_model=wire.CalibrationExploration,
    responses=problems(CalibrationNotFound),
    openapi_extra=read,
)
async def list_calibration_themes(
    calibration_id: Calibration, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """List the themes, with what each counts to each side, and what they come to.

    Potential, asymmetry, overlap and the commitment gap; what each theme, and each goal that is in none, adds to them;
    what each side seeks against what it offers. Before the reveal there is nothing to tell.
    """
    row = await calibrations.require(connection, tenant_id, calibration_id)
    tag(response, row["version"])
    return exploration_shown(row, await exploration.explored(connection, tenant_id, row))
