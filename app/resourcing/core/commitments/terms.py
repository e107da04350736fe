"""What is asked for, offered and agreed: how much, and by when."""

from dataclasses import dataclass, replace
from datetime import date

from app.kernel.errors import Conflict, FieldProblem, Invalid


class UnusableTerms(Invalid):
    """The terms cannot be right."""


class BeyondCapacity(Conflict):
    """The resource has no room for it in that quarter."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How much, from when on (None: not said), and by when. quantity: above 0, in the resource's unit."""

    quantity: float
    starts_on: date | None
    due_on: date


@dataclass(frozen=True, slots=True)
class Counter:
    """What is offered instead; None: as it was asked for."""

    quantity: float | None
    due_on: date | None


def check_terms(terms: Terms, on: date) -> None:
    """Raise UnusableTerms where it is due before it starts, or before the day on which it is asked for."""
    if terms.due_on < on:
        raise _unusable("/due_on", "before_request", f"must not lie before {on}, when it is asked for")
    if terms.starts_on is not None and terms.starts_on > terms.due_on:
        raise _unusable("/starts_on", "after_due", f"must not lie after {terms.due_on}, when it is due")


def check_counter(terms: Terms, counter: Counter, on: date) -> None:
    """Raise UnusableTerms where a counter-offer is none, or comes due before it starts or is made."""
    if counter.quantity in {None, terms.quantity} and counter.due_on in {None, terms.due_on}:
        raise _unusable("/quantity", "nothing_offered", "offer another quantity or day; else accept or decline")
    check_terms(agreed(terms, counter), on)


def agreed(terms: Terms, counter: Counter | None) -> Terms:
    """The terms that hold once they are accepted: as asked for, but for what a counter-offer says otherwise."""
    if counter is None:
        return terms
    quantity = terms.quantity if counter.quantity is None else counter.quantity
    return replace(terms, quantity=quantity, due_on=counter.due_on or terms.due_on)


def goes_beyond(capacity: float | None, taken: float, quantity: float) -> bool:
    """Whether a quantity finds no room beside what is taken of a capacity; None: there is no limit.

    All in the resource's unit, not negative; a billionth more than there is counts as room, since sums of decimals are
    not exact.
    """
    return capacity is not None and taken + quantity > capacity + 1e-9 * max(1.0, capacity)


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter of a day."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def next_quarter(quarter: date) -> date:
    """The first day of the quarter after the one that begins on `quarter`."""
    return date(quarter.year + 1, 1, 1) if quarter.month == 10 else date(quarter.year, quarter.month + 3, 1)


def _unusable(pointer: str, code: str, message: str) -> UnusableTerms:
    return UnusableTerms(f"{pointer} {message}", errors=[FieldProblem(pointer, code, message)])
