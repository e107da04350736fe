"""A database that is away in whatever way: callers are told to come back, and all goes on by itself when it returns."""

import asyncio
import contextlib
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from app.infra.probes import PATIENCE
from app.infra.settings import Settings
from app.jobs import service
from app.kernel.ids import new_id
from tests.faults.ground import EVERYTHING_WRONG, a_key, is_away, names_in, waiting_for_locks
from tests.faults.proxy import Proxy, Way, proxying, socket_of, url_by
from tests.jobs import ground, workers
from tests.jobs.ground import an_organization, opened, owner, until
from tests.processes import IMPATIENT, forked, free_port, kap, serving


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


@pytest_asyncio.fixture(scope="module")
async def proxy(url):
    async with proxying(socket_of(url)) as between:
        yield between


@pytest_asyncio.fixture(scope="module")
async def process(url, proxy, tmp_path_factory):
    """`kap serve` behind the proxy, with few connections and little patience, for all tests of this module."""
    log = tmp_path_factory.mktemp("away") / "log"
    few = {"KAP_POOL_SIZE": "2", "KAP_STATEMENT_TIMEOUT_SECONDS": "2", **IMPATIENT}
    async with serving(url_by(proxy, url), log=log, **few) as process:
        yield process
        assert not any(word in process.said for word in EVERYTHING_WRONG), process.said


@pytest_asyncio.fixture(scope="module")
async def client(url, process):
    async with process.client(await a_key(url)) as client:
        yield client


async def is_well(client):
    """Everything is served again, by connections enough for all."""
    answers = [await client.get("/readyz"), await client.get("/v1/accounts")]
    answers += await asyncio.gather(*(client.post("/v1/accounts", json={"name": str(new_id())}) for _ in range(3)))
    return [answer.status_code for answer in answers] == [200, 200, 201, 201, 201]


async def cut_off(proxy: Proxy):
    await proxy.refuse()
    proxy.cut()


async def swallowing(proxy: Proxy):
    proxy.let(up=Way.SWALLOW, down=Way.SWALLOW)


async def deaf(proxy: Proxy):
    proxy.let(up=Way.SWALLOW)


async def mute(proxy: Proxy):
    proxy.let(down=Way.SWALLOW)


async def held_up(proxy: Proxy):
    proxy.let(up=Way.HOLD, down=Way.HOLD)


async def half_closed(proxy: Proxy):
    await proxy.refuse()
    proxy.half_close()


@pytest.mark.parametrize("fail", [cut_off, swallowing, deaf, mute, held_up, half_closed])
async def test_case_19_while_the_database_is_away_callers_are_told_so_and_then_they_are_served(
    process, client, proxy, fail
):
    await until(lambda: is_well(client))
    assert PATIENCE * Settings().quick_seconds < 2

    await fail(proxy)
    try:
        ready, *answers = await asyncio.gather(
            client.get("/readyz"),
            client.get("/v1/accounts"),
            client.get("/v1/me"),
            *(client.post("/v1/accounts", json={"name": "lost"}) for _ in range(4)),
        )
        alive = await client.get("/livez")
    finally:
        proxy.let()
        await proxy.accept()

    assert is_away(ready)
    assert all(is_away(answer) for answer in answers), [(each.status_code, each.text) for each in answers]
    assert alive.status_code == 200
    await until(lambda: is_well(client))
    assert process.code is None


async def test_a_connection_that_is_slow_serves_all_the_same(client, proxy):
    await until(lambda: is_well(client))
    proxy.delay_seconds = 0.02
    try:
        assert await is_well(client)
    finally:
        proxy.delay_seconds = 0.0


@contextlib.asynccontextmanager
async def locked(url, table="accounts"):
    """While this lasts, nobody else can change what is in the table."""
    async with owner(url) as connection, connection.transaction():
        await connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield connection


async def test_case_83_when_every_connection_is_taken_callers_are_told_so_before_those_are_done(client, url):
    assert Settings().pool_timeout_seconds < 2
    await until(lambda: is_well(client))

    async with locked(url):
        waiting = [asyncio.create_task(client.post("/v1/accounts", json={"name": "waits"})) for _ in range(2)]
        await until(lambda: _all_wait(url, 2))
        refused = await client.get("/v1/accounts")
        assert not any(task.done() for task in waiting), "told before their statements ended"
        ready = await client.get("/readyz")
    answers = await asyncio.gather(*waiting)

    assert is_away(refused)
    assert ready.status_code == 200
    assert {answer.status_code for answer in answers} <= {201, 503}
    await until(lambda: is_well(client))


async def _all_wait(url, number):
    return await waiting_for_locks(url) == number


LOSES = """CREATE SEQUENCE tries;
    CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        IF nextval('public.tries') <= TG_ARGV[0]::int THEN RAISE SQLSTATE '{state}'; END IF;
        RETURN new;
    END $$;
    CREATE TRIGGER lose BEFORE INSERT ON offerings FOR EACH ROW EXECUTE FUNCTION lose('{times}')"""
LOSES_NO_MORE = "DROP TRIGGER lose ON offerings; DROP FUNCTION lose; DROP SEQUENCE tries"


@pytest.mark.parametrize("state", ["40001", "40P01"])
@pytest.mark.parametrize(("losses", "status", "tries"), [(2, 201, 3), (9, 503, 3)])
async def test_case_84_what_loses_against_others_is_tried_three_times_at_most(
    client, url, state, losses, status, tries
):
    await until(lambda: is_well(client))
    async with owner(url) as everything:
        await everything.execute(LOSES.format(state=state, times=losses))
        try:
            answer = await client.post("/v1/offerings", json={"code": str(new_id()), "name": "A"})
            tried = await everything.fetchval("SELECT last_value FROM tries")
        finally:
            await everything.execute(LOSES_NO_MORE)

    assert (answer.status_code, tried) == (status, tries), answer.text
    assert status == 201 or (is_away(answer) and answer.json()["code"] == "contended")


async def test_case_84_a_request_that_loses_a_real_deadlock_is_carried_out_all_the_same(client, url):
    await until(lambda: is_well(client))
    ids = [{"source": "erp", "external_id": str(new_id())} for _ in range(2)]
    accounts = [(await client.post("/v1/accounts", json={"name": "A", **each})).json()["id"] for each in ids]
    body = {"items": [{"name": "B", **each} for each in ids]}
    async with owner(url) as rival:
        await rival.execute("SET deadlock_timeout = '1h'")  # it is never the one that gives way

        async def deadlocked():
            before = await _deadlocks(url)
            async with rival.transaction():
                await rival.execute("SELECT FROM accounts WHERE id = $1 FOR UPDATE", accounts[1])
                asked = asyncio.create_task(client.post("/v1/accounts/batch", json=body))
                await until(lambda: waiting_for_locks(url))
                await rival.execute("SELECT FROM accounts WHERE id = $1 FOR UPDATE", accounts[0])
            answer = await asked
            assert answer.status_code == 200 or is_away(answer), answer.text  # the latter if its patience ended first
            return answer.status_code == 200 and await _deadlocks(url) > before and answer.json()

        told = await until(deadlocked)
    assert told["refused"] == 0


async def _deadlocks(url):
    async with owner(url) as anew:  # what a session has counted is told of when it ends, or a while later
        await anew.execute("SELECT pg_stat_force_next_flush()")
        return await anew.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


async def test_case_89_after_a_fail_over_to_a_database_that_only_reads_reading_goes_on(process, client, url):
    """As a replica that took the address over: the connections end, and the new ones may not write."""
    await until(lambda: is_well(client))
    name = urlsplit(url).path[1:]
    async with owner(ground.server().url) as elsewhere:
        await elsewhere.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        await _end_connections(elsewhere, name)
        try:
            read = [await client.get(path) for path in ("/v1/accounts", "/v1/me", "/readyz", "/v1/accounts")]
            written = [await client.post("/v1/accounts", json={"name": "never"}) for _ in range(2)]
        finally:
            await elsewhere.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
            await _end_connections(elsewhere, name)

    assert [answer.status_code for answer in read] == [200] * 4
    assert all(is_away(answer) for answer in written), [answer.text for answer in written]
    await until(lambda: is_well(client))
    assert "never" not in await names_in(url)


async def _end_connections(elsewhere, name):
    await elsewhere.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)


async def test_a_worker_goes_on_after_each_way_to_lose_its_database(url, proxy, tmp_path):
    async with owner(url) as everything, opened(url, pool_size=2) as database:
        await everything.execute("CREATE TABLE notes (pid int, job text, what text)")
        await everything.execute(f"GRANT ALL ON notes TO {ground.ROLE}; INSERT INTO notes VALUES (0, '', 'go on')")
        tenant_id = await an_organization(database)

        async def a_job():
            async with database.transaction(tenant_id) as connection:
                return str((await service.start(connection, tenant_id, "work", {})).id)

        async def done(job):
            return await everything.fetchval(
                "SELECT count(*) = 1 FROM notes WHERE job = $1 AND what = 'ended'", job
            ) and await everything.fetchval("SELECT status = 'succeeded' FROM jobs WHERE id = $1::uuid", job)

        async with forked(workers.noting, url_by(proxy, url), log=tmp_path / "log") as worker:
            first = await a_job()
            await until(lambda: done(first))
            for fail in (cut_off, held_up, swallowing):
                await fail(proxy)
                meanwhile = await a_job()
                proxy.let()
                await proxy.accept()
                afterwards = await a_job()
                for job in (meanwhile, afterwards):
                    await until(lambda job=job: done(job))
            worker.terminate()
            assert await worker.ended() == 0


async def test_a_process_that_is_started_while_the_database_is_away_says_so_and_ends(url, proxy, tmp_path):
    """Whoever runs it starts it again; nothing hangs."""
    await cut_off(proxy)
    try:
        async with kap("serve", log=tmp_path / "log", DATABASE_URL=url_by(proxy, url), PORT=str(free_port())) as serve:
            code = await serve.ended()
    finally:
        await proxy.accept()

    assert code == 1
    assert "Traceback" not in serve.said
    assert "kap:" in serve.said
