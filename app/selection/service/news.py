"""Says in the queue that accounts have new scores; who writes them elsewhere listens."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.jobs import enqueue, is_queued
from app.kernel.ids import TenantId

SCORES_CHANGED: Final = "scores.changed"  # payload: tenant_id
# Scores that come one by one are told of together.
_TOGETHER: Final = timedelta(seconds=1)


async def tell(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Tell that scores have changed, once the open transaction is committed; who already waits to hear is enough."""
    payload = {"tenant_id": str(tenant_id)}
    if not await is_queued(connection, SCORES_CHANGED, payload):
        await enqueue(connection, SCORES_CHANGED, payload, after=_TOGETHER)
