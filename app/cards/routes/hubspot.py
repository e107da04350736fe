"""The door at which HubSpot fetches cards: no key, but its own signature over the request."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Path, Query
from starlette.requests import Request

from app.cards.core import hubspot as shape
from app.cards.schemas.hubspot import HubSpotCard
from app.cards.service import cards, records
from app.cards.service.links import Link, Links, ends_after
from app.crm.core.delivery import Delivery
from app.crm.core.signatures import UntrustedDelivery
from app.crm.service.gathering import DeliveryNotKept
from app.crm.service.intake import Intake
from app.infra import request_ids
from app.infra.problem_pages import OPEN
from app.infra.problems import problems
from app.infra.wire import ExternalId, Id
from app.kernel.ids import ConnectionId
from app.tenancy.deps import Doorkeeper, count

PROVIDER = "hubspot"
LOOK_SECONDS = 3.0  # HubSpot gives a card five
FRAME_SECONDS = 900

router = APIRouter(prefix="/v1/crm/cards", tags=["cards"])


@router.get(
    "/hubspot/{connection_id}",
    response_model=HubSpotCard,
    response_model_exclude_unset=True,
    responses=problems(UntrustedDelivery, DeliveryNotKept),
    openapi_extra=OPEN,
)
async def get_hubspot_card(
    connection_id: Annotated[Id, Path(description="The connection's id")],
    request: Request,
    record_id: Annotated[
        ExternalId, Query(alias="associatedObjectId", description="The record that is looked at", examples=["512"])
    ],
    kind: Annotated[
        Literal["COMPANY", "CONTACT", "DEAL"], Query(alias="associatedObjectType", description="What it is")
    ],
) -> Any:
    """Answer HubSpot's fetch of a CRM card: the account of the company, contact or deal that somebody looks at.

    The request shows by the signature of the connection's app that HubSpot makes it, on behalf of somebody who may see
    the record there: `X-HubSpot-Signature-v3`, or for a connection of `"signature": "v2"` version 2, which has no time
    in it and so can be shown again. A record that is not known here has an empty card.
    """
    connection = await _vouched(request, ConnectionId(connection_id))
    keeper: Doorkeeper = request.app.state.doorkeeper
    tenant_id = connection.tenant_id
    request_ids.current().tenant_id = str(tenant_id)
    count(keeper, str(connection.id))
    async with keeper.database.transaction(tenant_id) as db:
        account_id = await records.account_of(db, tenant_id, connection.source, kind, record_id)
        if account_id is None:
            return shape.EMPTY
        card = await cards.card(db, tenant_id, account_id, cards.ALL_READ)
    links: Links = request.app.state.card_links
    if not links.public_url:
        return shape.shaped(card, None)
    ends = ends_after(datetime.now(UTC), FRAME_SECONDS)
    return shape.shaped(card, links.made(Link(tenant_id, account_id, None, ends)))


async def _vouched(request: Request, connection_id: ConnectionId) -> Any:
    intake: Intake = request.app.state.intake
    until = asyncio.get_running_loop().time() + LOOK_SECONDS
    found = await intake.vouched(connection_id, _asked(request), until=until)
    if found.provider != PROVIDER:
        raise UntrustedDelivery("the request is not trusted")
    return found


def _asked(request: Request) -> Delivery:
    """The request as it stood on the wire, since that is what was signed."""
    headers: dict[str, list[str]] = {}
    for name, value in request.scope["headers"]:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: str = request.scope["query_string"].decode("latin-1")
    return Delivery(
        method="GET",
        path=raw.decode("latin-1"),
        query=parse_qs(query, keep_blank_values=True),
        headers=headers,
        body=b"",
        query_text=query,
    )
