"""The doors of hygiene and health: of an account by our id or the CRM's, day by day, and of the portfolio."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.health.schemas.scores import (
    AccountHealth,
    HealthDay,
    HealthStanding,
    HealthSummary,
    Quadrant,
    day,
    standing,
)
from app.health.service import portfolio, scoring
from app.infra.paging import DEFAULT_LIMIT, MAX_LIMIT, AskedPage, InvalidCursor, InvalidSort, Page, Slice
from app.infra.problems import problems
from app.infra.wire import ExternalId, Id, IsoDate, SourceName
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import InTheFuture
from app.selection.schemas.ready import as_json, json_of
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentTenant, Doorkeeper, doors, needs, quickly

router = doors(tags=["health"])
read = needs("health:read")
PathAccountId = Annotated[Id, Path(description="The account's id")]
Source = Annotated[SourceName, Path(description="The other system, e.g. `salesforce`")]
TheirId = Annotated[ExternalId, Path(description="The account's id there")]
AsOf = Annotated[
    IsoDate | None, Query(description="Compute it by what was known at the end of this day; what was kept if left out")
]
From = Annotated[IsoDate | None, Query(alias="from", description="The first day wanted")]
To = Annotated[IsoDate | None, Query(description="The last day wanted")]
InQuadrant = Annotated[Quadrant | None, Query(description="Only accounts of this quadrant")]
OfKam = Annotated[Id | None, Query(description="Only accounts of this KAM")]

_PLAIN_PAGE = re.compile(rb"(?:limit=([1-9]\d{0,2}))?")


# Not `async`, a dependency would be given to a thread.
async def _wanted(state: InQuadrant = None, kam_user_id: OfKam = None) -> dict[str, Any]:
    given = {"quadrant": state, "kam_user_id": kam_user_id}
    return {name: value for name, value in given.items() if value is not None}


Wanted = Annotated[dict[str, Any], Depends(_wanted)]


@router.get(
    "/accounts/{account_id}/health",
    response_model=AccountHealth,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_account_health(
    account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Response:
    """Read an account's hygiene and health, explained: as they were kept last, or as of a day."""
    own = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    return as_json(await scoring.account_health(connection, tenant_id, own, as_of))


@router.get(
    "/accounts/by-external-id/{source}/{external_id}/health",
    response_model=AccountHealth,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_account_health_by_external_id(
    source: Source, external_id: TheirId, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Response:
    """Read the hygiene and health of the account that another system knows by this id, explained."""
    own = await accounts.account_by_external_id(connection, tenant_id, ACCOUNTS, source, external_id)
    return as_json(await scoring.account_health(connection, tenant_id, own, as_of))


@router.get(
    "/accounts/{account_id}/health/history",
    response_model=Page[HealthDay],
    responses=problems(AccountNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_account_health(  # a door's parameters
    account_id: PathAccountId,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    from_on: From = None,
    to: To = None,
) -> Response:
    """List what was found of an account's hygiene and health day by day, the newest first."""
    own = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await scoring.history(connection, tenant_id, own, asked, (from_on, to))
    return as_json({"data": [day(dict(row)) for row in found.data], "next_cursor": found.next_cursor})


async def _first_page_quickly(request: Request, caller: Caller) -> Response | None:
    limit = limit_asked(request.scope["query_string"])
    if limit is None:
        return None
    keeper: Doorkeeper = request.app.state.doorkeeper
    return Response(await first_page(keeper, caller.tenant_id, limit), media_type="application/json")


def limit_asked(query: bytes) -> int | None:
    """How many accounts a query asks for that asks for nothing else; None where the route has to look at it."""
    asked = _PLAIN_PAGE.fullmatch(query)
    limit = DEFAULT_LIMIT if asked is None or asked[1] is None else int(asked[1])
    return None if asked is None or limit > MAX_LIMIT else limit


async def first_page(keeper: Doorkeeper, tenant_id: TenantId, limit: int) -> bytes:
    """The first page in the list's own order, of all accounts."""
    found = await portfolio.first_page_quickly(keeper.database, keeper.texts, tenant_id, limit, _text)
    following = orjson.dumps(found.next_cursor)
    return b'{"data":[' + b",".join(found.data) + b'],"next_cursor":' + following + b"}"


def _text(row: Sequence[Any]) -> bytes:
    return json_of(standing(row))


@router.get(
    "/health",
    response_model=Page[HealthStanding],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
@quickly(_first_page_quickly)
async def list_health(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection, wanted: Wanted) -> Response:
    """List where the accounts stand in hygiene and health, the least healthy first.

    `sort` takes health, hygiene, their _delta, _30, _90 and _coverage (as in -hygiene or health_30), quadrant_since and
    name.
    """
    return _page(await portfolio.page(connection, tenant_id, asked, wanted))


def _page(found: Slice[Any]) -> Response:
    return as_json({"data": [standing(row) for row in found.data], "next_cursor": found.next_cursor})


@router.get("/health/summary", response_model=HealthSummary, responses=problems(InTheFuture), openapi_extra=read)
async def get_health_summary(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Response:
    """Sum up the hygiene and health of the portfolio, by account and by revenue, with its quadrants."""
    return as_json(await portfolio.summed_up(connection, tenant_id, as_of))
