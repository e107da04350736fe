"""Tries a connection out: one real and harmless call, and the reason where it fails."""

from app.crm.client.crm import Crm, Tested
from app.crm.client.reach import Reach
from app.crm.core.asked import is_called
from app.crm.service import connections
from app.kernel.ids import ConnectionId, TenantId

NOT_CALLED = Tested(ok=False, reason="this provider is never called: it sends its records", calls_left=None, ms=0)


async def tried(reach: Reach, tenant_id: TenantId, connection_id: ConnectionId) -> Tested:
    """What came of a call with the connection as it is; its transaction is over before the CRM is called."""
    async with reach.database.transaction(tenant_id) as db:
        there = await connections.connection(db, tenant_id, connection_id)
    return await Crm(reach, there).tested() if is_called(there.spec) else NOT_CALLED
