"""The jobs of resourcing."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

from app.infra.db import Database
from app.infra.jobs import Delivery
from app.kernel.ids import TenantId
from app.resourcing.service import escalating, reminding
from app.tenancy import service as tenancy
from app.tenancy.service import auditing

NIGHTLY: Final = "resourcing.nightly"


async def nightly(database: Database, _delivery: Delivery) -> None:
    """Give every organization its turn."""
    async with database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    for tenant_id in tenants:
        await turn(database, tenant_id, datetime.now(UTC))


async def turn(database: Database, tenant_id: TenantId, now: datetime) -> None:
    """Remind an organization of its promises, and take its roadblocks further up where their days have passed."""
    async with database.transaction(tenant_id) as connection:
        reminded = await reminding.turn(connection, tenant_id, now)
        escalated = await escalating.turn(connection, tenant_id, now)
        await auditing.by_turn(connection, tenant_id, NIGHTLY, {**asdict(reminded), **asdict(escalated)})
