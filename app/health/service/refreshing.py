"""Judges accounts anew, hygiene, health and warnings at once, so that all of them say the same of the same day."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.service import keeping, models, warnings
from app.infra.jobs import enqueue, is_queued
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import QUARTER_DAYS
from app.metrics import service as metrics

REFRESH = "health.refresh"  # judge all of an organization's accounts anew; payload: tenant_id


async def refresh(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId] | None, as_of: date
) -> None:
    """Judge these accounts, or all, as of a day; how many statements it takes does not depend on how many they are."""
    version = await models.to_use(connection, tenant_id)
    keys = dict.fromkeys((*version.model.metrics, *warnings.KEYS))
    measured = await metrics.measured(connection, tenant_id, as_of=as_of, keys=tuple(keys), account_ids=account_ids)
    before = await metrics.measured(
        connection,
        tenant_id,
        as_of=as_of - timedelta(days=QUARTER_DAYS),
        keys=warnings.KEYS_BEFORE,
        account_ids=account_ids,
    )
    await keeping.keep(connection, tenant_id, version, measured)
    await warnings.evaluate(connection, tenant_id, as_of, measured, before)


async def ask(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Have all of an organization's accounts judged soon; who already waits for that is enough."""
    payload = {"tenant_id": str(tenant_id)}
    if not await is_queued(connection, REFRESH, payload):
        await enqueue(connection, REFRESH, payload)
