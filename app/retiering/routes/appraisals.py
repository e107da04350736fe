"""The doors of appraisals: opened, diagnosed, told to the customer, closed, and how soon all that was done."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts.kinds import AccountNotFound
from app.accounts.service.people import UnknownPeople
from app.calibration.service.references import UnknownContact
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id, IsoDate
from app.kernel.ids import UserId
from app.kernel.periods import InTheFuture
from app.retiering.core.appraisals import AppraisalClosed, AppraisalState, OutcomeNotSo, UnusableAppraisal
from app.retiering.core.signs import Trigger
from app.retiering.routes.appraisals_shown import appraisal_shown, waiting_shown, whole_shown
from app.retiering.routes.paths import Account
from app.retiering.schemas import appraisals as wire
from app.retiering.service import appraisal_changing as changing
from app.retiering.service import appraisal_reading as reading
from app.retiering.service import appraisals
from app.retiering.service.appraisal_changing import AppraisalChanged, Closing, CustomerHasHeard
from app.retiering.service.appraisal_reading import Wanted
from app.retiering.service.appraisals import AppraisalNotFound, AppraisalUnderWay, NewAppraisal, NotInProgram
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["retiering"])
read, write = needs("retiering:read"), needs("retiering:write")
PathAppraisalId = Annotated[Id, Path(description="The appraisal's id")]
InState = Annotated[AppraisalState | None, Query(description="Only those in this state")]
SetOffBy = Annotated[Trigger | None, Query(description="Only those that this set off")]
Due = Annotated[
    bool | None, Query(description="True: only those not closed though their day has come; false: the others")
]
OfAccount = Annotated[Id | None, Query(description="Only those of this account")]
OfKam = Annotated[Id | None, Query(description="Only those of this KAM's accounts")]
OpenOn = Annotated[IsoDate | None, Query(description="Only those that were open at the end of this day")]
AsOf = Annotated[IsoDate | None, Query(description="As it was known at the end of this day; today when not given")]
SignFrom = Annotated[IsoDate | None, Query(description="Only first signs of this day or later")]
CHANGES = (AppraisalNotFound, AppraisalChanged, AppraisalClosed, UnusableAppraisal, UnreadableIfMatch)


# Not `async`, a dependency would be given to a thread.
async def _wanted(  # query parameters
    *,
    state: InState = None,
    trigger: SetOffBy = None,
    due: Due = None,
    account_id: OfAccount = None,
    kam_user_id: OfKam = None,
    open_on: OpenOn = None,
) -> Wanted:
    return Wanted(account_id, state, trigger, due, kam_user_id, open_on)  # type: ignore[arg-type]  # an id of the wire


async def _answered(
    connection: Connection, tenant_id: CurrentTenant, appraisal_id: Id, response: Response, as_of: IsoDate | None = None
) -> dict[str, Any]:
    whole = await reading.find(connection, tenant_id, appraisal_id, as_of)
    tag(response, whole.row["version"])
    return whole_shown(whole)


@router.get(
    "/appraisals",
    response_model=Page[wire.Appraisal],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_appraisals(
    asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, wanted: Annotated[Wanted, Depends(_wanted)]
) -> Any:
    """List appraisals of all accounts, what is due first first."""
    found = await reading.page(connection, tenant_id, asked, wanted)
    return {"data": [appraisal_shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/appraisals/timeliness",
    response_model=wire.AppraisalTimeliness,
    responses=problems(InTheFuture),
    openapi_extra=read,
)
async def get_appraisal_timeliness(
    tenant_id: CurrentTenant,
    connection: Connection,
    as_of: AsOf = None,
    sign_from: SignFrom = None,
    trigger: SetOffBy = None,
) -> Any:
    """Tell how long it takes from the first sign until the customer hears of it, and until a decision.

    Who still waits counts for as long as they have (Kaplan and Meier), so that slow ones are not left out.
    """
    found = await reading.timeliness(connection, tenant_id, as_of, from_on=sign_from, trigger=trigger)
    return {
        "as_of": found.as_of,
        "sign_from": sign_from,
        "trigger": trigger,
        "to_contact": waiting_shown(found.to_contact),
        "to_decision": waiting_shown(found.to_decision),
        "reviewed": {**asdict(found.reviewed), "share": found.reviewed.share},
        "settled_without_decision": found.settled,
    }


@router.post(
    "/accounts/{account_id}/appraisals",
    status_code=201,
    response_model=wire.AppraisalWhole,
    responses=problems(AccountNotFound, NotInProgram, AppraisalUnderWay, UnusableAppraisal, UnknownPeople, InTheFuture),
    openapi_extra=write,
)
async def open_appraisal(
    account: Account, body: wire.NewAppraisalBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Open an appraisal of an account: what of the requirements on file is met, and what speaks against its status.

    It is opened by itself on schedule and at the first sign; an account has one open at most.
    """
    owner = None if body.owner_user_id is None else UserId(body.owner_user_id)
    asked = NewAppraisal(body.reason, body.on, body.first_sign_on, body.due_on, owner)
    row = await appraisals.open_one(connection, caller, account, asked)
    response.headers["Location"] = f"/v1/appraisals/{row['id']}"
    return await _answered(connection, caller.tenant_id, row["id"], response)


@router.get(
    "/accounts/{account_id}/appraisals",
    response_model=Page[wire.Appraisal],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_appraisals(
    account: Account, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, open_on: OpenOn = None
) -> Any:
    """List an account's appraisals, the newest first."""
    wanted = Wanted(account_id=account, open_on=open_on)
    found = await reading.page(connection, tenant_id, asked, wanted, of_account=True)
    return {"data": [appraisal_shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/appraisals/{appraisal_id}",
    response_model=wire.AppraisalWhole,
    responses=problems(AppraisalNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_appraisal(
    appraisal_id: PathAppraisalId,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
    as_of: AsOf = None,
) -> Any:
    """Read an appraisal: what was found when it was opened, and beside it how the account stands on a day."""
    return await _answered(connection, tenant_id, appraisal_id, response, as_of)


@router.patch(
    "/appraisals/{appraisal_id}",
    response_model=wire.AppraisalWhole,
    responses=problems(*CHANGES, UnknownPeople),
    openapi_extra=write,
)
async def change_appraisal(
    appraisal_id: PathAppraisalId,
    body: wire.AppraisalBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Change an appraisal: why requirements are missed, who sees to it, by when it is to be settled."""
    given = body.model_dump(exclude_unset=True)
    await changing.change(connection, caller, appraisal_id, given, version=version)
    return await _answered(connection, caller.tenant_id, appraisal_id, response)


@router.post(
    "/appraisals/{appraisal_id}/contact",
    response_model=wire.AppraisalWhole,
    responses=problems(*CHANGES, CustomerHasHeard, UnknownContact, InTheFuture),
    openapi_extra=write,
)
async def record_appraisal_contact(
    appraisal_id: PathAppraisalId,
    body: wire.AppraisalContactBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Say when the customer first heard of it, and who did; the days since the first sign are measured."""
    await changing.contacted(connection, caller, appraisal_id, body.contact_id, body.on, version=version)
    return await _answered(connection, caller.tenant_id, appraisal_id, response)


@router.post(
    "/appraisals/{appraisal_id}/close",
    response_model=wire.AppraisalWhole,
    responses=problems(*CHANGES, OutcomeNotSo, InTheFuture),
    openapi_extra=write,
)
async def close_appraisal(
    appraisal_id: PathAppraisalId,
    body: wire.AppraisalClosingBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Close an appraisal with an outcome that the record bears out; what set it off is no news from then on."""
    closing = Closing(body.outcome, body.on, body.note)
    await changing.close(connection, caller, appraisal_id, closing, version=version)
    return await _answered(connection, caller.tenant_id, appraisal_id, response)
