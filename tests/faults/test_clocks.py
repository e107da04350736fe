"""A clock that goes back ten minutes leaves no job behind."""

import asyncio
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.jobs import service
from tests.jobs import ground
from tests.jobs.ground import an_organization, opened, owner, until
from tests.processes import started

START_SECONDS = 300
TEN_MINUTES = timedelta(minutes=10)
LIBRARY = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
WORKER = "import sys; from tests.jobs import workers; workers.noting(sys.argv[1])"


@pytest.fixture
def url():
    return ground.fresh_database()


class Clock:
    """What the worker's machine believes; told by a file that is read again and again."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set(timedelta(0))

    def set(self, ahead: timedelta) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(f"{int(ahead.total_seconds()):+d}s\n")
        new.replace(self.file)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip


async def at_work(worker, log: Path):
    """Return once it says that it has started: from nothing, which takes long on a busy machine."""
    async with asyncio.timeout(START_SECONDS):
        while last_said(log) is None:
            assert worker.poll() is None
            await asyncio.sleep(0.1)


def last_said(log):
    """The worker's own time of its latest line."""
    lines = [line for line in log.read_text().splitlines() if line.startswith('{"time":"')]
    return datetime.fromisoformat(lines[-1].split('"')[3]) if lines else None


@pytest.mark.skipif(
    LIBRARY is None or shutil.which("faketime") is None,
    reason="faketime, which tells processes another time, is missing",
)
async def test_case_85_when_a_workers_clock_goes_back_ten_minutes_no_job_is_stuck(url, tmp_path):
    """Jobs from before and after the step; and one that waited for its time when the clock went back."""
    clock = Clock(tmp_path / "clock")
    clock.set(TEN_MINUTES)
    log = tmp_path / "log"
    async with owner(url) as everything, opened(url, pool_size=2) as database:
        await everything.execute("CREATE TABLE notes (pid int, job text, what text)")
        await everything.execute(f"GRANT ALL ON notes TO {ground.ROLE}; INSERT INTO notes VALUES (0, '', 'go on')")
        tenant_id = await an_organization(database)

        async def a_job(count):
            async with database.transaction(tenant_id) as connection:
                return [(await service.start(connection, tenant_id, "work", {})).id for _ in range(count)]

        async def all_done(ids):
            return await everything.fetchval(
                "SELECT count(*) FROM jobs WHERE id = ANY($1) AND status = 'succeeded'", ids
            ) == len(ids)

        before = await a_job(3)
        with started(sys.executable, "-c", WORKER, url, log=log, **clock.environment) as worker:
            await at_work(worker, log)
            await until(lambda: all_done(before))
            assert last_said(log) > datetime.now(UTC) + TEN_MINUTES / 2, "it lives in the future"
            await everything.execute(AHEAD)
            clock.set(timedelta(0))

            after = await a_job(3)
            await until(lambda: all_done(after))
            await until(lambda: _schedule_goes_on(everything))
            assert worker.poll() is None

        ended = await everything.fetch("SELECT job FROM notes WHERE what = 'ended'")
        assert sorted(row["job"] for row in ended) == sorted(map(str, [*before, *after]))


# As a server whose clock went back with the worker's would have left its rows.
AHEAD = """UPDATE pgqueuer_schedules SET updated = updated + interval '10 min', next_run = next_run + interval '10 min',
    heartbeat = heartbeat + interval '10 min'"""


async def _schedule_goes_on(everything):
    return await everything.fetchval("SELECT bool_and(updated < now() + interval '1 min') FROM pgqueuer_schedules")
