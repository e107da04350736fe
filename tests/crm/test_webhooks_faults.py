"""Deliveries while the database is away, slow, hung or full, and while processes are killed: nothing acknowledged is
lost, nothing is kept twice, and the sender is told in time to send again.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.infra import migrate
from app.infra.db import connected
from app.infra.embedded import EmbeddedPostgres
from app.infra.settings import Settings
from app.main import create_app
from tests.conftest import SEALING_KEYS, a_tenant
from tests.crm.delivering import a_change, an_inlet, hubspot, kept
from tests.infra.test_database import family_of, is_away, postmaster_of
from tests.jobs.ground import until
from tests.processes import serving as kap_serving

IN_TIME_SECONDS = 4
IN_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


@pytest.fixture(scope="module")
def server():
    """A server of these tests' own, which keeps what it has acknowledged."""
    folder = Path(tempfile.mkdtemp(prefix="kap-hooks-"))
    embedded = EmbeddedPostgres(folder)
    try:
        migrate.upgrade(embedded.start(), role=Settings().app_role)
        yield embedded
    finally:
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


def settings():
    return Settings(demo=False, rate_limit="1000000/minute", pool_size=4, sealing_keys=SEALING_KEYS)


@contextlib.asynccontextmanager
async def serving(server):
    """The application on that server, with a client that shows no key."""
    app = create_app(settings(), server.url)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://kap.test", timeout=60) as client,
    ):
        yield app.state.doorkeeper.database, client


async def delivered(client, inlet, number):
    """The answer to one event, which has to come before the sender gives up."""
    async with asyncio.timeout(IN_TIME_SECONDS):
        return await hubspot(inlet, [a_change(number)]).by(client)


async def taken(client, inlet, number):
    """Return once the event is taken."""

    async def again():
        return (await delivered(client, inlet, number)).status_code == 202

    await until(again)


async def ids(database, inlet):
    return sorted(int(event["external_id"]) for event in await kept(database, inlet))


async def test_case_19_while_the_database_is_away_senders_are_told_to_send_again(server):
    async with serving(server) as (database, client):
        inlet = await an_inlet(database, await a_tenant(database))
        other = await an_inlet(database, await a_tenant(database))
        assert (await delivered(client, inlet, 1)).status_code == 202

        await asyncio.to_thread(server.stop)
        try:
            answers = [
                await delivered(client, inlet, 2),
                await delivered(client, other, 2),  # never seen before: not even who it is can be looked up
                *await asyncio.gather(*(delivered(client, inlet, number) for number in range(3, 20))),
            ]
        finally:
            await asyncio.to_thread(server.start)

        assert all(is_away(answer) for answer in answers), answers
        await taken(client, inlet, 2)
        await taken(client, other, 2)
        assert await ids(database, inlet) == [1, 2]


async def test_after_a_restart_of_the_database_no_delivery_meets_a_dead_connection(server):
    async with serving(server) as (database, client):
        inlet = await an_inlet(database, await a_tenant(database))
        assert (await delivered(client, inlet, 1)).status_code == 202

        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)

        assert (await delivered(client, inlet, 2)).status_code == 202


@contextlib.asynccontextmanager
async def held(server, inlet):
    """While this lasts, nobody else can keep anything for the connection."""
    owner = await asyncpg.connect(server.url)
    try:
        async with owner.transaction():
            await owner.execute("SELECT FROM crm_connections WHERE id = $1 FOR UPDATE", inlet.id)
            yield
    finally:
        await owner.close()


async def test_case_20_when_the_database_is_slow_the_sender_is_told_in_time_and_nobody_else_waits(server):
    async with serving(server) as (database, client):
        inlet, other = [await an_inlet(database, await a_tenant(database)) for _ in range(2)]
        for each in (inlet, other):
            assert (await delivered(client, each, 1)).status_code == 202

        async with held(server, inlet):
            waiting = [asyncio.create_task(delivered(client, inlet, number)) for number in range(2, 12)]
            others = [await delivered(client, other, number) for number in range(2, 6)]
            answers = await asyncio.gather(*waiting)

        assert {answer.status_code for answer in others} == {202}
        assert all(is_away(answer) for answer in answers), answers
        await taken(client, inlet, 2)
        assert await ids(database, inlet) == [1, 2]


@IN_PROC
async def test_case_20_when_the_database_hangs_the_sender_is_told_in_time(server):
    async with serving(server) as (database, client):
        inlet = await an_inlet(database, await a_tenant(database))
        unseen = await an_inlet(database, await a_tenant(database))
        assert (await delivered(client, inlet, 1)).status_code == 202
        frozen = family_of(await postmaster_of(server))
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            first = await asyncio.gather(*(delivered(client, inlet, number) for number in range(2, 12)))
            later = await asyncio.gather(delivered(client, inlet, 12), delivered(client, unseen, 1))
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)

        assert all(is_away(answer) for answer in (*first, *later)), first
        for number in range(2, 13):
            await taken(client, inlet, number)
        await taken(client, unseen, 1)
        assert await ids(database, inlet) == list(range(1, 13))


@contextlib.asynccontextmanager
async def a_process(server, log):
    async with kap_serving(server.url, log=log) as process, process.client() as client:
        yield process, client


@pytest.fixture
async def database(server):
    opened = await connected(
        server.url, role=Settings().app_role, pool_size=2, pool_timeout_seconds=5, statement_timeout_seconds=30
    )
    yield opened
    await opened.close()


async def waiting_for_a_lock(server):
    owner = await asyncpg.connect(server.url)
    try:
        return await owner.fetchval("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    finally:
        await owner.close()


async def test_case_21_killed_before_the_commit_a_delivery_is_not_acknowledged_and_has_one_effect_when_sent_again(
    server, database, tmp_path
):
    inlet = await an_inlet(database, await a_tenant(database))
    async with a_process(server, tmp_path / "first") as (process, client), held(server, inlet):
        delivering = asyncio.create_task(hubspot(inlet, [a_change(1)]).by(client))
        await until(lambda: waiting_for_a_lock(server))
        await process.kill()
        with pytest.raises(httpx.TransportError):
            await delivering
        assert await kept(database, inlet) == []

    # The database may still carry out what it was asked for, though nobody waits for it any more.
    async with a_process(server, tmp_path / "second") as (_, client):
        assert (await hubspot(inlet, [a_change(1)]).by(client)).status_code == 202
    assert await ids(database, inlet) == [1]
    assert [hint["heard"] for hint in await kept(database, inlet, "crm_hints")] == [1]


async def test_case_22_killed_after_the_commit_and_before_the_answer_a_delivery_is_recognised_when_sent_again(
    server, database, tmp_path
):
    inlet = await an_inlet(database, await a_tenant(database))
    sent = hubspot(inlet, [a_change(1)])
    async with a_process(server, tmp_path / "first") as (process, _):
        _, writer = await asyncio.open_connection("127.0.0.1", process.port)
        head = [f"POST {sent.path} HTTP/1.1", "Host: kap", f"Content-Length: {len(sent.body)}"]
        head += [f"{name}: {value}" for name, value in sent.headers.items()]
        writer.write("\r\n".join([*head, "", ""]).encode() + sent.body)
        await until(lambda: kept(database, inlet))
        await process.kill()  # whoever sent it has read no answer
        writer.close()

    async with a_process(server, tmp_path / "second") as (_, client):
        assert (await sent.by(client)).json()["repeated"] == 1
    assert await ids(database, inlet) == [1]
    assert [hint["heard"] for hint in await kept(database, inlet, "crm_hints")] == [1]


async def test_killed_under_load_nothing_acknowledged_is_lost_and_nothing_is_kept_twice(server, database, tmp_path):
    inlets = [await an_inlet(database, await a_tenant(database)) for _ in range(2)]
    acknowledged: dict[UUID, set[int]] = {inlet.id: set() for inlet in inlets}
    count = 300

    async def send(client, inlet, numbers):
        for number in numbers:
            try:
                answer = await hubspot(inlet, [a_change(number)]).by(client)
            except httpx.TransportError:
                return
            assert answer.status_code == 202
            acknowledged[inlet.id].add(number)

    async def send_all(client):
        await asyncio.gather(*(send(client, inlet, range(at, count, 8)) for inlet in inlets for at in range(8)))

    async with a_process(server, tmp_path / "first") as (process, client):
        sending = asyncio.create_task(send_all(client))
        await until(lambda: sum(map(len, acknowledged.values())) > count / 2)
        await process.kill()
        await sending
    told = {inlet.id: set(numbers) for inlet, numbers in zip(inlets, acknowledged.values(), strict=True)}
    after_the_kill = {inlet.id: await ids(database, inlet) for inlet in inlets}
    async with a_process(server, tmp_path / "second") as (_, client):
        await send_all(client)

    assert any(len(numbers) < count for numbers in told.values())
    for inlet in inlets:
        assert told[inlet.id] <= set(after_the_kill[inlet.id])
        assert await ids(database, inlet) == list(range(count))
        assert {hint["heard"] for hint in await kept(database, inlet, "crm_hints")} == {1}


@IN_PROC
async def test_killed_under_load_the_database_keeps_what_was_acknowledged(server):
    async with serving(server) as (database, client):
        inlet = await an_inlet(database, await a_tenant(database))
        acknowledged = set()

        async def send(numbers):
            for number in numbers:
                if (await delivered(client, inlet, number)).status_code == 202:
                    acknowledged.add(number)

        sending = asyncio.gather(*(send(range(at, 400, 8)) for at in range(8)))
        await until(lambda: len(acknowledged) > 100)
        os.kill(await postmaster_of(server), signal.SIGKILL)
        await sending
        assert len(acknowledged) < 400
        await taken(client, inlet, 400)
        assert acknowledged <= set(await ids(database, inlet))
        await asyncio.gather(*(taken(client, inlet, number) for number in range(400)))

        assert await ids(database, inlet) == list(range(401))


@pytest.fixture
def small_disk():
    """A folder on a disk of 200 MB."""
    folder = Path(tempfile.mkdtemp(prefix="kap-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=711", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        folder.rmdir()
        pytest.skip("no right to mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
    folder.rmdir()


async def test_case_23_when_the_disk_is_full_senders_are_told_to_send_again_and_it_recovers(small_disk):
    embedded = EmbeddedPostgres(small_disk)
    filler = small_disk / "filler"
    try:
        await asyncio.to_thread(migrate.upgrade, embedded.start(), role=Settings().app_role)
        async with serving(embedded) as (database, client):
            inlet = await an_inlet(database, await a_tenant(database))
            assert (await delivered(client, inlet, 1)).status_code == 202

            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
                while True:
                    file.write(b"\0" * 65_536)
            answers = [await large(client, inlet, number) for number in range(2, 14)]
            filler.unlink()

            assert answers[-1] == 503
            assert set(answers) <= {202, 503}
            await taken(client, inlet, 1_000)
            safe = [number for number, status in zip(range(2, 14), answers, strict=True) if status == 202]
            assert {1, 1_000, *safe} <= set(await ids(database, inlet))
    finally:
        filler.unlink(missing_ok=True)
        await asyncio.to_thread(embedded.stop)


async def large(client, inlet, number):
    """The status of a delivery that takes much room, which random digits are sure to."""
    async with asyncio.timeout(IN_TIME_SECONDS):
        told = [a_change(number, propertyValue=os.urandom(1_500_000).hex())]
        return (await hubspot(inlet, told).by(client)).status_code
