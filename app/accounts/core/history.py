"""When a change holds from, and what past state it leaves behind."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

Columns = Mapping[str, Any]


def midnight(day: date) -> datetime:
    """The first instant of the day (UTC)."""
    return datetime.combine(day, time(), UTC)


def holds_from(now: datetime, arrived_on: date, said: date | None = None) -> datetime:
    """From when a change holds: the day that it says, else its arrival; an older export arrives on its own day."""
    if said is not None:
        return midnight(said)
    return now if now.date() == arrived_on else midnight(arrived_on)


def dated(
    before: Columns | None, after: Columns, since: datetime, *, tracked: Collection[str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The present state with the instant from which it holds, and the past states that the change adds.

    before: the present state so far, None for a new record. after: the state as the change would have it.
    since: the instant from which the change holds. tracked: the columns whose past matters.
    A change dated at or before the beginning of the present state corrects that state and leaves no past.
    """
    if before is None:
        return {**after, "valid_from": since}, []
    changed = any(before[name] != after[name] for name in tracked)
    if not changed or since <= before["valid_from"]:
        return {**after, "valid_from": before["valid_from"]}, []
    return {**after, "valid_from": since}, [{**before, "valid_to": since}]
