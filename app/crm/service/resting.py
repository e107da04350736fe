"""Decides when a connection's CRM is left alone as a whole, and when it is asked again."""

import random
from datetime import datetime, timedelta

import structlog

from app.crm.client.failures import CrmBusy, CrmDown, CrmLies, CrmRefuses
from app.crm.client.reach import Reach
from app.crm.core import patience
from app.crm.core.connection import Connection
from app.crm.service import connections


def awake(connection: Connection, now: datetime) -> bool:
    """Whether its CRM may be asked now."""
    resting = connection.resting_until is not None and connection.resting_until > now
    return connection.state == "active" and not resting


async def rest(reach: Reach, connection: Connection, error: CrmBusy | CrmDown | CrmLies | CrmRefuses) -> datetime:
    """Leave the CRM alone: as long as it says, else longer with each failure in a row. Until when is returned."""
    if isinstance(error, CrmBusy):
        until, failures, reason = error.until, connection.failures, error.reason
    else:
        failures, reason = connection.failures + 1, error.detail
        until = reach.now() + patience.rest(failures, random.random())  # noqa: S311  # spreads tries; nothing secret
    async with reach.database.transaction(connection.tenant_id) as db:
        await connections.rest_until(db, connection.tenant_id, connection.id, until, reason, failures)
    whose = {"tenant_id": str(connection.tenant_id), "connection_id": str(connection.id)}
    structlog.get_logger().info("crm_left_alone", code=type(error).__name__, **whose)
    return until


async def well(reach: Reach, connection: Connection) -> None:
    """The CRM answers: what was held against it is forgotten."""
    if connection.failures or connection.resting_until:
        async with reach.database.transaction(connection.tenant_id) as db:
            await connections.rest_until(db, connection.tenant_id, connection.id, None, None, 0)


def soon(moment: datetime | None, now: datetime) -> timedelta:
    """How long it is until a moment; nothing if there is none, or it has passed."""
    return max((moment or now) - now, timedelta(0))
