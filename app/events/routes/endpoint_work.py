"""The doors of a webhook endpoint at work: tried out, told again of what happened, given a new secret."""

from datetime import timedelta
from typing import Any

from fastapi import Response

from app.events.routes.asking import CHANGE, WRITE, CurrentSetup, PathEndpointId, ReadEndpoint
from app.events.schemas import deliveries as wire
from app.events.schemas.deliveries import DeliveryAnswer, WebhookReplayAnswer, WebhookReplayBody
from app.events.schemas.endpoints import RotatedEndpointSecret, SecretRotationBody
from app.events.service import endpoints, replaying
from app.events.service.endpoints import EndpointDisabled, EndpointNotFound
from app.events.service.replaying import Asked, UnusableReplay
from app.infra.problems import problems
from app.infra.sealing import NotOpened
from app.kernel.ids import EndpointId
from app.tenancy.deps import Connection, CurrentTenant, doors

router = doors(tags=["webhooks"])


@router.post(
    "/webhook-endpoints/{endpoint_id}/rotate-secret",
    response_model=RotatedEndpointSecret,
    responses=problems(*CHANGE, NotOpened),
    openapi_extra=WRITE,
)
async def rotate_webhook_secret(  # a door's parameters
    read: ReadEndpoint,
    body: SecretRotationBody,
    setup: CurrentSetup,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Sign with a new secret, which is shown here alone; the one before signs beside it, so that you can follow.

    Meanwhile `webhook-signature` holds both signatures: a message is good if one of them is.
    """
    overlap = timedelta(hours=body.overlap_hours)
    settled = await endpoints.rotate(connection, setup, tenant_id, read.id, overlap=overlap, version=read.version)
    response.headers["Cache-Control"] = "no-store"
    return {"secret": settled.secret, "previous_good_until": settled.before_until}


@router.post(
    "/webhook-endpoints/{endpoint_id}/test",
    status_code=201,
    response_model=DeliveryAnswer,
    responses=problems(EndpointNotFound, EndpointDisabled),
    openapi_extra=WRITE,
)
async def try_webhook_endpoint(
    endpoint_id: PathEndpointId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Send an event `webhook_endpoint.tested` to this endpoint alone; the delivery tells what comes of it."""
    row = await replaying.try_out(connection, tenant_id, EndpointId(endpoint_id))
    response.headers["Location"] = f"/v1/webhook-deliveries/{row['id']}"
    return wire.shown(row)


@router.post(
    "/webhook-endpoints/{endpoint_id}/replay",
    response_model=WebhookReplayAnswer,
    responses=problems(EndpointNotFound, EndpointDisabled, UnusableReplay),
    openapi_extra=WRITE,
)
async def replay_webhook_events(
    endpoint_id: PathEndpointId, body: WebhookReplayBody, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """Tell a webhook endpoint of what happened within a time, again or for the first time.

    Messages bear the ids that they had or would have had. At most 30 days and 100,000 events are replayed at once.
    """
    asked = Asked(body.from_, body.to, body.event_types)
    return await replaying.replay(connection, tenant_id, EndpointId(endpoint_id), asked)
