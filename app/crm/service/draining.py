"""Drains what was heard of: claims hints, pulls their records, applies them, and settles the events behind them."""

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.client.failures import CrmBusy, CrmDown, NeedsReauth
from app.crm.client.reach import Reach
from app.crm.core.connection import Connection
from app.crm.core.names import DRAIN, drain_payload
from app.crm.core.spec import OBJECTS, ObjectName
from app.crm.core.verdicts import Batch
from app.crm.queries import hints as queries
from app.crm.queries.hints import Place
from app.crm.service import applying, connections, heard, pulling, resting, settling, starting, write_back
from app.crm.service.pulling import Line
from app.crm.service.racing import surely
from app.crm.service.settling import Claimed, Outcome
from app.infra import logs
from app.infra.faults import database_refusal
from app.infra.jobs import enqueue
from app.kernel.errors import Unavailable
from app.kernel.ids import ConnectionId, TenantId

CRM_FAILURES = (CrmBusy, CrmDown, NeedsReauth)
CLAIM: Final = 100
CLAIM_SECONDS: Final = 120.0
SLICE_SECONDS: Final = 20.0
_LATEST_SECONDS: Final = 3600.0


@dataclass(slots=True)
class Drains:
    """What this process drains: one drain a connection at a time; one that comes meanwhile has it go round again."""

    reach: Reach
    again: dict[ConnectionId, bool] = field(default_factory=dict)

    async def drain(self, tenant_id: TenantId, connection_id: ConnectionId) -> None:
        """Drain a connection until nothing is due, or its time is up; then ask for the next drain, if there is need."""
        async with self.reach.database.transaction(tenant_id) as db:
            if await queries.begin_drain(db, tenant_id, connection_id) is None:
                return
        if connection_id in self.again:
            self.again[connection_id] = True
            return
        self.again[connection_id] = True
        try:
            await self._rounds(tenant_id, connection_id)
        finally:
            del self.again[connection_id]

    async def _rounds(self, tenant_id: TenantId, connection_id: ConnectionId) -> None:
        until = time.monotonic() + SLICE_SECONDS
        while self.again[connection_id] and time.monotonic() < until:
            self.again[connection_id] = False
            await _drained(self.reach, tenant_id, connection_id, until)
        await _ask_again(self.reach, tenant_id, connection_id)


async def _drained(reach: Reach, tenant_id: TenantId, connection_id: ConnectionId, until: float) -> None:
    async with reach.database.transaction(tenant_id) as db:
        connection = await connections.connection(db, tenant_id, connection_id)
        if not resting.awake(connection, reach.now()):
            return
        if await queries.gaps(db, tenant_id, connection_id):
            await starting.sweep(db, connection)
    line = pulling.line(reach, connection)
    try:
        for name in OBJECTS:
            while time.monotonic() < until and await _round(line, name):
                pass
        await resting.well(reach, connection)
    except NeedsReauth as error:  # the client has said so in the connection's state
        structlog.get_logger().info("crm_drain_stopped", connection_id=str(connection_id), reason=error.detail)
    except (CrmBusy, CrmDown) as error:
        await resting.rest(reach, connection, error)


async def _ask_again(reach: Reach, tenant_id: TenantId, connection_id: ConnectionId) -> None:
    """Queue the drain that the hints which are left need, when the first of them is due."""
    async with reach.database.transaction(tenant_id) as db:
        due = await queries.seconds_until_due(db, tenant_id, connection_id)
        if due is None:
            return
        connection = await connections.connection(db, tenant_id, connection_id)
        if connection.state != "active":  # resuming it asks for a drain
            return
        rest = (connection.resting_until - reach.now()).total_seconds() if connection.resting_until else 0.0
        await ask(db, tenant_id, connection_id, after=max(due, rest, 0.0))


async def ask(db: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, *, after: float) -> None:
    """Queue a drain in so many seconds, beside the one that new deliveries ask for, which must not wait for it."""
    after = min(after, _LATEST_SECONDS)
    key = f"{DRAIN} {connection_id} at {int(time.time() + after)}"
    await enqueue(db, DRAIN, drain_payload(tenant_id, connection_id), after=timedelta(seconds=after), dedupe_key=key)


async def _round(line: Line, name: ObjectName) -> bool:
    """Pull and apply some of what is due; False if nothing is."""
    place = Place(line.connection.tenant_id, line.connection.id, name)
    async with line.database.transaction(place.tenant_id) as db:
        claimed = await _claimed(db, line.connection, place)
    if claimed is None:
        return False
    try:
        await _carry_out(line, claimed)
    except (*CRM_FAILURES, asyncio.CancelledError):  # cancelled: the worker is told to end
        async with line.database.transaction(place.tenant_id) as db:
            await queries.give_back(db, place, list(claimed.hints))
        raise
    return True


async def _claimed(db: AsyncConnection, connection: Connection, place: Place) -> Claimed | None:
    found = await queries.claim(db, place, number=CLAIM, seconds=CLAIM_SECONDS)
    if not found:
        return None
    ids = [hint.external_id for hint in found]
    read = queries.brought_events if brings(connection) else queries.waiting_events
    events = await read(db, place, ids)
    ours = await write_back.echoes(db, connection, events) if place.object == "account" else set()
    return Claimed(place, {hint.external_id: hint for hint in found}, events, frozenset(ours))


def brings(connection: Connection) -> bool:
    """Whether the sender brings records itself, so that there is nothing to pull."""
    return bool(connection.spec.events.data)


async def _carry_out(line: Line, claimed: Claimed) -> None:
    """Pull and apply what was claimed; a record that breaks the work is found by halving, and fails alone."""
    try:
        await (_take_brought if brings(line.connection) else _pull)(line, claimed)
    except CRM_FAILURES:
        raise
    except Exception as error:  # the edge of a record: whatever it does, it must not hold up the others
        if isinstance(database_refusal(error), Unavailable):
            raise
        ids = list(claimed.hints)
        if len(ids) == 1:
            structlog.get_logger().warning("crm_record_failed", **logs.explanation(error))
            await _store(line, claimed, None, Outcome(failed={ids[0]: f"unforeseen: {type(error).__name__}"}))
            return
        half = len(ids) // 2
        await _carry_out(line, claimed.only(ids[:half]))
        await _carry_out(line, claimed.only(ids[half:]))


async def _pull(line: Line, claimed: Claimed) -> None:
    name, said, silent = claimed.place.object, heard.told(claimed.events), claimed.silent()
    survivors = [into for into in said.forwards.values() if into not in claimed.hints]
    ids = [key for key in claimed.hints if key not in said.forwards and key not in silent] + sorted(set(survivors))
    found = await pulling.pulled(line.crm, name, ids, line.now())
    batch = pulling.batch_of(line.connection, name, found)
    batch = replace(
        batch,
        gone={key: said.gone.get(key) for key in found.absent},
        forwards={**batch.forwards, **said.forwards},
        restored=said.restored,
    )
    await pulling.pull_parents(line, name, batch.understood)
    failed = {key: reason for key, reason in found.failed.items() if key in claimed.hints}
    await _store(line, claimed, batch, Outcome(failed=failed, settled=dict.fromkeys(claimed.echoes, ("echo", None))))


async def _take_brought(line: Line, claimed: Claimed) -> None:
    name = claimed.place.object
    told = heard.brought(line.connection, name, claimed.events, line.now())
    waiting = [event for event in claimed.events if event["state"] == "waiting"]
    await _store(line, replace(claimed, events=waiting), told.batch, Outcome(settled=told.settled))


async def _store(line: Line, claimed: Claimed, batch: Batch | None, outcome: Outcome) -> None:
    """Apply and settle in one transaction."""

    async def work(db: AsyncConnection) -> None:
        came = await applying.apply(db, line.connection, claimed.place.object, batch) if batch is not None else {}
        forwards = batch.forwards if batch is not None else {}
        by_asked = {key: came.get(key) or came.get(forwards.get(key, key)) for key in claimed.hints}
        known = {key: one for key, one in by_asked.items() if one is not None}
        await settling.settle(db, claimed, replace(outcome, came=known), line.now())

    await surely(line.database, claimed.place.tenant_id, work)
    # By itself: a delivery holds the connection first and hints then, and would wait for us as we for it.
    async with line.database.transaction(claimed.place.tenant_id) as db:
        await queries.note_pull(db, claimed.place.tenant_id, claimed.place.connection_id)
