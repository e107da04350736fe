"""The use cases of telling an endpoint no more, because somebody says so, and of telling it again."""

from datetime import UTC, datetime

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.events.queries import deliveries, endpoints
from app.kernel.ids import EndpointId, TenantId
from app.tenancy.core.audit import unloaded

SUBJECT = "webhook_endpoint"
DISABLED = "webhook_endpoint.disabled"
_ENABLED = {"state": "enabled", "disabled_reason": None, "disabled_at": None, "failing_since": None}


async def disable(
    connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, *, reason: str = "by_hand"
) -> RowMapping:
    """Tell an enabled endpoint, whose row the caller has locked, of nothing any more; what waits for it is dropped."""
    values = {"state": "disabled", "disabled_reason": reason, "disabled_at": datetime.now(UTC)}
    after = await endpoints.change(connection, tenant_id, endpoint_id, values)
    dropped = await deliveries.drop_waiting(connection, tenant_id, endpoint_id)
    since = after["failing_since"]
    told = {"reason": reason, "failing_since": since and since.isoformat(), "dropped": dropped}
    data = {"url": unloaded(after["url"]), **told}  # other endpoints hear of it
    await events.record(connection, tenant_id, DISABLED, SUBJECT, endpoint_id, data)
    return after


async def enable(connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId) -> RowMapping:
    """Tell a disabled endpoint of what happens from now on; what was given out while it was disabled stays dropped."""
    await deliveries.drop_waiting(connection, tenant_id, endpoint_id)  # of a fan-out that had not heard
    return await endpoints.change(connection, tenant_id, endpoint_id, _ENABLED)
