"""Carries out syncs page by page: each page's facts and the place to go on are kept together, whatever happens next."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.crm.client.failures import CrmBusy, CrmDown, CrmLies, CrmRefuses, DeltaExpired
from app.crm.client.reach import Reach
from app.crm.core.connection import Connection
from app.crm.core.course import OVERLAP, Course, course_from, mark_after, steps_of
from app.crm.core.mapping import Mapped, Unmappable
from app.crm.core.spec import ObjectName
from app.crm.core.verdicts import Batch, clamped
from app.crm.queries import marks
from app.crm.queries import syncs as queries
from app.crm.queries.hints import Place
from app.crm.queries.marks import Mark
from app.crm.service import applying, connections, drifting, pulling, resting, starting, understanding, verifying
from app.crm.service.applying import Came
from app.crm.service.pulling import Line
from app.crm.service.racing import surely
from app.crm.service.turning import Page, ahead
from app.crm.service.verifying import Way
from app.jobs.service import JobContext, Later, TakenOver
from app.kernel.ids import ConnectionId, SyncId

# After so long others have their turn; the sync goes on behind them.
SLICE_SECONDS: Final = 20.0
MAX_FAILURES: Final = 60  # in a row: at five minutes each, five hours


@dataclass(slots=True)
class _State:
    """What is kept of a sync after each page."""

    course: Course
    version: int
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    missed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def read(self) -> int:
        return sum(each.get("read", 0) for each in self.counts.values())

    def count(self, name: ObjectName, what: str, number: int) -> None:
        counts = self.counts.setdefault(name, {})
        counts[what] = counts.get(what, 0) + number


Change = Callable[[AsyncConnection, _State], Awaitable[None]]


@dataclass(slots=True)
class _Sync:
    """A sync at work. known: the marks as it began; made_at: when the connection was made."""

    context: JobContext
    reach: Reach
    line: Line
    row: RowMapping
    known: Mapping[str, Mark]
    made_at: datetime
    state: _State

    @property
    def connection(self) -> Connection:
        return self.line.connection

    def place(self, name: ObjectName) -> Place:
        return Place(self.connection.tenant_id, self.connection.id, name)

    def way(self, name: ObjectName) -> Way:
        return Way(self.context.job_id, name, self.row["created_at"], self.reach.met)

    def since(self, name: ObjectName) -> datetime:
        """From when on changes are asked for."""
        if self.state.course.since is not None:
            return self.state.course.since
        mark = self.known.get(name)
        return (mark.since if mark is not None and mark.since else self.made_at) - OVERLAP


async def run(reach: Reach, context: JobContext, *, slice_seconds: float = SLICE_SECONDS) -> dict[str, Any]:
    """Carry out a sync, or go on with it; raises Later when it is to go on another time."""
    sync = await _loaded(reach, context)
    if sync.row["finished_at"] is not None:
        return _summary(sync)
    if sync.connection.state != "active":
        raise starting.ConnectionRests(f"its state is {sync.connection.state}: retry this job once it works again")
    if not resting.awake(sync.connection, reach.now()):
        await _pause(sync, sync.connection.resting_until or reach.now())
    try:
        await _steps(sync, slice_seconds)
    except (CrmBusy, CrmDown, CrmLies) as error:
        await _interrupted(sync, error)
    await resting.well(reach, sync.connection)
    return await _finished(sync)


async def _loaded(reach: Reach, context: JobContext) -> _Sync:
    async with context.transaction() as db:
        row = await starting.one(db, context.tenant_id, SyncId(context.job_id))
        connection_id = ConnectionId(row["connection_id"])
        found = await connections.row(db, context.tenant_id, connection_id)
        known = await marks.marks(db, context.tenant_id, connection_id)
    connection = connections.built(found)
    course = _course(row, connection, reach.now())
    state = _State(course, row["version"], dict(row["counts"]), list(row["missed"]))
    await context.progress(state.read)
    return _Sync(context, reach, pulling.line(reach, connection), row, known, found["created_at"], state)


def _course(row: RowMapping, connection: Connection, now: datetime) -> Course:
    kept = row["checkpoint"]
    if "steps" in kept:
        return course_from(kept)
    since = datetime.fromisoformat(kept["since"]) if kept.get("since") else None
    return Course(steps_of(row["kind"], row["objects"], connection.spec, now), since)


async def _steps(sync: _Sync, slice_seconds: float) -> None:
    until = time.monotonic() + slice_seconds
    while (step := sync.state.course.step) is not None:
        name, way = step
        now = sync.line.now()
        sync.state.course.started_at = sync.state.course.started_at or now
        if way == "verify":
            pages = verifying.unmet(sync.line, sync.way(name), str(sync.state.course.resume or ""))
        else:
            pages = _reading(sync, name, way)
        try:
            async with aclosing(ahead(pages, Batch([], now))) as turned:
                async for page in turned:
                    await _take(sync, name, page)
                    if time.monotonic() > until and sync.state.course.step is not None:
                        raise Later(timedelta(0))
        except DeltaExpired:
            await _change(sync, partial(_read_whole, sync, name))
        except CrmRefuses as error:
            await _change(sync, partial(_skip, name, error.detail))


async def _reading(sync: _Sync, name: ObjectName, way: Any) -> AsyncGenerator[Page, None]:
    """The pages of all records, or of those changed or deleted since."""
    course = sync.state.course
    delta = sync.known.get(name, Mark()).delta if way == "changed" and course.since is None else None
    since = None if way == "page" else sync.since(name)
    told = understanding.reader(sync.connection, name)
    asked_at = sync.line.now()
    async for read in sync.line.crm.pages(name, way, since=since, resume=course.resume, delta=delta):
        plain, alone = told(read.records)
        batch = Batch(list(alone.values()), asked_at, plain=plain)
        if way == "deleted":
            batch = _deleted(batch.spread().understood, asked_at)
        yield Page(batch, read.resume, read.delta, last=read.resume is None)
        asked_at = sync.line.now()


def _deleted(found: Sequence[Mapped | Unmappable], asked_at: datetime) -> Batch:
    """What a list of deleted records says: they are gone, readable or not."""
    told: list[Mapped | Unmappable] = [
        one._replace(gone=True) if not one.merged_into else one for one in found if isinstance(one, Mapped)
    ]
    unread = [one.external_id for one in found if isinstance(one, Unmappable) and one.external_id is not None]
    return Batch(told, asked_at, gone=dict.fromkeys(unread))


async def _take(sync: _Sync, name: ObjectName, page: Page) -> None:
    """Keep a page's facts and the place to go on, together."""
    if sync.row["kind"] != "backfill":
        page = replace(page, batch=page.batch.spread())  # few of them are new
        await pulling.pull_parents(sync.line, name, page.batch.understood)

    came: dict[str, Came] = {}

    async def kept(db: AsyncConnection, state: _State) -> None:
        came.clear()
        came.update(await applying.apply_each(db, sync.connection, name, page.batch))
        await _count(db, sync, state, name, came)
        state.count(name, "read", len(page.batch))
        state.course.meet(clamped(page.batch.latest, sync.line.now()))
        state.course.failures = 0
        await _advance(db, sync, state, page)

    way = sync.state.course.step
    await _change(sync, kept)
    if way == (name, "page"):
        place = sync.way(name)
        place.met.meet(place.key, (key for key, one in came.items() if one.result == "unchanged"))
    await sync.context.progress(sync.state.read)


async def _count(db: AsyncConnection, sync: _Sync, state: _State, name: ObjectName, came: Mapping[str, Came]) -> None:
    for result, number in applying.counted(came).items():
        state.count(name, result, number)
    if sync.row["kind"] == "sweep" and state.course.started_at is not None:
        found = await drifting.missed(db, sync.place(name), came, state.course.started_at)
        state.count(name, "missed", len(found))
        state.missed += found[: max(drifting.EXAMPLES - len(state.missed), 0)]


async def _advance(db: AsyncConnection, sync: _Sync, state: _State, page: Page) -> None:
    """On to the next page, or the next step; an object that was read to its end is marked."""
    course = state.course
    if not page.last:
        course.resume = page.resume
        return
    assert course.step is not None
    name, way = course.step
    known = sync.known.get(name, Mark()).since
    gapless = course.since is None or (known is not None and course.since <= known)
    if way in {"page", "changed"} and gapless:
        await marks.advance(db, sync.place(name), Mark(mark_after(course), page.delta))
    course.next()


async def _read_whole(sync: _Sync, name: ObjectName, db: AsyncConnection, state: _State) -> None:
    await marks.drop_delta(db, sync.place(name))
    state.course.read_whole(name)


async def _skip(name: ObjectName, reason: str, _db: AsyncConnection, state: _State) -> None:
    state.course.skip(name, reason)


async def _change(sync: _Sync, change: Change, **values: Any) -> None:
    """Change what is kept of the sync in one transaction; raises TakenOver if somebody else has gone on with it."""
    before = sync.state

    async def work(db: AsyncConnection) -> _State:
        state = deepcopy(before)
        await change(db, state)
        kept = {"checkpoint": state.course.as_json(), "counts": state.counts, "missed": state.missed, **values}
        if not await queries.keep(db, sync.context.tenant_id, SyncId(sync.context.job_id), state.version, kept):
            raise TakenOver
        state.version += 1
        return state

    sync.state = await surely(sync.line.database, sync.context.tenant_id, work)


async def _interrupted(sync: _Sync, error: CrmBusy | CrmDown | CrmLies) -> None:
    """The CRM is left alone for a while; the sync goes on afterwards where it was, unless that has failed too often."""
    until = await resting.rest(sync.reach, sync.connection, error)
    if not isinstance(error, CrmBusy):
        sync.state.course.failures += 1
        if sync.state.course.failures >= MAX_FAILURES:
            raise error
    await _pause(sync, until)


async def _pause(sync: _Sync, until: datetime) -> None:
    await _change(sync, _nothing, resumes_at=until)
    raise Later(resting.soon(until, sync.line.now()))


async def _nothing(_db: AsyncConnection, _state: _State) -> None:
    """Nothing else changes."""


async def _finished(sync: _Sync) -> dict[str, Any]:
    refused = sync.state.course.refused
    if refused and set(refused) >= set(sync.row["objects"]):
        name, reason = next(iter(refused.items()))
        raise CrmRefuses(f"{name}: {reason}")

    async def ended(db: AsyncConnection, _state: _State) -> None:
        if sync.row["kind"] == "backfill":
            await accounts.score_portfolio_soon(db, sync.context.tenant_id)

    await _change(sync, ended, finished=True)
    return _summary(sync)


def _summary(sync: _Sync) -> dict[str, Any]:
    return {
        "sync_id": str(sync.context.job_id),
        "connection_id": str(sync.connection.id),
        "counts": sync.state.counts,
        "refused": sync.state.course.refused,
    }
