"""A process that asks a CRM for a record, several times at once: `python -m tests.crm.client.asking URL TENANT ID`."""

import asyncio
import sys
from uuid import UUID

from app.crm.client.crm import Crm
from app.crm.queries import connections
from app.crm.service.connections import built
from app.infra.settings import Settings
from app.kernel.ids import ConnectionId, TenantId
from tests.conftest import SEALING_KEYS
from tests.crm.client.connected import a_database, a_reach, speaking

AT_ONCE = 5


async def ask(url: str, tenant_id: TenantId, connection_id: ConnectionId) -> None:
    settings = Settings(sealing_keys=SEALING_KEYS, loopback_crms=True)
    async with a_database(url, settings) as database, a_reach(database, settings) as reach:
        async with database.transaction(tenant_id) as db:
            row = await connections.row(db, tenant_id, connection_id)
        assert row is not None
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        crms = [Crm(reach, speaking(built(row))) for _ in range(AT_ONCE)]
        found = await asyncio.gather(*(crm.one("account", "1") for crm in crms))
        print(sum(each is not None for each in found), flush=True)


if __name__ == "__main__":
    asyncio.run(ask(sys.argv[1], TenantId(UUID(sys.argv[2])), ConnectionId(UUID(sys.argv[3]))))
