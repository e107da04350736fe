"""Applies what a CRM tells of records: facts are saved, the gone are buried, the merged forwarded, the rest noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.crm.core import verdicts
from app.crm.core.connection import Connection
from app.crm.core.mapping import Mapped
from app.crm.core.plain_rows import PlainRows
from app.crm.core.spec import ObjectName
from app.crm.core.verdicts import NOT_FOUND, Batch, Grave, Known, Plan, halves
from app.crm.queries import hints, records
from app.crm.queries.hints import Place
from app.crm.queries.records import Note
from app.crm.service import keeping, merging, observing
from app.crm.service.keeping import KINDS, Item
from app.infra import logs
from app.infra.faults import database_refusal
from app.infra.records.kind import Moment, Outcome
from app.infra.records.wire import ExternalRef
from app.kernel.errors import Refusal, Unavailable

Result = Literal["created", "updated", "unchanged", "stale", "gone", "merged", "unlinked", "quarantined"]
CHANGING = frozenset({"created", "updated", "gone", "merged"})


class Came(NamedTuple):
    """What came of a record. `unlinked`: nothing could be kept of it until the account that it belongs to is known."""

    result: Result
    reason: str | None = None
    modified_at: datetime | None = None


@dataclass(slots=True)
class _Work:
    """One batch on its way into the database."""

    db: AsyncConnection
    connection: Connection
    place: Place
    moment: Moment
    plan: Plan
    known: Mapping[str, Note]
    came: dict[str, Came] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)

    def settle(self, external_id: str, came: Came, note: Note | None = None) -> None:
        self.came[external_id] = came
        if note is not None:
            self.notes[external_id] = note

    def quarantine(self, external_id: str, came: Came, errors: Sequence[Mapping[str, str]]) -> None:
        """A tombstone stays: that a record cannot be read does not bring it back."""
        known = self.known.get(external_id)
        buried = known is not None and known.state in {"gone", "merged"}
        note = Note(came.result, at=came.modified_at, reason=came.reason, errors=errors)
        self.settle(external_id, came, None if buried else note)


async def apply(db: AsyncConnection, connection: Connection, name: ObjectName, batch: Batch) -> dict[str, Came]:
    """Apply a batch in the open transaction; what came of each record by its external id. May be said twice."""
    place = Place(connection.tenant_id, connection.id, name)
    moment = accounts.arriving()
    known = await records.known(db, place, sorted(batch.ids()))
    batch, taken_in = await _arrive(db, place, batch, known, moment)
    plan = verdicts.planned(batch, {key: _known(note) for key, note in known.items()}, moment.now)
    work = _Work(db, connection, place, moment, plan, known)

    await _save(work)
    await _bury(work)
    await _merge(work)
    _leave(work)

    await _note(work)
    work.came |= {key: Came("created", None, at) for key, at in zip(taken_in.ids, taken_in.modified_at, strict=True)}
    await _link(work, taken_in.ids)
    return work.came


async def apply_each(db: AsyncConnection, connection: Connection, name: ObjectName, batch: Batch) -> dict[str, Came]:
    """Apply a batch in the open transaction; a record that breaks the work is found by halving, and stands alone."""
    try:
        async with db.begin_nested():
            return await apply(db, connection, name, batch)
    except Exception as error:  # the edge of a record: whatever it does, it must not hold up the others
        if isinstance(database_refusal(error), Unavailable):
            raise
        parts = halves(batch)
        if parts is None:
            structlog.get_logger().warning("crm_record_failed", **logs.explanation(error))
            return await _unforeseen(db, Place(connection.tenant_id, connection.id, name), batch, error)
    return {key: came for part in parts for key, came in (await apply_each(db, connection, name, part)).items()}


async def _unforeseen(db: AsyncConnection, place: Place, batch: Batch, error: Exception) -> dict[str, Came]:
    reason = f"unforeseen: {type(error).__name__}"
    ids = [key for key in batch.ids() if key]
    await records.keep(db, place, {key: Note("quarantined", reason=reason) for key in ids})
    return {key: Came("quarantined", reason) for key in ids}


async def _arrive(
    db: AsyncConnection, place: Place, batch: Batch, known: Mapping[str, Note], moment: Moment
) -> tuple[Batch, PlainRows]:
    """Take in the plain records that nobody knew as a whole; the batch with the others one by one, and those."""
    nobody = PlainRows(place.object, (), (), {})
    plain = batch.plain or nobody
    others = {*replace(batch, plain=None).ids(), *known}
    if KINDS[place.object].arrive is None or len(set(plain.ids)) < len(plain):
        return batch.spread(), nobody
    aside, plain = (nobody, plain) if others.isdisjoint(plain.ids) else plain.split(others)
    left = await keeping.keep_plain(db, place.tenant_id, KINDS[place.object], plain, moment)
    alone = plain.only(left).records() if left else []
    rest = replace(batch, understood=[*aside.records(), *alone, *batch.understood], plain=None)
    return rest, plain.without(left)


def _known(note: Note) -> Known:
    return Known(note.state, note.at, note.survivor, note.reason)


async def _save(work: _Work) -> None:
    kind = KINDS[work.place.object]
    items = []
    for external_id, record in work.plan.save.items():
        try:
            told = _revived(work, record) if external_id in work.plan.revive else record
            items.append(Item(external_id, keeping.columns_of(kind, told, work.connection.source)))
        except Refusal as refusal:
            _quarantine(work, external_id, refusal, record.modified_at)
    kept = await keeping.keep(work.db, work.place.tenant_id, kind, items, work.moment) if items else {}
    kept |= await _forwarded(work, [item for item, _ in kept.values()])
    for external_id, (item, outcome) in kept.items():
        _saved(work, work.plan.save[external_id], item, outcome)
    await _observe(work)


def _revived(work: _Work, record: Mapped) -> Mapped:
    """One that was brought back without being changed says no time: that would be from before."""
    at, before = record.modified_at, work.known.get(record.external_id)
    if before is None or (at is not None and before.at is not None and at > before.at):
        return record
    body, columns = (_timeless(one) for one in (record.body, record.columns))
    return record._replace(body=body or {}, columns=columns)


def _timeless(told: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if told is None else {name: value for name, value in told.items() if name != "source_modified_at"}


async def _forwarded(work: _Work, items: Sequence[Item]) -> dict[str, tuple[Item, Outcome]]:
    """Those that name an account that was merged before it was ever seen here belong to its survivor."""
    awaiting = {item.external_id: (item, awaits) for item in items if item.without and (awaits := _awaited(item))}
    if not awaiting:
        return {}
    survivors = await merging.survivors(work.db, work.place, sorted({awaits for _, awaits in awaiting.values()}))
    again = []
    for item, awaits in awaiting.values():
        if awaits in survivors:
            name = "account" if "account" in item.without else "parent"
            reference = ExternalRef(source=work.connection.source, external_id=survivors[awaits])
            again.append(Item(item.external_id, {**item.given, name: reference}))
    return await keeping.keep(work.db, work.place.tenant_id, KINDS[work.place.object], again, work.moment)


def _saved(work: _Work, record: Mapped, item: Item, outcome: Outcome) -> None:
    external_id, awaits = item.external_id, _awaited(item) if item.without else None
    if outcome.result == "refused":
        assert outcome.refusal is not None
        if work.place.object == "contact" and (awaits or record.told.get("account") is None):
            left = Note("unlinked", awaits=awaits, reason="it belongs to no account that is known")
            work.settle(external_id, Came("unlinked", left.reason, record.modified_at), left)
        else:
            _quarantine(work, external_id, outcome.refusal, record.modified_at)
        return
    if outcome.id is not None:
        work.ids[external_id] = outcome.id
    note = Note("unlinked", awaits=awaits, reason="it belongs to an account that is not known") if awaits else None
    work.settle(external_id, Came(outcome.result, None, record.modified_at), note)


def _awaited(item: Item) -> str | None:
    """The account that would have to be known for the fact to be whole."""
    reference = item.without.get("account") or item.without.get("parent")
    return reference.external_id if isinstance(reference, ExternalRef) else None


def _quarantine(work: _Work, external_id: str, refusal: Refusal, modified_at: datetime | None) -> None:
    reason, errors = keeping.reason_of(refusal)
    work.quarantine(external_id, Came("quarantined", reason, modified_at), errors)


async def _observe(work: _Work) -> None:
    kept = [
        (record, work.ids[key])
        for key, record in work.plan.save.items()
        if record.metrics and key in work.ids and work.came[key].result != "stale"
    ]
    await observing.observe(work.db, work.place.tenant_id, work.connection.source, kept, work.moment)


async def _bury(work: _Work) -> None:
    if not work.plan.bury:
        return
    facts = await merging.facts(work.db, work.place, work.connection.source, list(work.plan.bury))
    for external_id, grave in work.plan.bury.items():
        fact = facts.get(external_id)
        if grave.told and fact is not None and fact.modified_at is not None and fact.modified_at > grave.at:
            work.settle(external_id, Came("stale", "it was changed after that", grave.at))
            continue
        _tombstone(work, external_id, grave, there=fact is not None and not fact.removed)
    gone = {
        facts[key].id: grave.at if grave.told else None
        for key, grave in work.plan.bury.items()
        if key in facts and work.came[key].result == "gone"
    }
    await merging.remove(work.db, work.place, gone, work.moment)


def _tombstone(work: _Work, external_id: str, grave: Grave, *, there: bool) -> None:
    before = work.known.get(external_id)
    known = before is not None and before.state == "gone"
    if known and not there:
        at = max(filter(None, (before.at if before else None, grave.at)))
        came = Came("unchanged")
    else:
        at, came = grave.at, Came("gone", None, grave.at if grave.told else None)
    work.settle(external_id, came, Note("gone", at=at, reason="deleted" if grave.told else NOT_FOUND))


async def _merge(work: _Work) -> None:
    fresh = {
        loser: (survivor, at)
        for loser, (survivor, at) in work.plan.merge.items()
        if not (loser in work.known and work.known[loser].state == "merged" and not work.known[loser].awaits)
    }
    for loser in work.plan.merge.keys() - fresh.keys():
        work.came.setdefault(loser, Came("unchanged"))
    unknown = await merging.merge(work.db, work.connection, work.place, fresh)
    for loser, (survivor, at) in fresh.items():
        awaits = survivor if loser in unknown else None
        note = Note("merged", at=at, survivor=survivor, awaits=awaits)
        work.settle(loser, Came("merged", f"into {survivor}", at), note)
    await hints.hear(work.db, work.place, [fresh[loser][0] for loser in unknown])


def _leave(work: _Work) -> None:
    for external_id, reason in work.plan.left.items():
        work.settle(external_id, Came("stale", reason))
    for external_id, refused in work.plan.refused.items():
        alone = work.place.object == "contact" and {one.pointer for one in refused.errors} == {"/account"}
        came = Came("unlinked" if alone else "quarantined", refused.reason)
        work.quarantine(external_id, came, keeping.told(refused.errors))


async def _note(work: _Work) -> None:
    """Keep what is to be known of the records, and forget what is no longer so."""
    over = [key for key in work.plan.save if key in work.known and key not in work.notes and not _stale(work, key)]
    changed = {key: note for key, note in work.notes.items() if work.known.get(key) != note}
    await records.forget(work.db, work.place, over)
    await records.keep(work.db, work.place, changed)


def _stale(work: _Work, external_id: str) -> bool:
    return work.came[external_id].result == "stale"


async def _link(work: _Work, taken_in: Sequence[str]) -> None:
    """What waited for one of these records goes to its place."""
    arrived = [*taken_in]
    arrived += [key for key, came in work.came.items() if came.result in {"created", "updated"} and key in work.ids]
    if arrived and work.place.object in {"account", "contact", "opportunity"}:
        await merging.link(work.db, work.connection, work.place, arrived)


def counted(came: Mapping[str, Came]) -> dict[str, int]:
    """How many records came to what."""
    counts: dict[str, int] = {}
    for one in came.values():
        counts[one.result] = counts.get(one.result, 0) + 1
    return counts
