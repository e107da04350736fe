"""The doors of account plans: saved as versions, compared, put away, listed over the portfolio; and of plays."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatch, IfMatchNeeded, IfMatchRequired, UnreadableIfMatch, tag
from app.infra.wire import Id, PositiveInt4
from app.kernel.ids import AccountId, UserId
from app.planning.core.consistency import UnusablePlan
from app.planning.core.differences import is_substantive
from app.planning.core.horizon import PlanHorizon
from app.planning.core.plays import PLAYS
from app.planning.routes.shown import OF_PLAN, figures_shown, plan_shown, version_shown
from app.planning.schemas import plans as wire
from app.planning.service import plans, portfolio, saving, versions
from app.planning.service.plans import (
    Audience,
    PlanArchived,
    PlanChanged,
    PlanNotFound,
    PlanVersionNeeded,
    PlanVersionNotFound,
)
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["plans"])
read, write = needs("health:read"), needs("health:write")
PathAccountId = Annotated[Id, Path(description="The account's id")]
PathNumber = Annotated[PositiveInt4, Path(description="The version's number, from 1 on")]
For = Annotated[Audience, Query(description="`customer`: as the customer may see it, the shared parts alone")]
Against = Annotated[
    PositiveInt4 | None, Query(description="The version to compare with; the one before when not given")
]
OfState = Annotated[wire.PlanState, Query(description="Only plans in this state")]
Stale = Annotated[
    bool | None,
    Query(description="True: only those not updated for more days than the organization's `plan_days_above`"),
]
CoCreated = Annotated[bool | None, Query(description="True: only those that the customer has signed as they are")]
OfKam = Annotated[Id | None, Query(description="Only plans of this KAM's accounts")]


async def standing(account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection) -> AccountId:
    """The account that is named, or the one that it was merged into."""
    return await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))


Account = Annotated[AccountId, Depends(standing)]


# Not `async`, a dependency would be given to a thread.
async def _wanted(
    state: OfState = "active", stale: Stale = None, co_created: CoCreated = None, kam_user_id: OfKam = None
) -> portfolio.Wanted:
    return portfolio.Wanted(state, stale, co_created, kam_user_id)


@router.get(
    "/accounts/{account_id}/plan",
    response_model=wire.AccountPlan,
    responses=problems(AccountNotFound, PlanNotFound),
    openapi_extra=read,
)
async def get_account_plan(
    account: Account,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
    audience: For = "internal",
) -> Any:
    """Read an account's plan by its newest version, with what it comes to.

    For the customer, parts that are not shared are null, and so are notes and figures.
    """
    plan = await plans.find(connection, tenant_id, account)
    tag(response, plan.row["version"])
    return plan_shown(plan, audience)


@router.put(
    "/accounts/{account_id}/plan",
    response_model=wire.AccountPlan,
    responses=problems(
        AccountNotFound,
        UnusablePlan,
        PlanHorizon,
        PlanChanged,
        PlanVersionNeeded,
        UnreadableIfMatch,
        UnknownPeople,
        SpeaksForAnother,
    ),
    openapi_extra=write,
)
async def save_account_plan(
    account: Account,
    body: wire.PlanBody,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Save an account's plan: its first version, or a new one of the plan that there is.

    An account has one active plan. If-Match is needed to change one that is there. What says the same as the newest
    version makes no new one. A version that says something new is to be signed anew by the customer; other words for
    the same are not.
    """
    wanted = saving.Wanted(
        document=body.document.model_dump(mode="json"),
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        note=body.note,
        user_id=None if body.user_id is None else UserId(body.user_id),
    )
    await saving.save(connection, caller, account, wanted, version=version)
    plan = await plans.find(connection, caller.tenant_id, account)
    tag(response, plan.row["version"])
    return plan_shown(plan, "internal")


@router.post(
    "/accounts/{account_id}/plan/archive",
    response_model=wire.AccountPlan,
    responses=problems(AccountNotFound, PlanNotFound, PlanArchived, PlanChanged, IfMatchNeeded, UnreadableIfMatch),
    openapi_extra=write,
)
async def archive_account_plan(
    account: Account, version: IfMatchRequired, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Put an account's plan away: it can still be read, and another may take its place."""
    await saving.archive(connection, caller, account, version=version)
    plan = await plans.find(connection, caller.tenant_id, account)
    tag(response, plan.row["version"])
    return plan_shown(plan, "internal")


@router.get(
    "/accounts/{account_id}/plan/versions",
    response_model=Page[wire.PlanVersionSummary],
    responses=problems(AccountNotFound, PlanNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_plan_versions(
    account: Account, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List the versions of an account's plan, the newest first."""
    found, names = await versions.page(connection, tenant_id, account, asked)
    data = [version_shown(dict(row), names.get(row["user_id"])) for row in found.data]
    return {"data": data, "next_cursor": found.next_cursor}


@router.get(
    "/accounts/{account_id}/plan/versions/{number}",
    response_model=wire.PlanVersion,
    responses=problems(AccountNotFound, PlanNotFound, PlanVersionNotFound),
    openapi_extra=read,
)
async def get_plan_version(
    account: Account, number: PathNumber, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Read a version of an account's plan, as it was saved."""
    row, name = await versions.find(connection, tenant_id, account, number)
    return {**version_shown(dict(row), name), "document": row["document"]}


@router.get(
    "/accounts/{account_id}/plan/versions/{number}/diff",
    response_model=wire.PlanVersionDiff,
    responses=problems(AccountNotFound, PlanNotFound, PlanVersionNotFound),
    openapi_extra=read,
)
async def diff_plan_versions(
    account: Account,
    number: PathNumber,
    tenant_id: CurrentTenant,
    connection: Connection,
    against: Against = None,
) -> Any:
    """Tell what was added, removed and changed from one version of an account's plan to another."""
    compared = await versions.difference(connection, tenant_id, account, number, against)
    return {
        "number": number,
        "against": compared.against,
        "substantive": is_substantive(compared.differences),
        "differences": [asdict(one) for one in compared.differences],
    }


@router.get(
    "/plans",
    response_model=Page[wire.PlanSummary],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_plans(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    wanted: Annotated[portfolio.Wanted, Depends(_wanted)],
) -> Any:
    """List the plans of all accounts with what they come to, those not updated for longest first."""
    found = await portfolio.page(connection, tenant_id, asked, wanted)
    beside = {"account_name", "figures"}
    names = [name for name in wire.PlanSummary.model_fields if name in OF_PLAN and name not in beside]
    data = [
        {
            **{name: entry.row[name] for name in names},
            "account_name": entry.account_name,
            "figures": figures_shown(entry.figures),
        }
        for entry in found.data
    ]
    return {"data": data, "next_cursor": found.next_cursor}


@router.get("/plays", response_model=wire.PlanPlays, responses=problems(), openapi_extra=read)
async def list_plays() -> Any:
    """List the plays that worked for key accounts elsewhere: what each takes, its steps, and what should move."""
    return {"data": [asdict(play) for play in PLAYS.values()]}
