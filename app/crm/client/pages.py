"""Reads a CRM's records page by page, however it pages, and knows when that leads nowhere."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.crm.client.failures import CrmLies, DeltaExpired
from app.crm.client.line import Line, Said
from app.crm.core import paging, templates
from app.crm.core.paging import Page, Position
from app.crm.core.paths import Unreadable, at, read
from app.crm.core.spec import Association, Call, Json, ObjectRules

_OF_IDS = frozenset({"ids", "ids_quoted", "id_objects"})


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page of records, as the CRM tells them, with what belongs to them.

    resume: from where `pages` goes on after this page, today or another day; None if it was the last one. delta: on
    the last page, from where to hear what has changed since; None where the CRM does not tell.
    """

    records: list[Json] = field(repr=False)
    resume: Json | None
    delta: str | None


async def walked(
    line: Line, rules: ObjectRules, call: Call, start: Position, variables: Mapping[str, Json]
) -> AsyncIterator[PageRead]:
    """The pages of a call from `start` on; raises CrmLies where they lead in circles or to another host."""
    track = paging.Track()
    position: Position | None = start
    while position is not None:
        try:
            track.came_to(position)
            asking = call.ties if position.tying and call.ties else call
            said = await line.read(asking, {**variables, **position.variables(asking)}, position.address)
            page = _page(rules, call, said.json, records_in(asking, said.json))
            track.saw(page, repeats=call.paging.kind == "keyset")
            base_url = await line.base_url()
            following = paging.following(call, position, page, base_url=base_url, address=said.address)
            delta = _delta(call, said, base_url) if following is None else None
        except (paging.Loops, paging.Elsewhere) as error:
            raise CrmLies(str(error)) from error
        records = await _associated(line, rules, list(page.records))
        yield PageRead(records, following.as_json() if following else None, delta)
        position = following


def _delta(call: Call, said: Said, base_url: str) -> str | None:
    link = at(said.json, call.paging.delta) if call.paging.delta else None
    return paging.on_host(base_url, link, said.address) if link else None


def beginning(call: Call, since: datetime | None, resume: Json | None, delta: str | None, base_url: str) -> Position:
    """Where reading begins: where it was left, else at a delta, else at the first page."""
    if resume is not None:
        return paging.from_json(resume)
    if delta is not None:
        try:
            return Position(address=paging.on_host(base_url, delta))
        except paging.Elsewhere as error:
            raise DeltaExpired("the connection has moved to another host since") from error
    return paging.beginning(call, since)


def _page(rules: ObjectRules, call: Call, answer: Json, records: Sequence[Json]) -> Page:
    """The page, with the id, and where the call needs it the instant, of its last record that tells them."""
    if call.paging.kind != "keyset":
        return Page(answer, records)
    for record in reversed(records):
        record_id, changed_at = identity(rules, record), _changed_at(rules, record)
        if record_id is not None and (changed_at is not None or not paging.needs_time(call)):
            return Page(answer, records, changed_at, record_id)
    return Page(answer, records)


def _changed_at(rules: ObjectRules, record: Json) -> datetime | None:
    try:
        found: datetime | None = read(rules.modified, record) if rules.modified else None
    except Unreadable:
        return None
    return found


def identity(rules: ObjectRules, record: Json) -> str | None:
    """The id of a record; None if it has none that can be read."""
    try:
        found = read(rules.id, record)
    except Unreadable:
        return None
    return None if found is None else str(found)


def records_in(call: Call, said: Json) -> list[Json]:
    """The records of an answer; raises CrmLies where they are not where they should be."""
    found = at(said, call.items)
    if found is None:
        return _no_records(call, said)
    records = found if isinstance(found, list) else [found]
    if not all(isinstance(each, Mapping) for each in records):
        raise CrmLies("its answer holds something else where records should be")
    return records


def _no_records(call: Call, said: Json) -> list[Json]:
    """None, if that is what was said, and not something else."""
    heads = {choice.partition(".")[0] for choice in call.items.split("|")} | {call.items}
    if said is None or not call.items or (isinstance(said, Mapping) and heads & said.keys()):
        return []
    raise CrmLies("its answer holds no records where they should be")


async def _associated(line: Line, rules: ObjectRules, records: list[Json]) -> list[Json]:
    """The records with what further calls tell of them, under the names that the connector gives."""
    for name, association in rules.with_.items() if records else ():
        ids = [_asked_of(rules, association, record) for record in records]
        told = await _told(line, association, [each for each in ids if each])
        records = [_with(record, name, told.get(each)) for record, each in zip(records, ids, strict=True)]
    return records


def _asked_of(rules: ObjectRules, association: Association, record: Json) -> str:
    """The id that the association is asked of."""
    found = at(record, association.by) if association.by else identity(rules, record)
    return "" if found is None else str(found)


def _with(record: dict[str, Any], name: str, value: Json) -> Json:
    return record if value is None else {**record, name: value}


async def _told(line: Line, association: Association, ids: list[str]) -> dict[str, Json]:
    """Of each id what an association says first; ids of which it says nothing are not in it."""
    asked = templates.names_in([association.call.path, association.call.query, association.call.body])
    if not asked & _OF_IDS:  # it tells all there is, whoever asks
        if association.call.path not in line.told:
            line.told[association.call.path] = await _told_at_once(line, association, [])
        return line.told[association.call.path]
    told: dict[str, Json] = {}
    for some in chunks(ids, association.call.size):
        told |= await _told_at_once(line, association, some)
    return told


async def _told_at_once(line: Line, association: Association, ids: list[str]) -> dict[str, Json]:
    said = await line.read(association.call, templates.of_ids(ids))
    told: dict[str, Json] = {}
    for each in records_in(association.call, said.json):
        of, value = at(each, association.of), at(each, association.value)
        if of is not None and value is not None:
            told.setdefault(str(of), value)
    return told


def chunks(values: Sequence[str], size: int) -> list[list[str]]:
    """The values without repetition, in groups of at most `size`."""
    once = list(dict.fromkeys(values))
    return [once[start : start + size] for start in range(0, len(once), max(size, 1))]
