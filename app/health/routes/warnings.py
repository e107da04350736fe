"""The doors of early warnings: lists of them, one of them, taking note of it, and the rules."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query
from starlette.responses import Response

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.health.core.warnings.conditions import BEFORE_DAYS
from app.health.core.warnings.hysteresis import CLEAN_DAYS
from app.health.core.warnings.rule import Severity
from app.health.routes.warnings_shown import rule_shown, warning_shown
from app.health.schemas.warnings import Acknowledgement, EarlyWarning, WarningRules
from app.health.service import warning_lists
from app.health.service.warning_lists import LIVE, Told, WarningChanged, WarningNotFound, WarningResolved
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page, PageRequest
from app.infra.problems import problems
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import AccountId, TenantId, UserId
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["health"])
read, write = needs("health:read"), needs("health:write")
PathAccountId = Annotated[Id, Path(description="The account's id")]
PathWarningId = Annotated[Id, Path(description="The warning's id")]
InState = Annotated[
    Literal["live", "open", "acknowledged", "resolved"] | None,
    Query(description="Only warnings in this state; `live`: those that are open or acknowledged"),
]
OfCode = Annotated[
    str | None, Query(max_length=63, pattern="^[a-z][a-z0-9_]*$", description="Only warnings of the rule of this code")
]
OfSeverity = Annotated[Severity | None, Query(description="Only warnings of this severity")]
OfAccount = Annotated[Id | None, Query(description="Only warnings of this account")]
OfKam = Annotated[Id | None, Query(description="Only warnings of this KAM's accounts")]


Wanted = dict[str, Sequence[object]]


# Not `async`, a dependency would be given to a thread.
async def _wanted(state: InState = None, code: OfCode = None, severity: OfSeverity = None) -> Wanted:
    given: dict[str, Sequence[object]] = {"code": (code,), "severity": (severity,), "state": (state,)}
    narrowing = {name: values for name, values in given.items() if values != (None,)}
    return {**narrowing, "state": LIVE} if state == "live" else narrowing


async def _wanted_of_all(narrowed: Annotated[Wanted, Depends(_wanted)], kam_user_id: OfKam = None) -> Wanted:
    return narrowed if kam_user_id is None else {**narrowed, "kam_user_id": (kam_user_id,)}


Narrowed = Annotated[Wanted, Depends(_wanted)]
NarrowedOfAll = Annotated[Wanted, Depends(_wanted_of_all)]


@router.get(
    "/warnings",
    response_model=Page[EarlyWarning],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_warnings(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    narrowed: NarrowedOfAll,
    account_id: OfAccount = None,
) -> Any:
    """List early warnings, those first that began last; sort by `first_seen_on`, `last_seen_on` or `severity`.

    Warnings are evaluated whenever an account is scored, and every night. One opens as soon as its rule holds, and is
    resolved by two clean days in a row; what is not known neither opens nor clears it.
    """
    wanted = narrowed if account_id is None else {**narrowed, "account_id": (account_id,)}
    return await _page(connection, tenant_id, asked, wanted)


@router.get("/warnings/rules", response_model=WarningRules, responses=problems(), openapi_extra=read)
async def list_warning_rules(tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List the rules of early warning: what each asks, its thresholds in force, and what to do when it holds.

    Thresholds and cadences are settings of the organization: `PATCH /v1/organization`.
    """
    found = await warning_lists.rules(connection, tenant_id)
    return {
        "rules": [rule_shown(in_force) for in_force in found],
        "before_days": BEFORE_DAYS,
        "clean_days": CLEAN_DAYS,
    }


@router.get(
    "/warnings/{warning_id}",
    response_model=EarlyWarning,
    responses=problems(WarningNotFound),
    openapi_extra=read,
)
async def get_warning(
    warning_id: PathWarningId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read an early warning with the figures and records that it rests on."""
    return await _shown(connection, tenant_id, await warning_lists.one(connection, tenant_id, warning_id), response)


@router.post(
    "/warnings/{warning_id}/acknowledge",
    response_model=EarlyWarning,
    responses=problems(
        WarningNotFound, WarningResolved, WarningChanged, UnreadableIfMatch, UnknownPeople, SpeaksForAnother
    ),
    openapi_extra=write,
)
async def acknowledge_warning(  # a door's parameters
    warning_id: PathWarningId,
    body: Acknowledgement,
    version: IfMatch,
    caller: CurrentCaller,
    connection: Connection,
    response: Response,
) -> Any:
    """Note that somebody has seen a warning, and what is done about it; it is over only when it no longer holds."""
    user_id = None if body.user_id is None else UserId(body.user_id)
    told = await warning_lists.acknowledge(
        connection, caller, warning_id, note=body.note, user_id=user_id, version=version
    )
    return await _shown(connection, caller.tenant_id, told, response)


@router.get(
    "/accounts/{account_id}/warnings",
    response_model=Page[EarlyWarning],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_warnings(
    account_id: PathAccountId,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    narrowed: Narrowed,
) -> Any:
    """List the early warnings of an account, those first that began last."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    return await _page(connection, tenant_id, asked, {**narrowed, "account_id": (standing,)})


async def _page(connection: Connection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted) -> dict[str, Any]:
    found = await warning_lists.page(connection, tenant_id, asked, wanted)
    registry = await warning_lists.registry(connection, tenant_id)
    return {"data": [warning_shown(told, registry) for told in found.data], "next_cursor": found.next_cursor}


async def _shown(connection: Connection, tenant_id: TenantId, told: Told, response: Response) -> dict[str, Any]:
    tag(response, told.row["version"])
    return warning_shown(told, await warning_lists.registry(connection, tenant_id))
