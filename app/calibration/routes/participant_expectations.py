"""The customer's doors of what each side expects of the other, by invitation."""

from typing import Any

from starlette.responses import Response

from app.calibration.core.expectations import UnusableExpectation, UnusableExpectationAssessment
from app.calibration.core.states import NotInStep
from app.calibration.deps import INVITED, CurrentGuest, participant_doors
from app.calibration.routes.expectations import LISTED, AsOf, OwedBy, PathExpectationId
from app.calibration.routes.expectations_shown import assessment_shown, expectation_shown
from app.calibration.schemas import expectations as wire
from app.calibration.service import assessing, calibrations, expectations
from app.calibration.service.assessing import Assessment, OwnExpectation
from app.calibration.service.calibrations import BeforeTheLastMove
from app.calibration.service.expectations import ExpectationNotFound, ExpectationWithdrawn, TooManyExpectations
from app.infra.paging import AskedPage, Page
from app.infra.problems import problems
from app.infra.versions import tag
from app.kernel.periods import InTheFuture, day_asked
from app.tenancy.deps import Connection

router = participant_doors()


@router.get(
    "/calibration/expectations",
    response_model=Page[wire.Expectation],
    responses=problems(*LISTED),
    openapi_extra=INVITED,
)
async def list_participant_expectations(
    asked: AskedPage, guest: CurrentGuest, connection: Connection, as_of: AsOf = None, owed_by: OwedBy = None
) -> Any:
    """List what each side expects of the other, as it stands, what is due first first."""
    day = day_asked(as_of, calibrations.today(), pointer="/query/as_of")
    found = await expectations.page(connection, guest.tenant_id, guest.calibration_id, asked, day, owed_by=owed_by)
    return {"data": [expectation_shown(one, "customer") for one in found.data], "next_cursor": found.next_cursor}


@router.post(
    "/calibration/expectations",
    status_code=201,
    response_model=wire.Expectation,
    responses=problems(NotInStep, TooManyExpectations, UnusableExpectation),
    openapi_extra=INVITED,
)
async def add_participant_expectation(
    body: wire.GuestExpectationBody, guest: CurrentGuest, connection: Connection, response: Response
) -> Any:
    """Put on record what one side expects of the other: by which measure, to what target, by when."""
    given = {**body.model_dump(), "owner_user_id": None, "owner_contact_id": None}
    row = await expectations.add(connection, guest.speaker(), guest.calibration_id, given)
    found = await expectations.one(connection, guest.tenant_id, row["id"], calibrations.today())
    response.headers["Location"] = f"/v1/participant/calibration/expectations/{row['id']}"
    tag(response, row["version"])
    return expectation_shown(found, "customer")


@router.get(
    "/calibration/expectations/{expectation_id}",
    response_model=wire.Expectation,
    responses=problems(ExpectationNotFound),
    openapi_extra=INVITED,
)
async def get_participant_expectation(
    expectation_id: PathExpectationId, guest: CurrentGuest, connection: Connection, response: Response
) -> Any:
    """Read what one side expects of the other, as it stands today."""
    await assessing.of_guest(connection, guest.tenant_id, guest.calibration_id, expectation_id)
    found = await expectations.one(connection, guest.tenant_id, expectation_id, calibrations.today())
    tag(response, found.row["version"])
    return expectation_shown(found, "customer")


@router.post(
    "/calibration/expectations/{expectation_id}/assessments",
    status_code=201,
    response_model=wire.ExpectationAssessment,
    responses=problems(
        ExpectationNotFound, ExpectationWithdrawn, NotInStep, OwnExpectation, UnusableExpectationAssessment,
        InTheFuture, BeforeTheLastMove,
    ),
    openapi_extra=INVITED,
)  # fmt: skip
async def assess_participant_expectation(
    expectation_id: PathExpectationId,
    body: wire.GuestExpectationAssessmentBody,
    guest: CurrentGuest,
    connection: Connection,
) -> Any:
    """Say whether the supplier meets what it owes; what the customer owes, the supplier assesses."""
    await assessing.of_guest(connection, guest.tenant_id, guest.calibration_id, expectation_id)
    said = Assessment(body.value, body.met, body.note)
    found = await assessing.assess(connection, guest.speaker(), expectation_id, said, body.on)
    return assessment_shown(found, "customer")
