"""The jobs of webhooks: what the queue's names come to."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from app.events.core.names import FAN_OUT, NET, SEND
from app.events.queries import endpoints
from app.events.service.fanning_out import fan_out
from app.events.service.sending import Sender, ask_for_sending
from app.infra.db import Database
from app.infra.jobs import Delivery, Task
from app.kernel.ids import EndpointId, TenantId
from app.tenancy import service as tenancy

# When, as cron has it (UTC).
SCHEDULE: Mapping[str, str] = {NET: "* * * * *"}


def telling(database: Database) -> dict[str, Task]:
    """What gives events out; it waits for nobody."""
    return {FAN_OUT: partial(_fan_out, database), NET: partial(_catch_up, database)}


def sending(sender: Sender) -> dict[str, Task]:
    """What calls endpoints."""
    return {SEND: partial(_send, sender)}


async def _fan_out(database: Database, delivery: Delivery) -> None:
    tenant_id = TenantId(UUID(delivery.payload["tenant_id"]))
    due = await fan_out(database, tenant_id)
    if due:
        async with database.transaction(tenant_id) as connection:
            await ask_for_sending(connection, tenant_id, due)


async def _send(sender: Sender, delivery: Delivery) -> None:
    payload = delivery.payload
    await sender.send(TenantId(UUID(payload["tenant_id"])), EndpointId(UUID(payload["endpoint_id"])))


async def _catch_up(database: Database, _delivery: Delivery) -> None:
    """Look at every organization that somebody listens to: the net under hints that were lost."""
    async with database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    for tenant_id in tenants:
        async with database.transaction(tenant_id) as connection:
            heard = await endpoints.any_enabled(connection, tenant_id)
        if heard:
            await _fan_out(database, Delivery(FAN_OUT, {"tenant_id": str(tenant_id)}, 1))
