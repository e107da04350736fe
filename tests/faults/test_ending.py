"""Processes that end, told to or not, lose nothing that they have answered and leave nothing undone."""

import asyncio
import contextlib
import os
import signal
import socket

import pytest

from app.jobs import service
from tests.faults.ground import EVERYTHING_WRONG, Load, a_key, names_in, waiting_for_locks
from tests.infra.test_database import postmaster_of
from tests.jobs import ground, workers
from tests.jobs.ground import an_organization, opened, owner, until
from tests.processes import forked, serving


@pytest.fixture
def url():
    return ground.fresh_database()


@contextlib.asynccontextmanager
async def account_held(url):
    """While this lasts, nobody else can change an account that there is now."""
    async with owner(url) as connection, connection.transaction():
        await connection.execute("SELECT FROM accounts FOR UPDATE")
        yield


def refuses(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


async def test_case_77_told_to_end_under_load_a_process_answers_all_that_it_took(url, tmp_path):
    key = await a_key(url)
    serves = serving(url, log=tmp_path / "log", KAP_DRAIN_SECONDS="0")  # nobody is given time to look elsewhere
    async with serves as process, process.client(key) as client:
        slow = (await client.post("/v1/accounts", json={"name": "slow"})).json()["id"]
        idle = process.client(key)
        await idle.get("/v1/me")
        async with Load(process, key) as load:
            await until(lambda: len(load.acknowledged) > 30)
            async with account_held(url):
                waiting = asyncio.create_task(client.patch(f"/v1/accounts/{slow}", json={"industry": "retail"}))
                await until(lambda: waiting_for_locks(url))
                process.terminate()
                just_then = await idle.get("/v1/me")
                await until(lambda: refuses(process.port) and not load.going)
                assert process.code is None, "it waits for what it has begun"
        finished = await waiting
        await idle.aclose()
        code = await process.ended()

    assert code == 0
    assert load.failed == []
    assert set(load.statuses) == {200, 201}
    assert (just_then.status_code, just_then.headers["connection"]) == (200, "close")
    assert (finished.status_code, finished.headers["connection"]) == (200, "close")
    assert await names_in(url) == dict.fromkeys({*load.acknowledged, "slow"}, 1), "nobody's write without its answer"
    assert not any(word in process.said for word in EVERYTHING_WRONG), process.said


@pytest.fixture
async def jobs(url):
    """Thirty jobs for workers that write down what they do."""
    async with owner(url) as everything:
        await everything.execute("CREATE TABLE notes (pid int, job text, what text)")
        await everything.execute(f"GRANT ALL ON notes TO {ground.ROLE}")
        async with opened(url, pool_size=2) as database:
            tenant_id = await an_organization(database)
            async with database.transaction(tenant_id) as connection:
                made = [await service.start(connection, tenant_id, "work", {}) for _ in range(30)]
        yield Jobs(everything, {str(job.id) for job in made})


class Jobs:
    """What has become of them."""

    def __init__(self, everything, ids):
        self.everything, self.ids = everything, ids

    async def noted(self, what):
        rows = await self.everything.fetch("SELECT pid, job FROM notes WHERE what = $1", what)
        return [(row["pid"], row["job"]) for row in rows]

    async def go_on(self):
        await self.everything.execute("INSERT INTO notes VALUES (0, '', 'go on')")

    async def all_done(self):
        return not await self.everything.fetchval("SELECT count(*) FROM jobs WHERE status <> 'succeeded'")

    async def by(self, pid):
        return {job for who, job in await self.noted("began") if who == pid}


async def test_cases_78_and_79_each_job_is_done_once_by_one_of_two_workers_though_one_is_killed_amid_it(
    url, jobs, tmp_path
):
    async with (
        forked(workers.noting, url, log=tmp_path / "one") as one,
        forked(workers.noting, url, log=tmp_path / "two") as two,
    ):
        await until(lambda: _both_at_work(jobs, one, two))
        first = await jobs.noted("began")
        lost = await jobs.by(one.pid)
        await one.kill()
        await until(lambda: _some_returned(jobs, two, lost))
        await jobs.go_on()
        await until(jobs.all_done)

        assert len(first) == len({job for _, job in first}), "while both live, nobody begins another's"
        ended = await jobs.noted("ended")
        assert sorted(job for _, job in ended) == sorted(jobs.ids)
        assert {pid for pid, _ in ended} == {two.pid}
        began = await jobs.noted("began")
        assert len(began) == len(jobs.ids) + len(lost), "only the killed one's were begun again"


async def _both_at_work(jobs, *processes):
    return all([len(await jobs.by(each.pid)) == ground.QUICK.concurrency for each in processes])


async def _some_returned(jobs, heir, lost):
    """Its hands are full with jobs of its own until these may end, so it is enough that they can be had."""
    return await jobs.everything.fetchval(
        "SELECT count(*) FROM pgqueuer WHERE heartbeat < now() - $1::interval", ground.QUICK.heartbeat
    ) >= len(lost)


async def test_case_82_a_database_stopped_at_once_under_load_loses_nothing_that_was_acknowledged(url, tmp_path):
    key = await a_key(url)
    async with serving(url, log=tmp_path / "log") as process:
        async with Load(process, key) as load:
            await until(lambda: len(load.acknowledged) > 30)
            before = len(load.acknowledged)
            os.kill(await postmaster_of(ground.server()), signal.SIGQUIT)
            await until(lambda: load.statuses[503])
            await process.ready()
            await until(lambda: len(load.acknowledged) > before + 30)

        assert process.code is None
        assert (load.failed, load.unanswered) == ([], set())
        assert set(load.statuses) == {200, 201, 503}
        kept = await names_in(url)
        assert load.acknowledged <= set(kept)
        assert set(kept.values()) == {1}
        assert not any(word in process.said for word in EVERYTHING_WRONG), process.said
