"""The jobs of webhooks: what the queue's names come to."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from app.events.core.names import FAN_OUT, NET, SEND
from app.events.queries import endpoints
from app.events.service.sending import Sender
from app.events.service.telling import Telling
from app.infra.jobs import Delivery, Task
from app.kernel.ids import EndpointId, TenantId
from app.tenancy import service as tenancy

# When, as cron has it (UTC).
SCHEDULE: Mapping[str, str] = {NET: "* * * * *"}


def telling(sender: Sender) -> dict[str, Task]:
    """What gives events out; it waits for nobody."""
    made = Telling(sender)
    return {FAN_OUT: partial(_give_out, made), NET: partial(_catch_up, made)}


def sending(sender: Sender) -> dict[str, Task]:
    """What calls endpoints."""
    return {SEND: partial(_send, sender)}


async def _give_out(made: Telling, delivery: Delivery) -> None:
    await made.give_out(TenantId(UUID(delivery.payload["tenant_id"])))


async def _send(sender: Sender, delivery: Delivery) -> None:
    payload = delivery.payload
    await sender.send(TenantId(UUID(payload["tenant_id"])), EndpointId(UUID(payload["endpoint_id"])))


async def _catch_up(made: Telling, _delivery: Delivery) -> None:
    """Look at every organization that somebody listens to: the net under hints that were lost."""
    database = made.sender.database
    async with database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    for tenant_id in tenants:
        async with database.transaction(tenant_id) as connection:
            heard = await endpoints.any_enabled(connection, tenant_id)
        if heard:
            await made.give_out(tenant_id)
