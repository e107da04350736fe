"""Workers as they are run: processes of their own, killed and told to end."""

import asyncio
from itertools import count

import pytest

from app import worker
from app.infra.settings import Settings
from app.jobs import service
from tests.jobs import ground
from tests.jobs.ground import an_organization, opened, owner, until
from tests.jobs.workers import noting
from tests.processes import forked


@pytest.fixture
def url():
    return ground.fresh_database()


@pytest.fixture
async def everything(url):
    async with owner(url) as everything:
        await everything.execute("CREATE TABLE notes (pid int, job text, what text)")
        await everything.execute(f"GRANT ALL ON notes TO {ground.ROLE}")
        yield everything


@pytest.fixture
def a_worker(url, tmp_path):
    """Starts workers, one after another."""
    logs = count()
    return lambda: forked(noting, url, log=tmp_path / str(next(logs)))


async def notes(everything, what):
    return await everything.fetch("SELECT pid, job FROM notes WHERE what = $1", what)


async def a_job(url):
    async with opened(url) as database:
        tenant_id = await an_organization(database)
        async with database.transaction(tenant_id) as connection:
            return await service.start(connection, tenant_id, "work", {})


async def status(everything, job):
    return await everything.fetchval("SELECT status FROM jobs WHERE id = $1", job.id)


async def go_on(everything):
    await everything.execute("INSERT INTO notes VALUES (0, '', 'go on')")


async def test_the_job_of_a_killed_worker_is_done_by_another_once(url, everything, a_worker):
    async with a_worker() as one, a_worker() as another:
        job = await a_job(url)
        (first,) = await until(lambda: notes(everything, "began"))
        killed, heir = (one, another) if first["pid"] == one.pid else (another, one)
        await killed.kill()

        await until(lambda: _began_by(everything, heir.pid))
        await go_on(everything)
        await until(lambda: _is(everything, job, "succeeded"))

        assert [row["pid"] for row in await notes(everything, "ended")] == [heir.pid]
        await until(lambda: everything.fetchval("SELECT count(*) = 0 FROM pgqueuer WHERE entrypoint = 'work'"))


async def _began_by(everything, pid):
    return pid in [row["pid"] for row in await notes(everything, "began")]


async def _is(everything, job, wanted):
    return await status(everything, job) == wanted


async def test_a_worker_that_is_told_to_end_finishes_its_job_first(url, everything, a_worker):
    async with a_worker() as process:
        job = await a_job(url)
        await until(lambda: notes(everything, "began"))
        process.terminate()
        await go_on(everything)

        assert await process.ended() == 0

    assert await status(everything, job) == "succeeded"


async def test_a_worker_beside_others_goes_on_after_a_restart_of_the_server(url, everything):
    """In this process, as `kap serve --with-worker` runs it."""
    done: list[object] = []
    stop = asyncio.Event()

    async def handler(context):
        async with context.transaction() as connection:
            done.append(await service.job(connection, context.tenant_id, context.job_id))

    working = asyncio.create_task(worker.run_worker(url, Settings(), stop, {"work": handler}, pace=ground.QUICK))
    await a_job(url)
    await until(lambda: len(done) == 1)
    async with ground.server_away():
        pass
    job = await a_job(url)
    await until(lambda: len(done) == 2)
    async with owner(url) as anew:
        await until(lambda: _is(anew, job, "succeeded"))
    assert not working.done()

    stop.set()
    await working


async def test_housekeeping_is_on_the_schedule_and_does_its_work(url, everything):
    async with opened(url) as database:
        tenant_id = await an_organization(database)
        await everything.execute(
            """INSERT INTO idempotency_keys (tenant_id, key, request_digest, status, headers, body, created_at)
               VALUES ($1, 'old', '', 201, '{}', '', now() - interval '2 days')""",
            tenant_id,
        )
    stop = asyncio.Event()
    await everything.execute(
        "INSERT INTO pgqueuer_log (created, job_id, status, priority, entrypoint)"
        " VALUES (now() - interval '1 day', 1, 'queued', 0, 'long ago')"
    )

    working = asyncio.create_task(worker.run_worker(url, Settings(), stop, {}, pace=ground.QUICK))
    await until(lambda: everything.fetchval("SELECT count(*) = $1 FROM pgqueuer_schedules", len(worker.SCHEDULE)))
    await everything.execute("UPDATE pgqueuer_schedules SET next_run = now() - interval '1 min'")
    stop.set()
    await working
    stop.clear()
    working = asyncio.create_task(worker.run_worker(url, Settings(), stop, {}, pace=ground.QUICK))
    await until(lambda: everything.fetchval("SELECT count(*) = 0 FROM idempotency_keys"))
    await until(lambda: everything.fetchval("SELECT count(*) = 0 FROM pgqueuer_log WHERE entrypoint = 'long ago'"))
    stop.set()
    await working
