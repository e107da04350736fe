"""The customer's doors of what both sides make of their goals: themes, joint opportunities, assumptions."""

from typing import Annotated, Any

from fastapi import Depends
from starlette.responses import Response

from app.calibration.core.assumptions import AssumptionSettled
from app.calibration.core.revealed import NotRevealed
from app.calibration.core.states import NotInStep
from app.calibration.core.themes import UnusableGoals
from app.calibration.deps import INVITED, CurrentGuest, participant_doors
from app.calibration.routes import assumptions as of_assumptions
from app.calibration.routes.assumptions import InState, PathAssumptionId, trial_of
from app.calibration.routes.joint_shown import assumption_shown, exploration_shown, opportunity_shown
from app.calibration.routes.opportunities import CHANGED, JOINT, PathOpportunityId, fields_of
from app.calibration.routes.themes import themes_of
from app.calibration.schemas import exploration as wire
from app.calibration.schemas import opportunities as entries
from app.calibration.service import assumptions, calibrations, exploration, opportunities
from app.calibration.service.assumptions import AssumptionChanged, AssumptionId, AssumptionNotFound, TooManyAssumptions
from app.calibration.service.calibrations import BeforeTheLastMove, CalibrationChanged
from app.calibration.service.opportunities import (
    JointOpportunityId,
    JointOpportunityNotFound,
    TooManyJointOpportunities,
)
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection

router = participant_doors()


# Not `async`, a dependency would be given to a thread.
async def _opportunity(opportunity_id: PathOpportunityId, guest: CurrentGuest) -> opportunities.Which:
    return guest.calibration_id, JointOpportunityId(opportunity_id)


async def _assumption(assumption_id: PathAssumptionId, guest: CurrentGuest) -> assumptions.Which:
    return guest.calibration_id, AssumptionId(assumption_id)


Opportunity = Annotated[opportunities.Which, Depends(_opportunity)]
OneAssumption = Annotated[assumptions.Which, Depends(_assumption)]
OPPORTUNITY = "/calibration/opportunities/{opportunity_id}"
ASSUMPTION = "/calibration/assumptions/{assumption_id}"
OF_ASSUMPTION = (NotInStep, AssumptionNotFound, AssumptionChanged, UnreadableIfMatch)


@router.put(
    "/calibration/themes",
    response_model=wire.CalibrationExploration,
    responses=problems(NotInStep, NotRevealed, CalibrationChanged, UnreadableIfMatch, UnusableGoals),
    openapi_extra=INVITED,
)
async def map_participant_themes(
    body: wire.GuestThemesBody, version: IfMatch, guest: CurrentGuest, connection: Connection, response: Response
) -> Any:
    """Map the goals of both sides to themes, all at once; if the supplier has mapped them, in place of its mapping."""
    row = await exploration.map_themes(
        connection, guest.speaker(), guest.calibration_id, themes_of(body), version=version
    )
    tag(response, row["version"])
    return exploration_shown(row, await exploration.explored(connection, guest.tenant_id, row))


@router.get(
    "/calibration/themes",
    response_model=wire.CalibrationExploration,
    responses=problems(),
    openapi_extra=INVITED,
)
async def list_participant_themes(guest: CurrentGuest, connection: Connection, response: Response) -> Any:
    """List the themes, what each counts to each side, and how much both sides want the same."""
    row = await calibrations.require(connection, guest.tenant_id, guest.calibration_id)
    tag(response, row["version"])
    return exploration_shown(row, await exploration.explored(connection, guest.tenant_id, row))


@router.post(
    "/calibration/opportunities",
    status_code=201,
    response_model=entries.JointOpportunity,
    responses=problems(*JOINT, TooManyJointOpportunities),
    openapi_extra=INVITED,
)
async def log_participant_opportunity(
    body: entries.GuestJointOpportunityBody, guest: CurrentGuest, connection: Connection, response: Response
) -> Any:
    """Log what both sides could do together, for at least one goal of each; the supplier reads and changes it, too."""
    row = await opportunities.log(connection, guest.speaker(), guest.calibration_id, fields_of(body))
    response.headers["Location"] = f"/v1/participant/calibration/opportunities/{row['id']}"
    tag(response, row["version"])
    return opportunity_shown(row, "customer")


@router.get(
    "/calibration/opportunities",
    response_model=Page[entries.JointOpportunity],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=INVITED,
)
async def list_participant_opportunities(asked: AskedPage, guest: CurrentGuest, connection: Connection) -> Any:
    """List the joint opportunities, whichever side logged them."""
    found = await opportunities.page(connection, guest.tenant_id, guest.calibration_id, asked)
    return {"data": [opportunity_shown(row, "customer") for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    OPPORTUNITY,
    response_model=entries.JointOpportunity,
    responses=problems(JointOpportunityNotFound),
    openapi_extra=INVITED,
)
async def get_participant_opportunity(
    which: Opportunity, guest: CurrentGuest, connection: Connection, response: Response
) -> Any:
    """Read a joint opportunity, whichever side logged it."""
    row = await opportunities.find(connection, guest.tenant_id, which)
    tag(response, row["version"])
    return opportunity_shown(row, "customer")


@router.patch(
    OPPORTUNITY,
    response_model=entries.JointOpportunity,
    responses=problems(*JOINT, *CHANGED),
    openapi_extra=INVITED,
)
async def change_participant_opportunity(
    which: Opportunity,
    body: entries.JointOpportunityChangeBody,
    version: IfMatch,
    guest: CurrentGuest,
    connection: Connection,
    response: Response,
) -> Any:
    """Change a joint opportunity, whichever side logged it."""
    row = await opportunities.change(connection, guest.speaker(), which, fields_of(body), version=version)
    tag(response, row["version"])
    return opportunity_shown(row, "customer")


@router.delete(OPPORTUNITY, status_code=204, responses=problems(NotInStep, *CHANGED), openapi_extra=INVITED)
async def remove_participant_opportunity(
    which: Opportunity, version: IfMatch, guest: CurrentGuest, connection: Connection
) -> None:
    """Take a joint opportunity back while the sides explore."""
    await opportunities.remove(connection, guest.speaker(), which, version=version)


@router.post(
    "/calibration/assumptions",
    status_code=201,
    response_model=entries.CalibrationAssumption,
    responses=problems(NotInStep, NotRevealed, TooManyAssumptions),
    openapi_extra=INVITED,
)
async def note_participant_assumption(
    body: entries.GuestAssumptionBody, guest: CurrentGuest, connection: Connection, response: Response
) -> Any:
    """Note what a side takes for granted of the other; both sides read it."""
    given = of_assumptions.fields_of(body)
    row = await assumptions.note(connection, guest.speaker(), guest.calibration_id, given)
    response.headers["Location"] = f"/v1/participant/calibration/assumptions/{row['id']}"
    tag(response, row["version"])
    return assumption_shown(row, "customer")


@router.get(
    "/calibration/assumptions",
    response_model=Page[entries.CalibrationAssumption],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=INVITED,
)
async def list_participant_assumptions(
    asked: AskedPage, guest: CurrentGuest, connection: Connection, state: InState = None
) -> Any:
    """List what both sides take for granted, and how it fared."""
    found = await assumptions.page(connection, guest.tenant_id, guest.calibration_id, asked, state)
    return {"data": [assumption_shown(row, "customer") for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    ASSUMPTION,
    response_model=entries.CalibrationAssumption,
    responses=problems(AssumptionNotFound),
    openapi_extra=INVITED,
)
async def get_participant_assumption(
    which: OneAssumption, guest: CurrentGuest, connection: Connection, response: Response
) -> Any:
    """Read what a side takes for granted, and how it fared."""
    row = await assumptions.find(connection, guest.tenant_id, which)
    tag(response, row["version"])
    return assumption_shown(row, "customer")


@router.patch(
    ASSUMPTION,
    response_model=entries.CalibrationAssumption,
    responses=problems(*OF_ASSUMPTION, AssumptionSettled),
    openapi_extra=INVITED,
)
async def change_participant_assumption(
    which: OneAssumption,
    body: entries.AssumptionChangeBody,
    version: IfMatch,
    guest: CurrentGuest,
    connection: Connection,
    response: Response,
) -> Any:
    """Say an assumption otherwise, or how it is to be tested, while nobody has."""
    given = of_assumptions.fields_of(body)
    row = await assumptions.change(connection, guest.speaker(), which, given, version=version)
    tag(response, row["version"])
    return assumption_shown(row, "customer")


@router.post(
    f"{ASSUMPTION}/test",
    response_model=entries.CalibrationAssumption,
    responses=problems(*OF_ASSUMPTION, InTheFuture, BeforeTheLastMove),
    openapi_extra=INVITED,
)
async def record_participant_assumption_test(
    which: OneAssumption,
    body: entries.GuestTrialBody,
    version: IfMatch,
    guest: CurrentGuest,
    connection: Connection,
    response: Response,
) -> Any:
    """Record how an assumption fared when it was tested; tested again, the last test counts."""
    row = await assumptions.tested(connection, guest.speaker(), which, trial_of(body), version=version)
    tag(response, row["version"])
    return assumption_shown(row, "customer")
