"""Carries new scores to the CRMs that want them: of each account that a CRM knows, where it stands now."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.client.reach import Reach
from app.crm.core.connection import Connection
from app.crm.core.names import SCORES_CHANGED
from app.crm.core.write_backs import Standing
from app.crm.queries.writes import tenant_wants
from app.crm.service import write_back
from app.infra.jobs import Delivery, Task, enqueue
from app.kernel.ids import TenantId
from app.selection import queries as selection
from app.selection.core.rounding import DECIMALS
from app.selection.service.keeping import today
from app.tenancy import service as tenancy

WRITE_BACKS: Final = "crm.write_backs"  # scheduled: look at every organization whether something is left to write
_VALUES: Final = ("composite", "opportunity", "alignment", "tier", "quadrant")
_AT_LEAST = timedelta(seconds=5)


# When, as cron has it (UTC).
SCHEDULE: Mapping[str, str] = {WRITE_BACKS: "5-59/10 * * * *"}


def tasks(reach: Reach) -> dict[str, Task]:
    """What the queue's names come to."""
    return {SCORES_CHANGED: partial(write_back_scores, reach), WRITE_BACKS: partial(write_back_everywhere, reach)}


async def write_back_scores(reach: Reach, delivery: Delivery) -> None:
    """Write what changed to every connection of the organization that writes back; payload: tenant_id.

    What fails is tried again, by a job of its own when its time has come.
    """
    tenant_id = TenantId(UUID(delivery.payload["tenant_id"]))
    async with reach.database.transaction(tenant_id) as db:
        wanting = await write_back.wanting(db, tenant_id)
    for connection in wanting:
        async with reach.database.transaction(tenant_id) as db:
            standings = await _standings(db, connection)
        outcome = await write_back.write_changed(reach, connection, standings)
        if outcome.results:
            structlog.get_logger().info(
                "written_back",
                connection_id=str(connection.id),
                count=sum(outcome.results.values()),
                done=outcome.results.get("written", 0),
            )
        if outcome.again_at is not None:
            wait = max(outcome.again_at - reach.now(), _AT_LEAST)
            async with reach.database.transaction(tenant_id) as db:
                await _ask(db, tenant_id, after=wait, turn=f"at {int(outcome.again_at.timestamp())}")


async def write_back_everywhere(reach: Reach, _delivery: Delivery) -> None:
    """Ask for the write-back of every organization that has one: of connections new to it, and of what was left."""
    async with reach.database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    for tenant_id in tenants:
        async with reach.database.transaction(tenant_id) as db:
            if await tenant_wants(db, tenant_id):
                await _ask(db, tenant_id, after=timedelta(), turn="scheduled")


async def _ask(db: AsyncConnection, tenant_id: TenantId, *, after: timedelta, turn: str) -> None:
    payload = {"tenant_id": str(tenant_id)}
    await enqueue(db, SCORES_CHANGED, payload, after=after, dedupe_key=f"{SCORES_CHANGED} {tenant_id} {turn}")


async def _standings(db: AsyncConnection, connection: Connection) -> Sequence[Standing]:
    """Where the accounts stand that the connection's CRM knows, as an answer of the API would say it."""
    rows = await selection.points(db, connection.tenant_id, today())
    return [
        Standing(row["account_id"], row["external_id"], {name: _rounded(row[name]) for name in _VALUES})
        for row in rows
        if row["source"] == connection.source and row["external_id"] is not None
    ]


def _rounded(value: str | float | None) -> str | float | None:
    return round(value, DECIMALS) if isinstance(value, float) else value
