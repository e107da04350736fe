"""The doors of assessments: saying what one finds of an account, and what it comes to."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.health.core.assessments import TITLES, ElementFigures, Found
from app.health.schemas.assessments import AssessmentAnswer, AssessmentBody, AssessmentSummary
from app.health.service import assessments
from app.health.service.assessments import Assessed
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId, UserId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["health"])
read, write = needs("health:read"), needs("health:write")
PathAccountId = Annotated[Id, Path(description="The account's id")]
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end it is looked at; today when left out")]


@router.post(
    "/accounts/{account_id}/assessments",
    status_code=201,
    response_model=AssessmentAnswer,
    responses=problems(AccountNotFound, assessments.UnusableAssessment, UnknownPeople, SpeaksForAnother),
    openapi_extra=write,
)
async def assess_account(
    account_id: PathAccountId, body: AssessmentBody, caller: CurrentCaller, connection: Connection
) -> Any:
    """Say what one found of an account: any of ten elements from 1 to 5, each with what shows it.

    Later words of a person stand in place of their earlier ones, element by element; all stay on record.
    """
    standing = await accounts.require_account(connection, caller.tenant_id, ACCOUNTS, AccountId(account_id))
    row, name = await assessments.assess(
        connection,
        caller,
        standing,
        {element: Found(one.value, one.evidence) for element, one in body.elements.items()},
        assessed_on=body.assessed_on,
        user_id=None if body.user_id is None else UserId(body.user_id),
    )
    return _shown({**row, "user_name": name})


@router.get(
    "/accounts/{account_id}/assessments",
    response_model=Page[AssessmentAnswer],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_assessments(
    account_id: PathAccountId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List what people found of an account, the newest first."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await assessments.page(connection, tenant_id, standing, asked)
    return {"data": [_shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/accounts/{account_id}/assessments/summary",
    response_model=AssessmentSummary,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_assessment_summary(
    account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Any:
    """Read what the assessments of an account come to: mean, spread, agreement and change by element.

    A person's newest word on an element counts for a year, and each function has one voice.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    return _summary(await assessments.summary(connection, tenant_id, standing, as_of))


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in AssessmentAnswer.model_fields}


def _summary(assessed: Assessed) -> dict[str, Any]:
    found, names = assessed.summary, assessed.names

    def named(user_id: UUID) -> dict[str, Any]:
        return {"user_id": user_id, "user_name": names.get(UserId(user_id))}

    return {
        "account_id": assessed.account_id,
        "as_of": assessed.as_of,
        "mean": found.mean,
        "newest_on": found.newest_on,
        "previous_on": found.previous_on,
        "low_agreement": [one.element for one in found.elements if one.low_agreement],
        "elements": [_element(one, names) for one in found.elements],
        "assessors": [
            {
                **named(one.user_id),
                "function": one.function,
                "assessed_on": one.assessed_on,
                "missing": list(one.missing),
            }
            for one in found.assessors
        ],
        "not_assessed": {
            "functions": assessed.silent_functions,
            "lapsed": [named(user_id) for user_id in found.lapsed],
            "kam": None if assessed.kam_user_id is None else named(assessed.kam_user_id),
            "elements": [one.element for one in found.elements if one.mean is None],
        },
    }


def _element(one: ElementFigures, names: Mapping[UserId, str]) -> dict[str, Any]:
    same = ("element", "mean", "people", "between_functions", "between_people", "agreement", "low_agreement")
    return {
        **{name: getattr(one, name) for name in (*same, "previous", "change", "change_of_same")},
        "title": TITLES[one.element],
        "by_function": [{"function": of.function, "mean": of.mean, "people": of.raters} for of in one.by_function],
        "voices": [
            {
                "user_id": said.user_id,
                "user_name": names.get(UserId(said.user_id)),
                "function": said.function,
                "assessed_on": said.assessed_on,
                "value": said.found.value,
                "evidence": said.found.evidence,
            }
            for said in one.voices
        ],
    }
