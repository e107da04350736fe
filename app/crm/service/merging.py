"""What holds between records: those that are gone or merged leave nobody behind, those that waited find their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.crm.core.connection import Connection
from app.crm.core.spec import ObjectName
from app.crm.queries import hints, records
from app.crm.queries.hints import Place
from app.crm.queries.records import Awaiting
from app.crm.service import keeping
from app.crm.service.keeping import KINDS, Item
from app.infra.records.kind import Change, Moment

# A link is told of a record as it has been all along; it is no change of this day.
_ALL_ALONG = date(1970, 1, 1)
_LINKS: Mapping[ObjectName, str] = {"opportunity": "account", "account": "parent"}


@dataclass(frozen=True, slots=True)
class Fact:
    """As much of a fact as decides whether it is removed."""

    id: UUID
    modified_at: datetime | None
    removed: bool


async def facts(db: AsyncConnection, place: Place, source: str, ids: Sequence[str]) -> dict[str, Fact]:
    """The facts of these records, by their external ids."""
    rows = await records.facts(db, KINDS[place.object].table, place.tenant_id, source, ids)
    return {row.external_id: Fact(row.id, row.modified_at, row.removed) for row in rows}


async def remove(db: AsyncConnection, place: Place, gone: Mapping[UUID, datetime | None], moment: Moment) -> None:
    """Take facts out of all that is counted, from when their source says, else from now on."""
    if not gone:
        return
    kind = KINDS[place.object]
    if kind.past is None:  # people at the supplier are in no figure; they just work here no longer
        changes = [Change({"active": False}, id=fact_id) for fact_id in gone]
        await accounts.save(db, place.tenant_id, kind, changes, moment)
    else:
        await accounts.mark_gone(db, place.tenant_id, kind, gone, moment)


async def merge(
    db: AsyncConnection, connection: Connection, place: Place, merges: Mapping[str, tuple[str, datetime]]
) -> set[str]:
    """Forward losers to their survivors; those whose survivor is not known yet are returned, and wait for it."""
    if not merges:
        return set()
    named = sorted({*merges, *(survivor for survivor, _ in merges.values())})
    known = await facts(db, place, connection.source, named)
    waiting = set()
    for loser, (survivor, at) in merges.items():
        if survivor not in known:
            waiting.add(loser)
        elif loser in known:
            await _merge_one(db, place, known[loser].id, known[survivor].id, at)
    return waiting


async def _merge_one(db: AsyncConnection, place: Place, loser: UUID, survivor: UUID, at: datetime) -> None:
    kind = KINDS[place.object]
    if kind.past is None:
        await remove(db, place, {loser: at}, accounts.arriving())
        return
    try:
        await accounts.merge(db, place.tenant_id, kind, loser, survivor, at)
    except accounts.MergeCircle as circle:  # what was merged first stays so
        structlog.get_logger().warning("crm_merge_refused", reason=circle.detail)


async def survivors(db: AsyncConnection, place: Place, lost: Sequence[str]) -> dict[str, str]:
    """Which accounts took the place of these, as far as that is known."""
    there = Place(place.tenant_id, place.connection_id, "account")
    known = await records.known(db, there, lost)
    return {key: note.survivor for key, note in known.items() if note.state == "merged" and note.survivor}


async def link(db: AsyncConnection, connection: Connection, place: Place, arrived: Sequence[str]) -> None:
    """Bring to their places the records that waited for those that have arrived."""
    waiting = await records.awaiting(db, place, arrived)
    for name in dict.fromkeys(one.object for one in waiting):
        here = Place(place.tenant_id, place.connection_id, name)
        ours = [one for one in waiting if one.object == name]
        await _finish_merges(db, connection, here, [one for one in ours if one.state == "merged"])
        unlinked = [one for one in ours if one.state != "merged"]
        if name in _LINKS:
            await _linked(db, connection, here, unlinked)
        else:
            await hints.hear(db, here, [one.external_id for one in unlinked])


async def _finish_merges(
    db: AsyncConnection, connection: Connection, place: Place, waiting: Sequence[Awaiting]
) -> None:
    merges = {one.external_id: (one.awaits, one.at) for one in waiting}
    left = await merge(db, connection, place, merges)
    await records.arrived(db, place, [loser for loser in merges if loser not in left])


async def _linked(db: AsyncConnection, connection: Connection, place: Place, waiting: Sequence[Awaiting]) -> None:
    if not waiting:
        return
    kind, field = KINDS[place.object], _LINKS[place.object]
    items = [
        Item(one.external_id, keeping.given(kind, linking(connection.source, one.external_id, field, one.awaits)))
        for one in waiting
    ]
    moment = accounts.arriving(arrived_on=_ALL_ALONG)
    kept = await keeping.keep(db, place.tenant_id, kind, items, moment)
    done = [key for key, (item, outcome) in kept.items() if outcome.refusal is None and not item.without]
    await records.forget(db, place, done)


def linking(source: str, external_id: str, field: str, target: str) -> dict[str, object]:
    """The body that says of a fact nothing but where it belongs."""
    return {"source": source, "external_id": external_id, field: {"source": source, "external_id": target}}


async def unknown(db: AsyncConnection, connection: Connection, name: ObjectName, ids: Sequence[str]) -> list[str]:
    """Those of the CRM's records of which there is neither a fact nor a note that says why."""
    tenant_id = connection.tenant_id
    found = await accounts.ids_by_external(db, tenant_id, KINDS[name], connection.source, ids)
    left = [one for one in ids if one not in found]
    noted = await records.known(db, Place(tenant_id, connection.id, name), left) if left else {}
    return [one for one in left if one not in noted]
