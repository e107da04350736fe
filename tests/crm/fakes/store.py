"""The records of a fake CRM as it keeps them itself, and what was done to them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

Action = Literal["created", "changed", "deleted", "restored", "merged", "associated"]


@dataclass
class Record:
    """One record. values: under the vendor's own names."""

    kind: str
    id: str
    values: dict[str, Any]
    created_at: datetime
    modified_at: datetime
    version: int
    gone_at: datetime | None = None
    archived: bool = False
    merged_into: str | None = None
    absorbed: list[str] = field(default_factory=list)
    # The account that belongs to it, where the vendor keeps that beside the record and not in it.
    account: str | None = None

    @property
    def gone(self) -> bool:
        return self.gone_at is not None


@dataclass(frozen=True)
class Change:
    """One thing that was done: what its webhook tells of. values: what it set; previous: what stood there."""

    kind: str
    id: str
    action: Action
    at: datetime
    record: Record
    values: Mapping[str, Any] = field(default_factory=dict)
    previous: Mapping[str, Any] = field(default_factory=dict)
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    by_api: bool = False


class Store:
    """Records by kind and id, in the order of their making."""

    def __init__(self, new_id: Callable[[str, int], str], *, seconds_only: bool) -> None:
        self._new_id = new_id
        self._seconds_only = seconds_only
        self._records: dict[str, dict[str, Record]] = {}
        self._made = 0
        self.version = 0
        self._last = datetime(1970, 1, 1, tzinfo=UTC)
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.changes: list[Change] = []

    def now(self) -> datetime:
        """The time, to the millisecond, and never the same twice."""
        read = self.clock()
        told = max(read.replace(microsecond=read.microsecond // 1000 * 1000), self._last + timedelta(milliseconds=1))
        self._last = told
        return told

    def kept(self, at: datetime) -> datetime:
        """A time as this CRM keeps it."""
        return at.replace(microsecond=0) if self._seconds_only else at

    def all(self, kind: str) -> list[Record]:
        return list(self._records.get(kind, {}).values())

    def alive(self, kind: str) -> list[Record]:
        return [record for record in self.all(kind) if not record.gone]

    def find(self, kind: str, record_id: str) -> Record | None:
        return self._records.get(kind, {}).get(record_id)

    def __getitem__(self, place: tuple[str, str]) -> Record:
        kind, record_id = place
        return self._records[kind][record_id]

    def add(
        self,
        kind: str,
        values: Mapping[str, Any],
        *,
        at: datetime | None = None,
        record_id: str | None = None,
        account: str | None = None,
    ) -> Change:
        at = at or self.now()
        self._made += 1
        made = Record(
            kind,
            record_id or self._new_id(kind, self._made),
            dict(values),
            self.kept(at),
            self.kept(at),
            self._next_version(),
            account=account,
        )
        self._records.setdefault(kind, {})[made.id] = made
        return self._noted(Change(kind, made.id, "created", at, made, dict(values)))

    def change(
        self, kind: str, record_id: str, values: Mapping[str, Any], *, at: datetime | None = None, by_api: bool = False
    ) -> Change:
        record = self[kind, record_id]
        at = at or self.now()
        previous = {name: record.values.get(name) for name in values}
        record.values.update(values)
        self._touch(record, at)
        return self._noted(Change(kind, record_id, "changed", at, record, dict(values), previous, by_api=by_api))

    def link(self, kind: str, record_id: str, account: str | None, *, at: datetime | None = None) -> Change:
        record = self[kind, record_id]
        at = at or self.now()
        previous, record.account = record.account, account
        self._touch(record, at)
        return self._noted(
            Change(kind, record_id, "associated", at, record, {"account": account}, {"account": previous})
        )

    def delete(self, kind: str, record_id: str, *, at: datetime | None = None, archive: bool = False) -> Change:
        """archive: as CRMs do that put a record away without moving the time of its last change."""
        record = self[kind, record_id]
        at = at or self.now()
        record.gone_at = at
        record.archived = archive
        if archive:
            record.version = self._next_version()
        else:
            self._touch(record, at)
        return self._noted(Change(kind, record_id, "deleted", at, record))

    def restore(self, kind: str, record_id: str, *, at: datetime | None = None) -> Change:
        record = self[kind, record_id]
        at = at or self.now()
        record.gone_at, record.archived = None, False
        self._touch(record, at)
        return self._noted(Change(kind, record_id, "restored", at, record))

    def merge(self, kind: str, loser: str, survivor: str, *, at: datetime | None = None, archive: bool) -> list[Change]:
        """The loser is gone, the survivor says whom it took in; who referred to the loser is the dialect's matter."""
        gone, stays = self[kind, loser], self[kind, survivor]
        at = at or self.now()
        gone.gone_at, gone.merged_into, gone.archived = at, survivor, archive
        stays.absorbed += [loser, *gone.absorbed]
        self._touch(gone, at)
        self._touch(stays, at)
        merged = Change(kind, loser, "merged", at, gone, merged_into=survivor, absorbed=(loser,))
        return [self._noted(merged), self._noted(Change(kind, survivor, "changed", at, stays))]

    def _touch(self, record: Record, at: datetime) -> None:
        record.modified_at = self.kept(at)
        record.version = self._next_version()

    def _next_version(self) -> int:
        self.version += 1
        return self.version

    def _noted(self, change: Change) -> Change:
        self.changes.append(change)
        return change


def by_time(records: Iterable[Record]) -> list[Record]:
    """In the order of their last change."""
    return sorted(records, key=lambda record: (record.modified_at, record.id))
