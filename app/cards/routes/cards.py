"""The doors of an account's card: by our id or the CRM's, and a link to the account's page for a frame."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.cards.schemas.card import Card, CardLink, CardLinkBody
from app.cards.service import cards
from app.cards.service.links import Link, Links, ends_after
from app.infra.problems import problems
from app.infra.wire import ExternalId, Id, SourceName
from app.kernel.ids import AccountId
from app.selection.schemas.ready import as_json
from app.tenancy.deps import Connection, CurrentCaller, doors, needs, unkept

router = doors(tags=["cards"])
read = needs("accounts:read")
PathAccountId = Annotated[Id, Path(description="The account's id")]
Source = Annotated[SourceName, Path(description="The other system, e.g. `salesforce`")]
TheirId = Annotated[ExternalId, Path(description="The account's id there")]


@router.get("/accounts/{account_id}/card", response_model=Card, responses=problems(AccountNotFound), openapi_extra=read)
async def get_account_card(account_id: PathAccountId, caller: CurrentCaller, connection: Connection) -> Response:
    """Read what a plugin shows of an account: tier and why, health, warnings, promises, partnership.

    A section needs the scope that reading it elsewhere needs; those that the key lacks are null, and named in `hidden`.
    """
    found = await accounts.require_account(connection, caller.tenant_id, ACCOUNTS, AccountId(account_id))
    return as_json(await cards.card(connection, caller.tenant_id, found, caller.scopes))


@router.get(
    "/accounts/by-external-id/{source}/{external_id}/card",
    response_model=Card,
    responses=problems(AccountNotFound),
    openapi_extra=read,
)
async def get_account_card_by_external_id(
    source: Source, external_id: TheirId, caller: CurrentCaller, connection: Connection
) -> Response:
    """Read what a plugin shows of the account that another system knows by this id."""
    found = await accounts.account_by_external_id(connection, caller.tenant_id, ACCOUNTS, source, external_id)
    return as_json(await cards.card(connection, caller.tenant_id, found, caller.scopes))


@router.post(
    "/accounts/{account_id}/card-links",
    status_code=201,
    response_model=CardLink,
    responses=problems(AccountNotFound),
    openapi_extra=read,
)
@unkept  # the link opens the page to whoever has it: no answer with one is kept
async def make_card_link(
    account_id: PathAccountId,
    body: CardLinkBody,
    caller: CurrentCaller,
    connection: Connection,
    request: Request,
    response: Response,
) -> Any:
    """Make a link that opens the account's page without a key, to be framed inside a CRM's record.

    It shows what this key may read, for the seconds asked for, and no longer than the key is good. Only pages of the
    organization's `frame_ancestors` may frame it.
    """
    found = await accounts.require_account(connection, caller.tenant_id, ACCOUNTS, AccountId(account_id))
    links: Links = request.app.state.card_links
    response.headers["Cache-Control"] = "no-store"
    ends = ends_after(datetime.now(UTC), body.seconds)
    return {"url": links.made(Link(caller.tenant_id, found, caller.key_id, ends)), "expires_at": ends}
