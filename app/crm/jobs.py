"""The jobs of CRMs: what the queue's names come to."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

from app.crm.client.reach import Reach
from app.crm.core import names
from app.crm.service import inbox, syncing
from app.crm.service.draining import Drains
from app.crm.service.sweeping import sweep_all
from app.infra.jobs import Delivery, Task
from app.jobs.service import Handler
from app.kernel.ids import ConnectionId, TenantId
from app.tenancy import service as tenancy

# When, as cron has it (UTC).
SCHEDULE: Mapping[str, str] = {names.SWEEPS: "*/10 * * * *", names.FORGET_BODIES: "43 * * * *"}


def handlers(reach: Reach) -> dict[str, Handler]:
    """The organizations' own jobs."""
    return {names.SYNC: partial(syncing.run, reach)}


def tasks(reach: Reach) -> dict[str, Task]:
    """What is queued beside them."""
    return {
        names.DRAIN: partial(_drain, Drains(reach)),
        names.SWEEPS: partial(_sweep, reach),
        names.FORGET_BODIES: partial(_forget_bodies, reach),
    }


async def _drain(drains: Drains, delivery: Delivery) -> None:
    tenant_id = TenantId(UUID(delivery.payload["tenant_id"]))
    await drains.drain(tenant_id, ConnectionId(UUID(delivery.payload["connection_id"])))


async def _sweep(reach: Reach, _delivery: Delivery) -> None:
    await sweep_all(reach)


async def _forget_bodies(reach: Reach, _delivery: Delivery) -> None:
    async with reach.database.engine.begin() as db:
        tenants = await tenancy.all_tenants(db)
    for tenant_id in tenants:
        await inbox.forget_bodies(reach.database, tenant_id, older_than=timedelta(days=reach.settings.raw_body_days))
