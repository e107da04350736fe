"""The jobs of retiering."""

from datetime import UTC, datetime
from typing import Final

from app.infra.db import Database
from app.infra.jobs import Delivery
from app.retiering.service import appraising, reselections
from app.tenancy import service as tenancy
from app.tenancy.service import auditing

NIGHTLY: Final = appraising.NIGHTLY


async def nightly(database: Database, _delivery: Delivery) -> None:
    """Have every organization's accounts appraised where it is time, or at a first sign; tell who may come back."""
    async with database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    for tenant_id in tenants:
        await appraising.turn(database, tenant_id, datetime.now(UTC))
        async with database.transaction(tenant_id) as connection:
            noticed = await reselections.notice_all(connection, tenant_id, reselections.today())
            await auditing.by_turn(connection, tenant_id, NIGHTLY, {"noticed": noticed})
