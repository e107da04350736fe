"""A streaming replica, really run: it answers reads, never with less than its asker knows, and may go at any time."""

import contextlib

import pytest

from app.infra.settings import Settings
from app.main import create_app
from tests.accounts import facts
from tests.asking import counted, ok
from tests.conftest import SEALING_KEYS, a_tenant, client_of, client_with
from tests.jobs.ground import until
from tests.resourcing.catalogue import ground as catalogue
from tests.scale_out.ground import a_server, asked, replicated


@pytest.fixture(scope="module")
def server():
    return a_server()


@pytest.fixture
def standby(server):
    with replicated(server) as made:
        yield made


@contextlib.asynccontextmanager
async def serving(server, standby):
    """The application, which knows nothing of others that serve the same database."""
    settings = Settings(
        demo=False, pool_size=4, sealing_keys=SEALING_KEYS, rate_limit="1000000/minute", app_role="kap_app",
        database_read_url=standby.url,
    )  # fmt: skip
    app = create_app(settings, server.url)
    async with app.router.lifespan_context(app):
        yield app


def replica_of(app):
    return app.state.doorkeeper.database.replica


async def answered_by_replica(app, asking):
    """The answer, and whether the replica gave it; one that rests is woken first."""
    replica = replica_of(app)
    replica.rests_until = 0.0
    with counted(app.state.doorkeeper.database) as on_primary, counted(replica) as on_replica:
        answer = await asking
    return answer, bool(on_replica) and not on_primary


async def until_it_answers(app, client):
    """Return once the replica has come so far that it answers."""

    async def answers():
        return (await answered_by_replica(app, client.get("/v1/accounts")))[1]

    await until(answers)


async def test_reads_go_to_the_replica_and_never_miss_what_was_written_by_whichever_process(server, standby):
    async with serving(server, standby) as one, serving(server, standby) as two, asked(standby.url) as replica:
        tenant = await a_tenant(one.state.doorkeeper.database)
        async with client_of(one, tenant) as writer, client_of(two, tenant) as reader:
            await until_it_answers(two, reader)
            await what_was_just_written_is_read(one, two, writer, reader)
            await replay_stands_still(two, writer, reader, replica)
            await until_it_answers(two, reader)
            await each_door_answers_as_ever(two, reader)
            await replica.execute("SELECT pg_promote()")
            await it_is_a_server_of_its_own_now(two, writer, reader)
            await replica.close()
            standby.kill()
            await it_is_gone(two, writer, reader)


async def what_was_just_written_is_read(one, two, writer, reader):
    """Written by one process, read by the other at once."""
    by_replica = 0
    for number in range(20):
        account = await facts.made(writer, "accounts", {"name": f"A{number}"})
        answer, there = await answered_by_replica(two, reader.get(f"/v1/accounts/{account['id']}"))
        assert answer.status_code == 200
        by_replica += there
    assert by_replica  # how often, says how busy the machine is
    _, there = await answered_by_replica(one, writer.post("/v1/accounts", json={"name": "B"}))
    assert not there


async def replay_stands_still(two, writer, reader, replica):
    """What the replica has not heard of is told by the primary; so is that a key was revoked."""
    await replica.execute("SELECT pg_wal_replay_pause()")
    account = await facts.made(writer, "accounts", {"name": "Unheard of"})
    answer, there = await answered_by_replica(two, reader.get(f"/v1/accounts/{account['id']}"))
    assert (answer.status_code, there) == (200, False)
    assert replica_of(two).rests_until > 0

    made = await ok(writer.post("/v1/api-keys", json={"name": "short", "scopes": ["accounts:read"]}), 201)
    async with client_with(two, made["key"]) as short:
        assert (await short.get("/v1/me")).status_code == 200
        await ok(writer.delete(f"/v1/api-keys/{made['id']}"), 204)
        assert (await short.get("/v1/me")).status_code == 401
    await replica.execute("SELECT pg_wal_replay_resume()")


async def each_door_answers_as_ever(two, reader):
    """A story of reads and writes through one door after the other, of which the replica answers what it may."""
    with counted(replica_of(two)) as on_replica:
        await catalogue.a_whole_story(reader)
    assert not [sent for sent in on_replica if sent.startswith(("INSERT", "UPDATE", "DELETE"))]


async def it_is_a_server_of_its_own_now(two, writer, reader):
    account = await facts.made(writer, "accounts", {"name": "After the promotion"})

    async def is_promoted():
        return not (await answered_by_replica(two, reader.get("/v1/accounts")))[1]

    await until(is_promoted)
    answer, there = await answered_by_replica(two, reader.get(f"/v1/accounts/{account['id']}"))
    assert (answer.status_code, there) == (200, False)


async def it_is_gone(two, writer, reader):
    account = await facts.made(writer, "accounts", {"name": "After its end"})
    for _ in range(6):  # the pool's connections are dead, one after another
        answer, there = await answered_by_replica(two, reader.get(f"/v1/accounts/{account['id']}"))
        assert (answer.status_code, there) == (200, False)
    assert replica_of(two).rests_until > 0
