"""The queue at work: hands jobs out, shows that they are alive, settles them, and takes over from the dead.

pgqueuer's own manager ends with its connection, and waits for the jobs that run before it says so; this one goes on
through a restart of the database, counts tries whose process died, and gives back what it cannot finish.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from typing import Final, cast
from uuid import uuid4

import orjson
import structlog
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain import models
from pgqueuer.domain.settings import db_settings
from pgqueuer.domain.types import JOB_STATUS, JobId, QueueEntrypoint, QueueManagerId
from pgqueuer.ports.repository import EntrypointExecutionParameter

from app.infra import logs
from app.infra.jobs import Delivery, Task, pause_after
from app.infra.queue_line import Connect, Line
from app.infra.telemetry import Metrics

_LAST_LOOK_SECONDS = 2
_GIVING_BACK_SECONDS = 5
# done: it came to its end. tried_again: it failed, and has tries left. given_up: it failed for the last time.
# given_back: its worker ends, or it was taken over.
JOBS_COUNTED: Final = ("jobs", "Jobs handed out, by what came of them", ("task", "result"))
JOBS_TIMED: Final = (
    "job_seconds", "Time that a job was at work", ("task",), (0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pace:
    """How a queue works: a job whose worker was silent for `heartbeat` is given to another.

    by_the_clock: whether it also does what nobody asks for but the schedule.
    """

    heartbeat: timedelta = timedelta(seconds=30)
    poll: timedelta = timedelta(seconds=2)
    grace: timedelta = timedelta(seconds=20)
    concurrency: int = 4
    by_the_clock: bool = True


@dataclass(slots=True)
class Queue:
    """Hands queued jobs to the tasks of this process; any number of processes may do so at once."""

    connect: Connect
    tasks: Mapping[str, Task]
    schedule: Mapping[str, str] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)
    metrics: Metrics = field(default_factory=Metrics)
    _line: Line = field(init=False)
    _queries: Queries = field(init=False)
    _worker: QueueManagerId = field(init=False, default_factory=lambda: QueueManagerId(uuid4()))
    _works: dict[JobId, asyncio.Task[None]] = field(init=False, default_factory=dict)
    _deliveries: set[asyncio.Task[None]] = field(init=False, default_factory=set)
    _news: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._line = Line(self.connect)
        self._queries = Queries(self._line)
        self.metrics.counter(*JOBS_COUNTED)
        self.metrics.histogram(*JOBS_TIMED)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what runs within the grace, and give the rest back."""
        try:
            async with asyncio.TaskGroup() as group:
                beating = group.create_task(self._keep_beating())
                taking = {group.create_task(self._hand_out(stop)), group.create_task(self._keep_schedule(stop))}
                await stop.wait()
                self._news.set()
                await asyncio.wait(taking, timeout=_LAST_LOOK_SECONDS)
                for task in taking:  # those that wait for a database that is away
                    task.cancel()
                await self._wind_up()
                beating.cancel()
                self._line.close()  # the schedule would go on waiting for a database that is away
        finally:
            self._line.close()
            await _cancelled({*self._works.values(), *self._deliveries})

    async def _hand_out(self, stop: asyncio.Event) -> None:
        await self._line.add_listener(db_settings().channel, self._hear)
        while not stop.is_set():
            self._news.clear()
            free = self.pace.concurrency - len(self._works)
            if free and await self._take(free) == free:
                continue
            await self._until_news(await self._next_look() if free else self.pace.poll)

    def _hear(self, told: str | bytes | bytearray) -> None:
        # Jobs that end are told of as well, to everybody; whoever carried one out has looked again already.
        if orjson.loads(told).get("operation") == "insert":
            self._news.set()

    async def _until_news(self, patience: timedelta) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), patience.total_seconds())
        except TimeoutError:
            return

    async def _next_look(self) -> timedelta:
        """When to look without being told: nobody tells that a job's time has come, or that its worker died."""
        due = await self._queries.next_deferred_eta([QueueEntrypoint(name) for name in self.tasks])
        return self.pace.poll if due is None else min(due, self.pace.poll)

    async def _take(self, number: int) -> int:
        jobs = await self._queries.dequeue(
            batch_size=number,
            entrypoints={QueueEntrypoint(name): EntrypointExecutionParameter(0) for name in self.tasks},
            queue_manager_id=self._worker,
            global_concurrency_limit=None,
            heartbeat_timeout=self.pace.heartbeat,
        )
        # After a long outage our own jobs look abandoned to ourselves, too.
        fresh = {job.id: job for job in jobs if job.id not in self._works}
        if fresh:
            for row in await self._line.fetch(_COUNT_TRY, list(fresh), self._worker):
                self._begin(fresh[cast("JobId", row["id"])], cast("int", row["attempts"]))
        return len(jobs)

    def _begin(self, job: models.Job, tries: int) -> None:
        delivery = Delivery(job.entrypoint, orjson.loads(job.payload or b"{}"), tries)
        work = asyncio.ensure_future(self.tasks[job.entrypoint](delivery))
        self._works[job.id] = work
        delivering = asyncio.create_task(self._deliver(job, delivery, work))
        self._deliveries.add(delivering)
        delivering.add_done_callback(self._delivered)

    def _delivered(self, delivering: asyncio.Task[None]) -> None:
        self._deliveries.discard(delivering)
        if not delivering.cancelled() and (error := delivering.exception()):
            # The job stays picked, and returns when its heartbeat has run out.
            structlog.get_logger().error("queue_cannot_settle", **logs.explanation(error))

    async def _deliver(self, job: models.Job, delivery: Delivery, work: "asyncio.Task[None]") -> None:
        began = perf_counter()
        try:
            await asyncio.wait({work})
            self._count(delivery, work, perf_counter() - began)
            await self._settle(job, delivery, work)
        finally:
            del self._works[job.id]
            self._news.set()

    async def _settle(self, job: models.Job, delivery: Delivery, work: "asyncio.Task[None]") -> None:
        if work.cancelled():
            await self._give_back(job, timedelta(0), uncounted=1)
        elif (error := work.exception()) is None:
            await self._end(job, "successful")
        else:
            structlog.get_logger().warning(
                "queued_job_failed", job=delivery.name, attempt=delivery.tries, **logs.explanation(error)
            )
            if delivery.last:
                await self._end(job, "exception")
            else:
                await self._give_back(job, pause_after(delivery.tries), uncounted=0)

    def _count(self, delivery: Delivery, work: "asyncio.Task[None]", seconds: float) -> None:
        if work.cancelled():
            result = "given_back"
        elif work.exception() is None:
            result = "done"
        else:
            result = "given_up" if delivery.last else "tried_again"
        self.metrics.counter(*JOBS_COUNTED).labels(delivery.name, result).inc()
        self.metrics.histogram(*JOBS_TIMED).labels(delivery.name).observe(seconds)

    async def _end(self, job: models.Job, status: JOB_STATUS) -> None:
        await self._queries.log_jobs([(job, status, None)])

    async def _give_back(self, job: models.Job, after: timedelta, *, uncounted: int) -> None:
        await self._line.execute(_GIVE_BACK, job.id, self._worker, after, uncounted)

    async def _keep_beating(self) -> None:
        """Show that our jobs are alive; let go of those that others have taken over meanwhile."""
        while True:
            await asyncio.sleep(self.pace.heartbeat.total_seconds() / 3)
            await self._line.execute(_SET_QUEUE_RIGHT)
            await self._line.execute(_SET_SCHEDULE_RIGHT)
            ours = {job_id: work for job_id, work in self._works.items() if not work.done()}
            if not ours:
                continue
            kept = {row["id"] for row in await self._line.fetch(_BEAT, list(ours), self._worker)}
            for job_id in ours.keys() - kept:
                ours[job_id].cancel()

    async def _keep_schedule(self, stop: asyncio.Event) -> None:
        if not self.schedule or not self.pace.by_the_clock:
            return
        manager = SchedulerManager(self._queries)
        manager.shutdown = stop
        for name, expression in self.schedule.items():
            manager.schedule(name, expression, accepts_context=False)(self._enqueue_due)
        await manager.run()

    async def _enqueue_due(self, due: models.Schedule) -> None:
        await self._queries.enqueue(due.entrypoint, b"{}", dedupe_key=f"schedule {due.entrypoint}", on_conflict="skip")

    async def _wind_up(self) -> None:
        if self._deliveries:
            await asyncio.wait(set(self._deliveries), timeout=self.pace.grace.total_seconds())
        for work in self._works.values():
            work.cancel()
        if self._deliveries:
            await asyncio.wait(set(self._deliveries), timeout=_GIVING_BACK_SECONDS)


async def _cancelled(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_LAST_LOOK_SECONDS)


_COUNT_TRY = """UPDATE pgqueuer SET attempts = attempts + 1
    WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2 RETURNING id, attempts"""

_BEAT = """UPDATE pgqueuer SET heartbeat = now()
    WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2 RETURNING id"""

_GIVE_BACK = """UPDATE pgqueuer SET status = 'queued', queue_manager_id = NULL, updated = now(),
    execute_after = now() + $3::interval, attempts = attempts - $4
    WHERE id = $1 AND queue_manager_id = $2"""

# A row that was changed in the future tells that the server's clock went back since: everything moves with it.
_SET_QUEUE_RIGHT = """UPDATE pgqueuer SET updated = now(), heartbeat = least(heartbeat, now()),
    execute_after = execute_after - greatest(updated - now(), interval '0')
    WHERE updated > now() + interval '5 seconds' OR heartbeat > now() + interval '5 seconds'"""

_SET_SCHEDULE_RIGHT = """UPDATE pgqueuer_schedules SET updated = now(), heartbeat = least(heartbeat, now()),
    next_run = next_run - greatest(updated - now(), interval '0')
    WHERE updated > now() + interval '5 seconds' OR heartbeat > now() + interval '5 seconds'"""
