"""Knows how many calls a CRM still allows today, and keeps it where every process and the owner can see it."""

from datetime import datetime
from typing import Any

from app.crm.client.failures import CrmBusy
from app.crm.client.reach import Pace, Reach
from app.crm.core import pace
from app.crm.core.connection import Connection
from app.crm.queries import tokens
from app.infra.outgoing import Answered

NOTED_SHARE = 0.02  # of the limit: less is not worth a statement


async def note(reach: Reach, connection: Connection, answered: Answered) -> None:
    """Take up what an answer tells of the calls of the day; once few are left, later calls are refused."""
    limits = connection.spec.limits
    found = pace.quota(limits, answered.headers.get(limits.daily_header.lower()) if limits.daily_header else None)
    if found is None:
        return
    own = reach.pace_of(connection)
    if own.quota is not None and own.quota.limit > found.limit:  # where only what is left is told, the most so far
        found = pace.Quota(found.left, own.quota.limit)
    own.quota = found
    if found.used_up(limits.daily_keep_share):
        busy = used_up(pace.next_day(reach.now()))
        own.rest(busy)
        await _keep(reach, connection, own, {"quota_left": found.left, "quota_resets_at": busy.until})
    elif _moved(own, found):
        await _keep(reach, connection, own, {"quota_left": found.left, "quota_resets_at": None})


def used_up(until: datetime) -> CrmBusy:
    return CrmBusy(until, "the calls of the day are used up", for_the_day=True)


def _moved(own: Pace, found: pace.Quota) -> bool:
    return own.noted_left is None or abs(own.noted_left - found.left) > found.limit * NOTED_SHARE


async def rest(reach: Reach, connection: Connection, busy: CrmBusy) -> None:
    """Let no other call of this process, and for a day none of any, go where one has just been sent away."""
    own = reach.pace_of(connection)
    if busy.told or busy.for_the_day:
        own.rest(busy)
    if busy.for_the_day:
        await _keep(reach, connection, own, {"quota_left": 0, "quota_resets_at": busy.until})


async def _keep(reach: Reach, connection: Connection, own: Pace, values: dict[str, Any]) -> None:
    own.noted_left = values["quota_left"]
    async with reach.database.transaction(connection.tenant_id) as db:
        await tokens.note_quota(db, connection.tenant_id, connection.id, values)
