"""The supplier's doors of what each side expects of the other, and of whether it is met."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.kinds import AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.calibration.core.expectations import UnusableExpectation, UnusableExpectationAssessment
from app.calibration.core.parties import Party
from app.calibration.core.states import NotInStep
from app.calibration.routes.expectations_shown import assessment_shown, expectation_shown, fulfilment_shown
from app.calibration.routes.paths import Account, Calibration
from app.calibration.schemas import expectations as wire
from app.calibration.service import assessing, calibrations, expectations, fulfilments, speaking
from app.calibration.service.assessing import Assessment, CustomersWord
from app.calibration.service.calibrations import BeforeTheLastMove, CalibrationNotFound
from app.calibration.service.expectations import (
    ExpectationChanged,
    ExpectationNotFound,
    ExpectationWithdrawn,
    MissedStays,
    TooManyExpectations,
)
from app.calibration.service.references import UnknownContact
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id, IsoDate
from app.kernel.ids import TenantId, UserId
from app.kernel.periods import InTheFuture, day_asked
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["calibration"])
read, write = needs("calibration:read"), needs("calibration:write")
PathExpectationId = Annotated[Id, Path(description="The expectation's id")]


async def _there(expectation_id: PathExpectationId, tenant_id: CurrentTenant, connection: Connection) -> UUID:
    await expectations.require(connection, tenant_id, expectation_id)
    return expectation_id


# The expectation is there before anybody is asked who speaks.
Expectation = Annotated[UUID, Depends(_there)]
AsOf = Annotated[IsoDate | None, Query(description="How it stood at the end of this day; today when not given")]
OwedBy = Annotated[Party | None, Query(description="Only what this side has to meet")]
PEOPLE = (UnknownPeople, SpeaksForAnother)
LISTED = (InTheFuture, InvalidCursor, InvalidSort)


@router.post(
    "/calibrations/{calibration_id}/expectations",
    status_code=201,
    response_model=wire.Expectation,
    responses=problems(
        CalibrationNotFound, NotInStep, TooManyExpectations, UnusableExpectation, UnknownContact, *PEOPLE
    ),
    openapi_extra=write,
)
async def add_expectation(
    calibration_id: Calibration,
    body: wire.ExpectationBody,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Put on record what one side expects of the other: by which measure, to what target, by when.

    Before a calibration becomes active each side has to owe something measurable.
    """
    speaker = await _speaker(connection, caller, body.user_id)
    row = await expectations.add(connection, speaker, calibration_id, body.model_dump(exclude={"user_id"}))
    response.headers["Location"] = f"/v1/expectations/{row['id']}"
    return await _shown(connection, caller.tenant_id, row["id"], None, response)


@router.get(
    "/calibrations/{calibration_id}/expectations",
    response_model=Page[wire.Expectation],
    responses=problems(CalibrationNotFound, *LISTED),
    openapi_extra=read,
)
async def list_expectations(
    calibration_id: Calibration,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    as_of: AsOf = None,
    owed_by: OwedBy = None,
) -> Any:
    """List what each side expects of the other by a calibration, as it stands, what is due first first."""
    row = await calibrations.require(connection, tenant_id, calibration_id)
    return await _page(connection, tenant_id, row["id"], asked, as_of, owed_by)


@router.get(
    "/accounts/{account_id}/expectations",
    response_model=Page[wire.Expectation],
    responses=problems(AccountNotFound, *LISTED),
    openapi_extra=read,
)
async def list_account_expectations(
    account: Account,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    as_of: AsOf = None,
    owed_by: OwedBy = None,
) -> Any:
    """List what each side expects of the other by the calibration that was in force on the day; none without one."""
    day = day_asked(as_of, calibrations.today(), pointer="/query/as_of")
    in_force = await expectations.current(connection, tenant_id, account, day)
    return await _page(connection, tenant_id, in_force, asked, day, owed_by)


@router.get(
    "/expectations/{expectation_id}",
    response_model=wire.Expectation,
    responses=problems(ExpectationNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_expectation(
    expectation_id: PathExpectationId,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
    as_of: AsOf = None,
) -> Any:
    """Read what one side expects of the other, and how it stands."""
    return await _shown(connection, tenant_id, expectation_id, as_of, response)


@router.post(
    "/expectations/{expectation_id}/withdraw",
    response_model=wire.Expectation,
    responses=problems(
        ExpectationNotFound, ExpectationWithdrawn, MissedStays, ExpectationChanged, UnreadableIfMatch, NotInStep,
        InTheFuture, BeforeTheLastMove, *PEOPLE,
    ),
    openapi_extra=write,
)  # fmt: skip
async def withdraw_expectation(
    expectation_id: Expectation,
    body: wire.WithdrawalBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Withdraw an expectation: from a day on it does not count any more; what was said of it before stays.

    What the supplier owes and has missed stays: it is met, or agreed anew.
    """
    speaker = await _speaker(connection, caller, body.user_id)
    await expectations.withdraw(connection, speaker, expectation_id, body.on, version=version)
    return await _shown(connection, caller.tenant_id, expectation_id, None, response)


@router.post(
    "/expectations/{expectation_id}/assessments",
    status_code=201,
    response_model=wire.ExpectationAssessment,
    responses=problems(
        ExpectationNotFound, ExpectationWithdrawn, CustomersWord, NotInStep, UnusableExpectationAssessment,
        InTheFuture, BeforeTheLastMove, *PEOPLE,
    ),
    openapi_extra=write,
)  # fmt: skip
async def assess_expectation(
    expectation_id: Expectation,
    body: wire.ExpectationAssessmentBody,
    caller: CurrentCaller,
    connection: Connection,
) -> Any:
    """Say whether an expectation of the active calibration is met, by what was measured or by word.

    It is kept for good, and holds from its day on until the next. That one is missed is told by an event, once. What
    the customer said of what the supplier owes, the supplier's mere word does not take back.
    """
    speaker = await _speaker(connection, caller, body.user_id)
    said = Assessment(body.value, body.met, body.note)
    return assessment_shown(await assessing.assess(connection, speaker, expectation_id, said, body.on))


@router.get(
    "/expectations/{expectation_id}/assessments",
    response_model=Page[wire.ExpectationAssessment],
    responses=problems(ExpectationNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_expectation_assessments(
    expectation_id: PathExpectationId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List what was said of an expectation, by either side, the latest first."""
    found = await assessing.page(connection, tenant_id, expectation_id, asked)
    return {"data": [assessment_shown(one) for one in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/calibrations/{calibration_id}/fulfilment",
    response_model=wire.CalibrationFulfilment,
    responses=problems(CalibrationNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_calibration_fulfilment(
    calibration_id: Calibration, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Any:
    """Tell how both sides keep what they owe by quarter, beside how far the account uses what it is given.

    Tells, too, of a customer who takes more and gives less, and of what was used outside of what was agreed.
    """
    return fulfilment_shown(await fulfilments.find(connection, tenant_id, calibration_id, as_of))


async def _speaker(connection: Connection, caller: Caller, user_id: Id | None) -> speaking.Speaker:
    return await speaking.supplier(connection, caller, None if user_id is None else UserId(user_id))


async def _shown(
    connection: Connection, tenant_id: TenantId, expectation_id: UUID, as_of: IsoDate | None, response: Response
) -> dict[str, Any]:
    day = day_asked(as_of, calibrations.today(), pointer="/query/as_of")
    found = await expectations.one(connection, tenant_id, expectation_id, day)
    tag(response, found.row["version"])
    return expectation_shown(found)


async def _page(  # of which calibration, which page, as of when
    connection: Connection,
    tenant_id: TenantId,
    calibration_id: UUID | None,
    asked: AskedPage,
    as_of: IsoDate | None,
    owed_by: Party | None,
) -> dict[str, Any]:
    day = day_asked(as_of, calibrations.today(), pointer="/query/as_of")
    found = await expectations.page(connection, tenant_id, calibration_id, asked, day, owed_by=owed_by)
    return {"data": [expectation_shown(one) for one in found.data], "next_cursor": found.next_cursor}
