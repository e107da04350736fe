"""The doors of deliveries: listed, looked at with their attempts, asked for again."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query

from app.events.core.sought import Deliveries
from app.events.routes.asking import READ, WRITE
from app.events.schemas.deliveries import AttemptAnswer, DeliveryAnswer, DeliveryInFull, DeliveryState, shown
from app.events.schemas.events import TypePattern
from app.events.service import deliveries
from app.events.service.deliveries import DeliveryNotFound, DeliveryWaits
from app.events.service.endpoints import EndpointDisabled, EndpointNotFound
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import DeliveryId
from app.tenancy.deps import Connection, CurrentTenant, doors

router = doors(tags=["webhooks"])
PathDeliveryId = Annotated[Id, Path(description="The delivery's id")]
OfEndpoint = Annotated[Id | None, Query(description="Only what this endpoint is told")]
OfEvent = Annotated[Id | None, Query(description="Only what is told of this event")]
OfAccount = Annotated[Id | None, Query(description="Only what is told of this account")]
InState = Annotated[DeliveryState | None, Query(description="Only deliveries in this state")]
OfType = Annotated[TypePattern | None, Query(description="Only of events of this type, or of a family: `warning.*`")]


# Not `async`, a dependency would be given to a thread.
async def _sought(
    endpoint_id: OfEndpoint = None, event_id: OfEvent = None, account_id: OfAccount = None, state: InState = None
) -> Deliveries:
    return Deliveries(endpoint_id=endpoint_id, event_id=event_id, state=state, account_id=account_id)


@router.get(
    "/webhook-deliveries",
    response_model=Page[DeliveryAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=READ,
)
async def list_webhook_deliveries(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    sought: Annotated[Deliveries, Depends(_sought)],
    event_type: OfType = None,
) -> Any:
    """List what endpoints are told, the newest first. What has ended is kept for 90 days."""
    found = await deliveries.page(connection, tenant_id, asked, sought, event_type)
    return {"data": [shown(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/webhook-deliveries/{delivery_id}",
    response_model=DeliveryInFull,
    responses=problems(DeliveryNotFound),
    openapi_extra=READ,
)
async def get_webhook_delivery(delivery_id: PathDeliveryId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a delivery with its attempts: when each was sent, and what the endpoint said to it."""
    found = await deliveries.one(connection, tenant_id, DeliveryId(delivery_id))
    return {**shown(found.row), "log": [AttemptAnswer.model_validate(dict(each)) for each in found.attempts]}


@router.post(
    "/webhook-deliveries/{delivery_id}/redeliver",
    response_model=DeliveryAnswer,
    responses=problems(DeliveryNotFound, DeliveryWaits, EndpointDisabled, EndpointNotFound),
    openapi_extra=WRITE,
)
async def redeliver_webhook(delivery_id: PathDeliveryId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Send a message once more, with the same `webhook-id`, whatever came of it, and retry it as a new one."""
    return shown(await deliveries.redeliver(connection, tenant_id, DeliveryId(delivery_id)))
