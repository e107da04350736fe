"""A process that asks a CRM for a record, several times at once, as soon as it is let."""

import asyncio
from pathlib import Path
from uuid import UUID

from app.crm.client.crm import Crm
from app.crm.queries import connections
from app.crm.service.connections import built
from app.infra.settings import Settings
from app.kernel.ids import ConnectionId, TenantId
from tests.conftest import SEALING_KEYS
from tests.crm.client.connected import a_database, a_reach, speaking
from tests.jobs.ground import until

AT_ONCE = 5


async def _ask(url: str, tenant_id: TenantId, connection_id: ConnectionId, let: Path) -> None:
    settings = Settings(sealing_keys=SEALING_KEYS, loopback_crms=True)
    async with a_database(url, settings) as database, a_reach(database, settings) as reach:
        async with database.transaction(tenant_id) as db:
            row = await connections.row(db, tenant_id, connection_id)
        assert row is not None
        print("ready", flush=True)
        await until(let.exists)
        crms = [Crm(reach, speaking(built(row))) for _ in range(AT_ONCE)]
        found = await asyncio.gather(*(crm.one("account", "1") for crm in crms))
        print(sum(each is not None for each in found), flush=True)


def ask(url: str, tenant_id: str, connection_id: str, let: str) -> None:
    """Say that all is ready, wait until the file `let` is there, ask, and say how many answers came."""
    asyncio.run(_ask(url, TenantId(UUID(tenant_id)), ConnectionId(UUID(connection_id)), Path(let)))
