"""Whether a promise is overdue, was kept, and how late it came, as of a day."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment by its days alone.

    accepted_on: None until it is promised. closed_on: withdrawn, declined or missed; `missed` says which.
    """

    due_on: date
    accepted_on: date | None = None
    delivered_on: date | None = None
    closed_on: date | None = None
    missed: bool = False


def overdue(promise: Promise, day: date) -> bool:
    """Whether it is promised, due before `day`, and by the end of that day neither delivered nor closed."""
    promised = promise.accepted_on is not None and promise.accepted_on <= day
    return promised and promise.due_on < day and not _by(promise.delivered_on, day) and not _by(promise.closed_on, day)


def days_late(promise: Promise, day: date) -> int | None:
    """Days from when it was due to its delivery, or to `day` while it is overdue; 0 in time; None: neither."""
    if promise.delivered_on is not None and promise.delivered_on <= day:
        return max((promise.delivered_on - promise.due_on).days, 0)
    return (day - promise.due_on).days if overdue(promise, day) else None


def fell_due_on(promise: Promise, day: date) -> date | None:
    """When it fell due, as of `day`: on its day, or as soon as it was given up; None: it did not.

    What is due on `day` itself has fallen due if it is delivered; else there is still time. What was withdrawn by its
    day never fell due.
    """
    if promise.accepted_on is None or promise.accepted_on > day:
        return None
    if _by(promise.closed_on, day) and promise.closed_on is not None:
        if promise.missed:
            return min(promise.closed_on, promise.due_on)
        if promise.closed_on <= promise.due_on:
            return None
    if promise.due_on < day or (promise.due_on == day and _by(promise.delivered_on, day)):
        return promise.due_on
    return None


def kept(promise: Promise, day: date) -> bool | None:
    """Whether it was delivered on or before its day; None while it has not fallen due as of `day`.

    Source: kept = delivered on or before due / all that fell due.
    """
    if fell_due_on(promise, day) is None:
        return None
    return promise.delivered_on is not None and promise.delivered_on <= min(promise.due_on, day)


def _by(happened_on: date | None, day: date) -> bool:
    return happened_on is not None and happened_on <= day
