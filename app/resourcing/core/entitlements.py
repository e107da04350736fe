"""What an account is entitled to of a resource, and how a new word on it takes the place of the one that held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

Basis = Literal["tier", "level", "agreement", "exception"]
EXCEPTION: Final = "exception"


@dataclass(frozen=True, slots=True)
class Grant:
    """So much of a resource per quarter; `until_on` is no longer included, None: until further notice.

    basis_name: the tier or partnership level that it comes with. Of quantity 0: nothing from then on.
    """

    resource_id: UUID
    quantity: float
    basis: Basis
    basis_name: str | None = None
    calibration_id: UUID | None = None
    reason: str | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A grant as it stands on record, with the day from which it holds."""

    id: UUID
    grant: Grant
    from_on: date

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.from_on <= on and (self.grant.until_on is None or on < self.grant.until_on)


@dataclass(frozen=True, slots=True)
class Opened:
    """A grant to be put on record, and until when it holds; None: until further notice."""

    grant: Grant
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Replacement:
    """Which statements end with a day, and which grants hold from it on."""

    ended: Sequence[UUID]
    opened: Sequence[Opened]


def entitled(grants: Iterable[Grant]) -> float:
    """What grants of one resource come to per quarter: the greatest that a tier or an agreement gives, and exceptions.

    Exceptions come on top of it. Without grants 0. The order is of no account.
    """
    greatest, on_top = 0.0, 0.0
    for grant in grants:
        if grant.basis == EXCEPTION:
            on_top += grant.quantity
        else:
            greatest = max(greatest, grant.quantity)
    return greatest + on_top


def replaced(held: Sequence[Statement], grants: Sequence[Grant], on: date) -> Replacement:
    """What changes when `grants` take the place of the statements `held`, of one account, from a day on.

    held: those of the bases (of exceptions: also of the resources) that are spoken of, later ones included. Where
    exactly the same held on the day already nothing changes. What was put on record for a later day stays: what is
    brought in behind it holds until then. Grants of quantity 0 open nothing.
    """
    standing = [statement for statement in held if statement.holds(on)]
    wanted = [grant for grant in grants if grant.quantity > 0]
    if _same([statement.grant for statement in standing], wanted):
        return Replacement([], [])
    next_on = min((statement.from_on for statement in held if statement.from_on > on), default=None)
    return Replacement(
        [statement.id for statement in standing],
        [Opened(grant, _earlier(grant.until_on, next_on)) for grant in wanted],
    )


def _same(held: Sequence[Grant], wanted: Sequence[Grant]) -> bool:
    return len(held) == len(wanted) and set(held) == set(wanted)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
