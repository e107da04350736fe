"""What the simulator hands out: facts as the wire has them, and the hidden truth beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from app.demo.core.trajectories import Cause, Habit, Story, Trajectory

if TYPE_CHECKING:
    from app.demo.core.partnerships import Partnership

SOURCE = "simulator"
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Truth:
    """What the facts of one account come from; never among the facts themselves.

    turned_on: the day on which the cause acted; felt_on: from when revenue follows it. None where nothing turned.
    parted_on: the day in the last weeks on which who stood by us left, None where nobody did; nothing has followed yet.
    plan: how its account plan is kept.
    """

    story: Story
    cause: Cause
    turned_on: date | None
    felt_on: date | None
    trajectory: Trajectory
    parted_on: date | None = None
    plan: Habit = "none"


@dataclass(frozen=True, slots=True)
class Program:
    """Account plans with all that belongs to them, what was said of whitespace, and assessments.

    support: what was given, promised and in the way, by the tables that hold it. partnerships: what was agreed with
    customers, a step at a time. standings: who was selected, and where accounts stand; retierings: what became of those
    that were, holds: from whom nothing might be taken meanwhile; stated: what is said of the program as a
    whole; by their tables, too.
    """

    plans: Sequence[Body]
    statements: Sequence[Body]
    assessments: Sequence[Body]
    support: Mapping[str, Sequence[Body]]
    partnerships: "Sequence[Partnership]"
    standings: Mapping[str, Sequence[Body]]
    retierings: Mapping[str, Sequence[Body]]
    holds: Mapping[str, Sequence[Body]]
    stated: Mapping[str, Sequence[Body]]


@dataclass(frozen=True, slots=True)
class World:
    """A supplier's three years.

    facts: bodies by the kind's plural, kinds and bodies in the order in which they can be saved; a record that changes
    over time comes again, later in its list, with `effective_on`. truth: by the account's external id.
    program: what the supplier's own people did about its accounts, dated; where a body names a record there stands the
    record's identity.
    """

    starts_on: date
    ends_on: date
    facts: Mapping[str, Sequence[Body]]
    program: Program
    truth: Mapping[str, Truth]


def identity(external_id: str) -> Body:
    """The fields by which a simulated record is known."""
    return {"source": SOURCE, "external_id": external_id}


def told(**fields: object) -> Body:
    """A body of what is known: a field without a value is left out."""
    return {name: value for name, value in fields.items() if value is not None}


def batches(bodies: Sequence[Body], largest: int = 1000) -> Iterator[Sequence[Body]]:
    """The bodies in order, cut where a batch is full and before a record comes again."""
    begun, seen = 0, set[str]()
    for place, body in enumerate(bodies):
        if place - begun == largest or body["external_id"] in seen:
            yield bodies[begun:place]
            begun, seen = place, set()
        seen.add(body["external_id"])
    if begun < len(bodies):
        yield bodies[begun:]
