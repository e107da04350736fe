"""The jobs of health."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.service import refreshing, warning_backtests
from app.health.service.keeping import today
from app.infra.db import Database
from app.infra.jobs import Delivery
from app.jobs.service import JobContext
from app.kernel.ids import AccountId, TenantId
from app.selection import jobs as selection_jobs
from app.tenancy import service as tenancy


async def run(context: JobContext) -> dict[str, Any]:
    """Score the whole portfolio, and have its health judged with it."""
    done = await selection_jobs.run(context)
    async with context.transaction() as connection:
        await refreshing.ask(connection, context.tenant_id)
    return done


async def backtest_warnings(context: JobContext) -> dict[str, Any]:
    """Walk the rules of early warning through past days."""
    return await warning_backtests.carry_out(context)


async def beside(connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId] | None) -> None:
    """Judge the health of accounts that are scored anew, in the transaction of their scores."""
    await refreshing.refresh(connection, tenant_id, account_ids, today())


async def refresh(database: Database, delivery: Delivery) -> None:
    """Judge the health of all of an organization's accounts."""
    tenant_id = TenantId(UUID(delivery.payload["tenant_id"]))
    async with database.transaction(tenant_id) as connection:
        await refreshing.refresh(connection, tenant_id, None, today())


async def nightly(database: Database, _delivery: Delivery) -> None:
    """Ask for every organization: days pass for accounts of which nothing changes, too."""
    async with database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    for tenant_id in tenants:
        async with database.transaction(tenant_id) as connection:
            await refreshing.ask(connection, tenant_id)
