"""What the jobs of webhooks are called in the queue, and what their payloads hold."""

from typing import Any

from app.kernel.ids import EndpointId, TenantId

FAN_OUT = "webhooks.fan_out"  # an organization has events that nobody was given yet
SEND = "webhooks.send"  # an endpoint has deliveries that are due
NET = "webhooks.net"  # by the clock: both, for every organization


def fan_out_payload(tenant_id: TenantId) -> dict[str, Any]:
    """Whose events are to be given out."""
    return {"tenant_id": str(tenant_id)}


def send_payload(tenant_id: TenantId, endpoint_id: EndpointId) -> dict[str, Any]:
    """Whose deliveries are to be sent, and where."""
    return {"tenant_id": str(tenant_id), "endpoint_id": str(endpoint_id)}
