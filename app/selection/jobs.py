"""The jobs of selection."""

from typing import Any
from uuid import UUID

from app.infra.db import Database
from app.infra.jobs import Delivery
from app.jobs.service import JobContext
from app.kernel.ids import RunId, TenantId
from app.selection.service import backtests, entitling, portfolio, previews, rescoring, stability
from app.tenancy import service as tenancy


async def run(context: JobContext) -> dict[str, Any]:
    """Score the whole portfolio."""
    async with context.transaction() as connection:
        return await portfolio.carry_out(connection, context.tenant_id, RunId(context.job_id), context.progress)


async def preview(context: JobContext) -> dict[str, Any]:
    """Score the portfolio under two models and tell what differs."""
    return await previews.carry_out(context)


async def backtest(context: JobContext) -> dict[str, Any]:
    """Hold a model against what accounts came to spend."""
    return await backtests.carry_out(context)


async def analyse_stability(context: JobContext) -> dict[str, Any]:
    """Rank the portfolio under many sets of weights."""
    return await stability.carry_out(context)


async def rescore(database: Database, delivery: Delivery, *, beside: rescoring.Beside | None = None) -> None:
    """Score the accounts whose facts have changed, or the whole portfolio where that is asked; `beside` with them."""
    tenant_id = TenantId(UUID(delivery.payload["tenant_id"]))
    whole = bool(delivery.payload.get("whole"))
    await rescoring.rescore(database, tenant_id, whole=whole, again=delivery.tries > 1, beside=beside)


async def entitle(database: Database, delivery: Delivery) -> None:
    """Give the accounts of an organization what their tiers bring by now."""
    tenant_id = TenantId(UUID(delivery.payload["tenant_id"]))
    async with database.transaction(tenant_id) as connection:
        await entitling.entitle(connection, tenant_id)


async def catch_up(database: Database, _delivery: Delivery) -> None:
    """See to it that what is marked is scored, also where a job for it was given up."""
    async with database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    for tenant_id in tenants:
        async with database.transaction(tenant_id) as connection:
            await rescoring.go_on(connection, tenant_id)
