"""Settles hints and their events once it is known what came of the records."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.core import patience
from app.crm.queries import hints as queries
from app.crm.queries import records
from app.crm.queries.hints import Hint, Place
from app.crm.queries.records import Note
from app.crm.service.applying import Came
from app.crm.service.heard import Settled

_STATES: Final[Mapping[str, str]] = {"stale": "stale", "quarantined": "quarantined"}  # all else is done


@dataclass(frozen=True, slots=True)
class Claimed:
    """Hints that are ours for a while, by their records, with the events that told of them and wait."""

    place: Place
    hints: Mapping[str, Hint]
    events: Sequence[RowMapping]
    echoes: frozenset[UUID] = frozenset()  # those of the events that tell of our own writes alone

    def silent(self) -> set[str]:
        """The records of which nothing else was heard: there is nothing to pull."""
        told: dict[str, list[bool]] = {}
        for event in self.events:
            told.setdefault(event["external_id"], []).append(event["id"] in self.echoes)
        return {key for key, ours in told.items() if all(ours) and self.hints[key].heard <= len(ours)}

    def only(self, ids: Sequence[str]) -> "Claimed":
        wanted = set(ids)
        events = [event for event in self.events if event["external_id"] in wanted]
        return Claimed(self.place, {key: self.hints[key] for key in ids}, events, self.echoes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the records that were claimed. settled: events whose end does not follow from their record's."""

    came: Mapping[str, Came] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    settled: Mapping[UUID, Settled] = field(default_factory=dict)


async def settle(db: AsyncConnection, claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    """Write down what came of it; what failed is tried again later, and given up after many tries."""
    place = claimed.place
    given_up = [key for key in outcome.failed if patience.given_up(claimed.hints[key].attempts + 1)]
    over = [hint for key, hint in claimed.hints.items() if key not in outcome.failed or key in given_up]

    events: dict[UUID, Settled] = {}
    for event in claimed.events:
        external_id = event["external_id"]
        if external_id in given_up:
            events[event["id"]] = ("dead", outcome.failed[external_id])
        elif external_id not in outcome.failed:
            events[event["id"]] = outcome.settled.get(event["id"]) or _end(outcome.came.get(external_id))

    await queries.settle_events(db, place.tenant_id, events)
    await queries.settle(db, place, over)
    for external_id, reason in outcome.failed.items():
        if external_id not in given_up:
            hint = claimed.hints[external_id]
            wait = patience.pause(hint.attempts + 1, random.random())  # noqa: S311  # spreads tries; nothing secret
            await queries.postpone(db, place, hint, now + wait, reason)
    await _note_given_up(db, claimed, outcome, given_up)


def _end(came: Came | None) -> Settled:
    return ("done", None) if came is None else (_STATES.get(came.result, "done"), came.reason)


async def _note_given_up(db: AsyncConnection, claimed: Claimed, outcome: Outcome, given_up: Sequence[str]) -> None:
    """A record of which no event told is seen in quarantine, as there is no dead event to be seen."""
    told = {event["external_id"] for event in claimed.events}
    notes = {key: Note("quarantined", reason=outcome.failed[key]) for key in given_up if key not in told}
    await records.keep(db, claimed.place, notes)
