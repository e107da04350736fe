"""Goes round all connections: what webhooks may have missed is read again, and what waits is not forgotten."""

import structlog

from app.crm.client.reach import Reach
from app.crm.queries import hints, syncs
from app.crm.service import connections, draining, resting, starting
from app.infra import logs
from app.kernel.ids import TenantId
from app.tenancy import service as tenancy


async def sweep_all(reach: Reach) -> None:
    """Ask for a sweep of every connection at work, and for a drain where something waits; forget old sweeps."""
    async with reach.database.engine.begin() as db:
        tenants = await tenancy.all_tenants(db)
    for tenant_id in tenants:
        try:
            await _sweep_one(reach, tenant_id)
        except Exception as error:  # noqa: BLE001  # the edge of an organization: the others have their turn
            structlog.get_logger().warning("crm_sweep_failed", tenant_id=str(tenant_id), **logs.explanation(error))


async def _sweep_one(reach: Reach, tenant_id: TenantId) -> None:
    async with reach.database.transaction(tenant_id) as db:
        for connection in await connections.active(db, tenant_id):
            if resting.awake(connection, reach.now()):
                await starting.sweep(db, connection)
            due = await hints.seconds_until_due(db, tenant_id, connection.id)
            if due is not None:
                rest = resting.soon(connection.resting_until, reach.now()).total_seconds()
                await draining.ask(db, tenant_id, connection.id, after=max(due, rest))
        await syncs.forget_sweeps(db, tenant_id, days=starting.KEPT_DAYS)
