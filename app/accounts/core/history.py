"""When a change holds from, what past state it leaves behind, and when a record is gone."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

Columns = Mapping[str, Any]

CLOCK_TOLERANCE = timedelta(minutes=5)
NEVER = datetime.max.replace(tzinfo=UTC)  # asyncpg writes and reads it as infinity


@lru_cache(maxsize=4096)
def midnight(day: date) -> datetime:
    """The first instant of the day (UTC)."""
    return datetime.combine(day, time(), UTC)


def holds_from(now: datetime, arrived_on: date, said: date | None = None) -> datetime:
    """From when a change holds: the day that it says, else its arrival; an older export arrives on its own day."""
    if said is not None:
        return midnight(said)
    return now if now.date() == arrived_on else midnight(arrived_on)


def told_at(told: datetime | None, now: datetime) -> datetime | None:
    """When a source says that it changed a record; a source whose clock runs ahead is believed five minutes at most."""
    return None if told is None else min(told, now + CLOCK_TOLERANCE)


def outdated(before: Columns | None, told: datetime | None) -> bool:
    """Whether a change that its source made at `told` is older than what is known of the record.

    before: the present row, None for a new record; `source_modified_at` and `removed_at` count. A removed record comes
    back only by a change after its removal: what was sent before it, and arrives late, must not revive the record. A
    change of which no time is told is always news. A merged record is never changed: its survivor stands for it.
    """
    if before is None:
        return False
    if before.get("merged_into_id") is not None:
        return True
    if told is None:
        return False
    known, removed = before["source_modified_at"], before.get("removed_at")
    return (known is not None and told < known) or (removed is not None and told <= removed)


def dated(
    before: Columns | None, after: Columns, since: datetime, *, tracked: Collection[str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The present state with the instant from which it holds, and the past states that the change adds.

    before: the present state so far, None for a new record. after: the state as the change would have it.
    since: the instant from which the change holds. tracked: the columns whose past matters.
    A change dated at or before the beginning of the present state corrects that state and leaves no past. A record that
    had been removed is back from `since` on, and was gone in between.
    """
    if before is None:
        return {**after, "valid_from": since}, []
    if before.get("removed_at") is not None:
        return back(before, after, since), []
    changed = any(before[name] != after[name] for name in tracked)
    if not changed or since <= before["valid_from"]:
        return {**after, "valid_from": before["valid_from"]}, []
    return {**after, "valid_from": since}, [{**before, "valid_to": since}]


def back(before: Columns, after: Columns, since: datetime) -> dict[str, Any]:
    """The present state of a record that was removed and is there again; never from before it was gone."""
    return {**after, "removed_at": None, "valid_from": max(since, before["removed_at"])}


def gone(before: Columns, told: datetime | None, now: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """A removed record's row, and the past state that its present one becomes; None if nothing is to be done.

    before: the present row. told: when its source removed it, None if it does not say: then it is gone from `now` on,
    whatever is known, since it was found missing. Until that instant the state held, so that what was computed as of
    an earlier day comes out the same; from it on there is none. A removal older than the latest change is none. One
    that is told of a record that is gone already says that it was there again in between; that is not known to us, but
    what was changed before this removal must not bring it back. A state that ends before it began leaves nothing.
    The row of a removed record holds from NEVER: so whoever asks for the states of a day need not know of removal.
    """
    known, removed = before["source_modified_at"], before["removed_at"]
    at = told_at(told, now)
    if at is None:
        at = now if known is None else max(now, known)
    elif known is not None and at < known:
        return None
    row = {**before, "removed_at": at, "valid_from": NEVER}
    if removed is not None:
        return (row, []) if told is not None and at > removed else None
    return row, [{**before, "valid_to": at}] if before["valid_from"] < at else []
