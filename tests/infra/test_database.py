"""What callers meet when the database is away, hangs, only reads or is busy; and that the service comes back."""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text

from app.infra import migrate
from app.infra.db import enter
from app.infra.embedded import EmbeddedPostgres
from app.infra.settings import Settings
from app.main import create_app
from tests.accounts.facts import made
from tests.conftest import a_tenant, client_of
from tests.jobs.ground import until

PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def server():
    """A server of these tests' own: they stop it, kill it and freeze it."""
    folder = Path(tempfile.mkdtemp(prefix="kap-faults-"))
    embedded = EmbeddedPostgres(folder, durable=False)
    try:
        migrate.upgrade(embedded.start(), role=Settings().app_role)
        yield embedded
    finally:
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def serving(server, **settings):
    """The application on that server, and a client of a new organization."""
    usual = {"demo": False, "rate_limit": "1000000/minute", "pool_size": 4}
    app = create_app(Settings(**{**usual, **settings}), server.url)
    async with app.router.lifespan_context(app):
        tenant = await a_tenant(app.state.doorkeeper.database)
        async with client_of(app, tenant) as client:
            yield Service(app, tenant, client)


class Service:
    """An application at work."""

    def __init__(self, app, tenant, client):
        self.database = app.state.doorkeeper.database
        self.tenant = tenant
        self.client = client

    async def get(self, path, *, within_seconds):
        """The answer, which has to come in time."""
        async with asyncio.timeout(within_seconds):
            return await self.client.get(path)

    async def recovered(self):
        """Return once facts are served again."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await until(self._serves)

    async def _serves(self):
        return (await self.client.get("/v1/accounts")).status_code == 200

    @contextlib.asynccontextmanager
    async def holding(self, account_id):
        """While this lasts, nobody else can change the account."""
        async with self.database.engine.begin() as connection:
            await enter(connection, self.tenant.id)
            await connection.execute(text("SELECT FROM accounts WHERE id = :id FOR UPDATE"), {"id": account_id})
            yield


def is_away(answer):
    return answer.status_code == 503 and int(answer.headers["retry-after"]) >= 1


async def test_while_the_database_is_stopped_callers_are_told_to_come_back_and_then_they_are_served(server):
    async with serving(server) as service:
        await asyncio.gather(*(made(service.client, "accounts", {"name": str(each)}) for each in range(4)))

        await asyncio.to_thread(server.stop)
        try:
            answers = [
                await service.get("/v1/accounts", within_seconds=4),
                await service.get("/v1/me", within_seconds=4),
                await service.client.post("/v1/accounts", json={"name": "Lost"}),
                await service.get("/readyz", within_seconds=2),
            ]
            alive = await service.get("/livez", within_seconds=2)
        finally:
            await asyncio.to_thread(server.start)

        assert all(is_away(answer) for answer in answers), answers
        assert answers[0].json()["code"] == "database_away"
        assert alive.status_code == 200
        async with asyncio.timeout(5):
            await service.recovered()
        assert (await service.client.get("/readyz")).status_code == 200
        assert len((await service.client.get("/v1/accounts")).json()["data"]) == 4


async def test_after_a_restart_nobody_meets_a_dead_connection(server):
    async with serving(server) as service:
        await asyncio.gather(*(made(service.client, "accounts", {"name": str(each)}) for each in range(8)))

        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        answers = await asyncio.gather(*(service.client.get("/v1/accounts") for _ in range(8)))

        assert [answer.status_code for answer in answers] == [200] * 8


async def test_what_was_acknowledged_survives_a_killed_database_and_what_was_not_can_be_sent_again(server):
    async with serving(server) as service:
        keys = {name: str(uuid4()) for name in map(str, range(40))}

        async def create(name):
            return await service.client.post(
                "/v1/accounts", json={"name": name}, headers={"Idempotency-Key": keys[name]}
            )

        postmaster = await postmaster_of(server)
        before = [await create(name) for name in [*keys][:20]]
        under_way = asyncio.gather(*(create(name) for name in [*keys][20:]))
        os.kill(postmaster, signal.SIGKILL)
        before += await under_way
        await service.recovered()
        after = [await create(name) for name in keys]

        assert {answer.status_code for answer in before} == {201, 503}
        assert {answer.status_code for answer in after} == {201}
        for first, second in zip(before, after, strict=True):
            assert first.status_code == 503 or first.json() == second.json()
        accounts = (await service.client.get("/v1/accounts", params={"limit": 500})).json()["data"]
        assert sorted(account["name"] for account in accounts) == sorted(keys)


async def postmaster_of(server):
    connection = await asyncpg.connect(server.url)
    postmaster = parent_of(connection.get_server_pid())
    await connection.close()
    return postmaster


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def family_of(pid):
    """The process and its children."""
    found = [pid]
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if parent_of(int(entry.name)) == pid:
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
async def test_a_database_that_hangs_keeps_nobody_waiting(server):
    async with serving(server) as service:
        await made(service.client, "accounts", {"name": "Acme"})
        frozen = family_of(await postmaster_of(server))
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            ready = await service.get("/readyz", within_seconds=2)
            alive = await service.get("/livez", within_seconds=1)
            answers = await asyncio.gather(
                *(service.get(path, within_seconds=4) for path in ("/v1/accounts", "/v1/me", "/v1/users"))
            )
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)

        assert is_away(ready)
        assert alive.status_code == 200
        assert all(is_away(answer) for answer in answers)
        async with asyncio.timeout(5):
            await service.recovered()


async def test_when_every_connection_is_taken_callers_are_told_to_come_back(server):
    async with serving(server, pool_size=2, pool_timeout_seconds=0.5) as service:
        account = await made(service.client, "accounts", {"name": "Acme"})
        at = f"/v1/accounts/{account['id']}"

        async with service.holding(account["id"]):
            waiting = asyncio.create_task(service.client.patch(at, json={"industry": "retail"}))
            await until(lambda: service.database.engine.pool.checkedout() == 2)
            refused = await service.get("/v1/accounts", within_seconds=2)
            ready = await service.get("/readyz", within_seconds=2)

        assert is_away(refused)
        assert ready.status_code == 200
        assert (await waiting).status_code == 200
        assert (await service.client.get(at)).json()["industry"] == "retail"


async def test_a_statement_that_takes_too_long_is_given_up(server):
    async with serving(server, statement_timeout_seconds=0.3) as service:
        account = await made(service.client, "accounts", {"name": "Acme"})
        at = f"/v1/accounts/{account['id']}"

        async with service.holding(account["id"]):
            given_up = await service.client.patch(at, json={"industry": "retail"})

        assert is_away(given_up)
        assert (await service.client.patch(at, json={"industry": "retail"})).status_code == 200


@pytest_asyncio.fixture
async def owner(server):
    connection = await asyncpg.connect(server.url)
    yield connection
    await connection.close()


async def test_a_database_that_only_reads_still_serves_what_is_read(server, owner):
    async with serving(server) as service:
        account = await made(service.client, "accounts", {"name": "Acme"})
        tenant = service.tenant
        await owner.execute("UPDATE api_keys SET last_used_at = now() - interval '1 hour'")
    await owner.execute("ALTER DATABASE kap SET default_transaction_read_only = on")
    key = {"Idempotency-Key": str(uuid4())}
    at = f"/v1/accounts/{account['id']}"
    try:
        app = create_app(Settings(demo=False), server.url)
        async with app.router.lifespan_context(app), client_of(app, tenant) as client:
            read = [await client.get(path) for path in (at, "/v1/accounts", "/v1/me", "/readyz")]
            written = [
                await client.patch(at, json={"industry": "retail"}),
                await client.post("/v1/accounts", json={"name": "New"}, headers=key),
                await client.post("/v1/accounts/batch", json={"items": [{"name": "New"}]}),
                await client.delete(at),
            ]
    finally:
        await owner.execute("SET transaction_read_only = off")
        await owner.execute("BEGIN READ WRITE; ALTER DATABASE kap RESET default_transaction_read_only; COMMIT")

    assert [answer.status_code for answer in read] == [200] * 4
    assert all(is_away(answer) for answer in written), [answer.text for answer in written]
    app = create_app(Settings(demo=False), server.url)
    async with app.router.lifespan_context(app), client_of(app, tenant) as client:
        again = await client.post("/v1/accounts", json={"name": "New"}, headers=key)
    assert (again.status_code, "idempotency-replayed" in again.headers) == (201, False)


async def test_a_caller_who_goes_away_in_the_middle_leaves_a_whole_effect_or_none(server):
    async with serving(server) as service:
        keys = {name: str(uuid4()) for name in map(str, range(10))}

        async def create(name):
            return await service.client.post(
                "/v1/accounts", json={"name": name}, headers={"Idempotency-Key": keys[name]}
            )

        leaving = {name: asyncio.create_task(create(name)) for name in keys}
        for steps, task in enumerate(leaving.values()):
            for _ in range(steps * 4):
                await asyncio.sleep(0)
            task.cancel()
        await asyncio.gather(*leaving.values(), return_exceptions=True)
        answers = [await create(name) for name in keys]

        assert {answer.status_code for answer in answers} == {201}
        accounts = (await service.client.get("/v1/accounts", params={"limit": 500})).json()["data"]
        assert sorted(account["name"] for account in accounts) == sorted(keys)
        assert service.database.engine.pool.checkedout() == 0
