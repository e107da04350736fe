"""Pulls records that somebody told of, in as few calls as the CRM allows; one that cannot be pulled harms no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.crm.client.crm import Crm
from app.crm.client.failures import CrmDown, CrmLies, CrmRefuses
from app.crm.client.reach import Reach
from app.crm.core.connection import Connection
from app.crm.core.mapping import Mapped, Unmappable
from app.crm.core.spec import Json, ObjectName
from app.crm.core.verdicts import Batch
from app.crm.service import applying, merging, understanding
from app.infra.db import Database

# So many failures in a row, and nothing that went well, tell of the CRM rather than of its records.
_ENOUGH = 5
_PARENTS = 100
_GENERATIONS = 3


@dataclass(slots=True)
class Found:
    """What a CRM has of the records it was asked for, by the id that was asked; those it lacks, those that fail."""

    fetched_at: datetime
    records: dict[str, Json] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def fail(self, external_id: str, error: CrmLies | CrmRefuses) -> None:
        self.failed[external_id] = error.detail
        if not self.records and len(self.failed) >= _ENOUGH:
            raise CrmDown(f"it fails for every record: {error.detail}") from error


async def pulled(crm: Crm, name: ObjectName, ids: Sequence[str], now: datetime) -> Found:
    """Ask for these records. Raises what concerns the CRM as a whole: CrmBusy, CrmDown, NeedsReauth."""
    found = Found(now)
    await _some(crm, name, list(ids), found)
    for external_id in ids:
        if external_id not in found.records and external_id not in found.failed:
            # A batch leaves out what is gone, and what was merged: asked for alone, the CRM may lead to the survivor.
            await _one(crm, name, external_id, found)
    return found


async def _some(crm: Crm, name: ObjectName, ids: list[str], found: Found) -> None:
    try:
        found.records |= await crm.some(name, ids)
    except (CrmLies, CrmRefuses) as error:
        if len(ids) == 1:
            found.fail(ids[0], error)
            return
        half = len(ids) // 2
        await _some(crm, name, ids[:half], found)
        await _some(crm, name, ids[half:], found)


async def _one(crm: Crm, name: ObjectName, external_id: str, found: Found) -> None:
    try:
        record = await crm.one(name, external_id)
    except (CrmLies, CrmRefuses) as error:
        found.fail(external_id, error)
        return
    if record is None:
        found.absent.append(external_id)
    else:
        found.records[external_id] = record


@dataclass(frozen=True, slots=True)
class Line:
    """A connection at work: its client, its database, and what tells the time."""

    database: Database
    connection: Connection
    crm: Crm
    now: Callable[[], datetime]


def line(reach: Reach, connection: Connection) -> Line:
    """The line to a connection's CRM."""
    return Line(reach.database, connection, Crm(reach, connection), reach.now)


async def pull_parents(at: Line, name: ObjectName, records: Sequence[Mapped | Unmappable], depth: int = 1) -> None:
    """Pull and apply the unknown records that these belong to, and theirs, for a few generations; no more than some.

    What is not found is noted, so that it is asked for once; whoever names it waits for it unlinked.
    """
    for target, wanted in understanding.referred(at.connection, name, records).items():
        if target in at.connection.objects and target in at.connection.spec.objects:
            await _pull_unknown(at, target, sorted(wanted), depth)


async def _pull_unknown(at: Line, name: ObjectName, ids: Sequence[str], depth: int) -> None:
    connection = at.connection
    async with at.database.transaction(connection.tenant_id) as db:
        missing = (await merging.unknown(db, connection, name, ids))[:_PARENTS]
    if not missing:
        return
    batch = batch_of(connection, name, await pulled(at.crm, name, missing, at.now()))
    if depth < _GENERATIONS:
        await pull_parents(at, name, batch.understood, depth + 1)
    async with at.database.transaction(connection.tenant_id) as db:
        await applying.apply(db, connection, name, batch)


def batch_of(connection: Connection, name: ObjectName, found: Found) -> Batch:
    """What was found, as it is applied: a record that bears another id than was asked for took that one's place."""
    understood = understanding.understood(connection, name, found.records.values())
    forwards = {
        asked: one.external_id
        for asked, one in zip(found.records, understood, strict=True)
        if one.external_id is not None and one.external_id != asked
    }
    return Batch(understood, found.fetched_at, gone=dict.fromkeys(found.absent), forwards=forwards)
