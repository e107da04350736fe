"""Decides what becomes of records as a CRM tells of them: kept, buried, merged, or left because we know better."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.crm.core.mapping import Mapped, Unmappable
from app.crm.core.plain_rows import PlainRows

CLOCK_TOLERANCE = timedelta(minutes=5)
NOT_FOUND = "not_found"  # the reason of a tombstone that no CRM dated: asked for, the record was not there
_SHORT_ID, _LONG_ID = 15, 18


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a record beyond its fact: `state` as in `crm_records`, and since when."""

    state: str
    at: datetime | None = None
    survivor: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one object as they were understood, and what else was learnt of them.

    fetched_at: when the CRM was asked. gone: the ids that it does not know any more, and when they went, if it said so.
    forwards: id -> the id of the record that it was merged into. restored: id -> when it was brought back. plain: those
    records that were read as a whole; they are not among the others.
    """

    understood: Sequence[Mapped | Unmappable]
    fetched_at: datetime
    gone: Mapping[str, datetime | None] = field(default_factory=dict)
    forwards: Mapping[str, str] = field(default_factory=dict)
    restored: Mapping[str, datetime] = field(default_factory=dict)
    plain: PlainRows | None = None

    def __len__(self) -> int:
        return len(self.understood) + len(self.gone) + len(self.forwards) + len(self.plain or ())

    def spread(self) -> "Batch":
        """The same, with each of the plain records by itself."""
        if self.plain is None:
            return self
        return replace(self, understood=[*self.plain.records(), *self.understood], plain=None)

    def ids(self) -> set[str]:
        """Every record that the batch tells of."""
        ids = {*self.gone, *self.forwards, *(one.external_id for one in self.understood if one.external_id)}
        ids.update(*(one.absorbed for one in self.understood if isinstance(one, Mapped) and one.absorbed))
        return ids.union(self.plain.ids) if self.plain is not None else ids

    @property
    def latest(self) -> datetime | None:
        """The latest change that it tells of."""
        told = [one.modified_at for one in self.understood if isinstance(one, Mapped)]
        told += self.plain.modified_at if self.plain is not None else ()
        return max(filter(None, told), default=None)


def halves(batch: Batch) -> tuple[Batch, Batch] | None:
    """The batch in two parts; None if it holds one thing only."""
    if len(batch) <= 1:
        return None
    batch = batch.spread()
    counts = (len(batch.understood) // 2, len(batch.gone) // 2, len(batch.forwards) // 2)
    if not any(counts):  # one of several kinds each
        counts = (len(batch.understood), 0, 0) if batch.understood else (0, len(batch.gone), 0)
    records, gone, forwards = list(batch.understood), list(batch.gone.items()), list(batch.forwards.items())
    first, second = (
        replace(batch, understood=some, gone=dict(lost), forwards=dict(led))
        for some, lost, led in (
            (records[: counts[0]], gone[: counts[1]], forwards[: counts[2]]),
            (records[counts[0] :], gone[counts[1] :], forwards[counts[2] :]),
        )
    )
    return first, second


@dataclass(frozen=True, slots=True)
class Grave:
    """When a record went: as its source says, else as it was found; `told` tells which."""

    at: datetime
    told: bool


@dataclass(slots=True)
class Plan:
    """What is to be done with each record, by its external id. A record stands in one place only, but `merge`."""

    save: dict[str, Mapped] = field(default_factory=dict)
    revive: set[str] = field(default_factory=set)  # of those to be saved
    bury: dict[str, Grave] = field(default_factory=dict)
    merge: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # loser -> survivor, and when
    left: dict[str, str] = field(default_factory=dict)  # why
    refused: dict[str, Unmappable] = field(default_factory=dict)


def clamped(at: datetime | None, now: datetime) -> datetime | None:
    """An instant of the CRM's clock; one that lies ahead is taken for five minutes from now at most."""
    return None if at is None else min(at, now + CLOCK_TOLERANCE)


def planned(batch: Batch, known: Mapping[str, Known], now: datetime) -> Plan:
    """What is to be done with a batch, given what is known of its records.

    Of several states of one record the latest counts (of equals, the last). Deterministic; refuses nothing.
    """
    plan = Plan()
    for number, one in enumerate(batch.understood):
        if isinstance(one, Unmappable):
            plan.refused[one.external_id or f"?{number}"] = one
    for record in newest(one for one in batch.understood if isinstance(one, Mapped)):
        _place(plan, record, batch, known.get(record.external_id), now)
    for external_id, at in batch.gone.items():
        _bury(plan, external_id, Grave(clamped(at, now) or batch.fetched_at, told=at is not None), known)
    for loser, survivor in batch.forwards.items():
        _merge(plan, loser, survivor, batch.fetched_at, known)
    for loser in plan.merge:  # whatever else is told of it, its survivor stands for it
        for place in (plan.save, plan.bury, plan.left):
            place.pop(loser, None)
        plan.revive.discard(loser)
    return plan


def newest(records: Iterable[Mapped]) -> list[Mapped]:
    """Each record once, as it was changed last; one without an instant counts as the latest."""
    kept: dict[str, Mapped] = {}
    for record in records:
        before = kept.get(record.external_id)
        if before is None or not _older(record.modified_at, before.modified_at):
            kept[record.external_id] = record
    return list(kept.values())


def _older(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


def _place(plan: Plan, record: Mapped, batch: Batch, known: Known | None, now: datetime) -> None:
    modified_at = clamped(record.modified_at, now)
    external_id = record.external_id
    if record.merged_into and not same_record(record.merged_into, external_id):
        plan.merge[external_id] = (record.merged_into, modified_at or batch.fetched_at)
        return
    if record.gone:
        plan.bury[external_id] = Grave(modified_at or batch.fetched_at, told=modified_at is not None)
        return
    if known is not None and known.state == "merged":
        plan.left[external_id] = f"it was merged into {known.survivor}"
        return
    if known is not None and known.state == "gone":
        if not alive_again(known, modified_at, batch.fetched_at, batch.restored.get(external_id)):
            plan.left[external_id] = "it was deleted later than that"
            return
        plan.revive.add(external_id)
    plan.save[external_id] = record
    for loser in record.absorbed:
        if not same_record(loser, external_id):
            plan.merge[loser] = (external_id, modified_at or batch.fetched_at)


def alive_again(known: Known, modified_at: datetime | None, fetched_at: datetime, restored_at: datetime | None) -> bool:
    """Whether a record that was gone is there again, as it was seen.

    If it was merely not found, seeing it afterwards is enough. If its deletion was dated, it must have been changed, or
    brought back, after that: a late message from before the deletion revives nothing.
    """
    if known.at is None:
        return True
    if known.reason == NOT_FOUND:
        return fetched_at > known.at
    return any(at is not None and at > known.at for at in (modified_at, restored_at))


def _bury(plan: Plan, external_id: str, grave: Grave, known: Mapping[str, Known]) -> None:
    before = known.get(external_id)
    if before is not None and before.state == "merged":
        plan.left[external_id] = f"it was merged into {before.survivor}"
    elif external_id not in plan.save:
        plan.bury[external_id] = grave


def _merge(plan: Plan, loser: str, survivor: str, at: datetime, known: Mapping[str, Known]) -> None:
    if same_record(loser, survivor) or loser in plan.merge:
        return
    before = known.get(loser)
    plan.merge[loser] = (survivor, at if before is None or before.at is None else before.at)


def same_record(one: str, other: str) -> bool:
    """Whether two ids are one record's: Salesforce writes its ids in 15 characters, or in 18 that begin with those."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) == _SHORT_ID and len(long) == _LONG_ID and long.startswith(short))
