"""The doors of webhook endpoints: made, listed, changed, removed; and the types of events that they may ask for."""

from typing import Any

from fastapi import Response

from app.events.core.catalogue import CATALOGUE
from app.events.routes.asking import CHANGE, READ, WRITE, CurrentSetup, PathEndpointId, ReadEndpoint
from app.events.schemas.endpoints import (
    EndpointAnswer,
    EndpointBody,
    EndpointChangeBody,
    EventTypes,
    NewEndpoint,
    shown,
)
from app.events.service import endpoints
from app.events.service.endpoints import EndpointNotFound, TooManyEndpoints, UnusableEndpoint
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import tag
from app.kernel.ids import EndpointId
from app.tenancy.deps import Connection, CurrentTenant, doors

router = doors(tags=["webhooks"])


@router.get("/webhook-event-types", response_model=EventTypes, responses=problems(), openapi_extra=READ)
async def list_webhook_event_types(_: CurrentTenant) -> Any:
    """List the types of events that there are: what each means, what it happens to, and when it is told."""
    return {"data": sorted(CATALOGUE.values(), key=lambda each: each.name)}


@router.get(
    "/webhook-endpoints",
    response_model=Page[EndpointAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=READ,
)
async def list_webhook_endpoints(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List the webhook endpoints, without their secrets."""
    found = await endpoints.page(connection, tenant_id, asked)
    return {"data": [shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.post(
    "/webhook-endpoints",
    status_code=201,
    response_model=NewEndpoint,
    responses=problems(TooManyEndpoints, UnusableEndpoint),
    openapi_extra=WRITE,
)
async def create_webhook_endpoint(
    body: EndpointBody, setup: CurrentSetup, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Have an address told of what happens from now on. The secret that signs its messages is shown here alone.

    Each message is a POST of an event, signed as Standard Webhooks have it. Any 2xx within 15 seconds takes it; else
    it is sent again, for about three days. Messages may come twice and out of order: `webhook-id` tells the first,
    `sequence` puts those of an account in order.
    """
    settled = await endpoints.create(connection, setup, tenant_id, body.asked())
    response.headers["Location"] = f"/v1/webhook-endpoints/{settled.row['id']}"
    response.headers["Cache-Control"] = "no-store"
    tag(response, settled.row["version"])
    return {**shown(settled.row), "secret": settled.secret}


@router.get(
    "/webhook-endpoints/{endpoint_id}",
    response_model=EndpointAnswer,
    responses=problems(EndpointNotFound),
    openapi_extra=READ,
)
async def get_webhook_endpoint(
    endpoint_id: PathEndpointId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read a webhook endpoint, and how it is doing; without its secrets."""
    row = await endpoints.row(connection, tenant_id, EndpointId(endpoint_id))
    tag(response, row["version"])
    return shown(row)


@router.patch(
    "/webhook-endpoints/{endpoint_id}",
    response_model=EndpointAnswer,
    responses=problems(*CHANGE, UnusableEndpoint),
    openapi_extra=WRITE,
)
async def change_webhook_endpoint(  # a door's parameters
    read: ReadEndpoint,
    body: EndpointChangeBody,
    setup: CurrentSetup,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Settle some of a webhook endpoint anew, or disable or enable it.

    Disabled, it drops what waits for it. Enabled again, it is told of what happens from then on: replay what it missed.
    """
    row = await endpoints.change(connection, setup, tenant_id, read.id, body.given(), version=read.version)
    tag(response, row["version"])
    return shown(row)


@router.delete("/webhook-endpoints/{endpoint_id}", status_code=204, responses=problems(*CHANGE), openapi_extra=WRITE)
async def remove_webhook_endpoint(read: ReadEndpoint, tenant_id: CurrentTenant, connection: Connection) -> None:
    """Remove a webhook endpoint with its secrets and the record of what was sent to it; the events stay."""
    await endpoints.remove(connection, tenant_id, read.id, version=read.version)
