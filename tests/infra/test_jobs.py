import asyncio
import contextlib
from collections import Counter
from datetime import timedelta

import pytest

from app.infra.job_queue import Pace
from app.infra.jobs import MAX_TRIES, clear_log, enqueue, pause_after
from app.infra.queue_line import connecting
from tests.jobs import ground
from tests.jobs.ground import opened, owner, until, working


class Changed(Exception):
    """What made a transaction roll back."""


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


@pytest.fixture(autouse=True)
async def _nothing_queued(url):
    async with owner(url) as everything:
        await everything.execute("TRUNCATE pgqueuer, pgqueuer_log, pgqueuer_schedules")


@pytest.fixture
async def database(url):
    async with opened(url) as database:
        yield database


async def queued(url):
    async with owner(url) as everything:
        return await everything.fetch("SELECT * FROM pgqueuer ORDER BY id")


async def change(url, statement, *args):
    async with owner(url) as everything:
        return await everything.fetch(statement, *args)


async def commit(database, *asked, name="work", **more):
    async with database.engine.begin() as connection:
        for payload in asked:
            await enqueue(connection, name, payload, **more)


def counting(seen):
    async def task(delivery):
        seen[delivery.payload["n"]] += 1

    return {"work": task}


async def test_what_is_enqueued_in_a_transaction_that_is_rolled_back_never_was(database, url):
    async def enqueue_and_think_again():
        async with database.engine.begin() as connection:
            # The queue's statement is the first of the transaction: the case that autocommits on the raw connection.
            await enqueue(connection, "work", {"n": 1})
            raise Changed

    with pytest.raises(Changed):
        await enqueue_and_think_again()

    assert await queued(url) == []
    await commit(database, {"n": 2})
    assert [row["entrypoint"] for row in await queued(url)] == ["work"]


async def test_what_is_enqueued_is_not_seen_before_the_commit(database, url):
    seen: Counter[object] = Counter()
    async with working(url, counting(seen)):
        async with database.engine.begin() as connection:
            await enqueue(connection, "work", {"n": "open"})
            await commit(database, {"n": "committed"})
            await until(lambda: seen["committed"])
            assert not seen["open"]
        await until(lambda: seen["open"])


async def test_several_queues_at_once_do_each_job_once(database, url):
    seen: Counter[object] = Counter()
    async with working(url, counting(seen)), working(url, counting(seen)), working(url, counting(seen)):
        await commit(database, *({"n": n} for n in range(200)))
        await until(lambda: len(seen) == 200)
        await until(lambda: _is_empty(url))

    assert set(seen.values()) == {1}


async def _is_empty(url):
    return not await queued(url)


async def test_no_more_jobs_run_at_once_than_the_pace_allows(database, url):
    most, now = 0, 0

    async def task(_delivery):
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1

    async with working(url, {"work": task}):
        await commit(database, *({"n": n} for n in range(40)))
        await until(lambda: _is_empty(url))

    assert most == ground.QUICK.concurrency


async def test_a_dedupe_key_is_free_again_when_its_job_has_ended(database, url):
    await commit(database, {"n": 1}, {"n": 2}, dedupe_key="one at a time")
    assert len(await queued(url)) == 1
    seen: Counter[object] = Counter()

    async with working(url, counting(seen)):
        await until(lambda: _is_empty(url))
        await commit(database, {"n": 3}, dedupe_key="one at a time")
        await until(lambda: _is_empty(url))

    assert seen == {1: 1, 3: 1}


async def test_a_job_for_later_waits_for_its_time(database, url):
    seen: Counter[object] = Counter()
    async with working(url, counting(seen)):
        await commit(database, {"n": "later"}, after=timedelta(hours=1))
        await commit(database, {"n": "now"})
        await until(lambda: seen["now"])
        assert not seen["later"]
        await change(url, "UPDATE pgqueuer SET execute_after = now()")
        await until(lambda: seen["later"])


async def test_a_job_that_fails_is_tried_again_and_then_given_up(database, url):
    tries: list[object] = []

    async def task(delivery):
        tries.append((delivery.tries, delivery.last))
        raise Changed

    async with working(url, {"work": task}):
        await commit(database, {"n": 1})
        for number in range(1, MAX_TRIES):
            await until(lambda number=number: _waits_for_try(url, number))
            await change(url, "UPDATE pgqueuer SET execute_after = now()")
        await until(lambda: _is_empty(url))

    assert tries == [(1, False), (2, False), (3, False), (4, False), (5, True)]


async def _waits_for_try(url, number):
    return [(row["status"], row["attempts"]) for row in await queued(url)] == [("queued", number)]


def test_pauses_grow_to_a_minute():
    assert [pause_after(tries).total_seconds() for tries in range(1, 6)] == [1, 4, 16, 60, 60]


async def test_the_servers_clock_going_back_ten_minutes_holds_nothing_up(database, url):
    """Times of rows ten minutes ahead are what such a step leaves behind."""
    seen: Counter[object] = Counter()
    await commit(database, {"n": "waiting"}, {"n": "in the hands of a dead worker"})
    await change(
        url,
        """UPDATE pgqueuer SET created = created + interval '10 min', updated = updated + interval '10 min',
           heartbeat = heartbeat + interval '10 min', execute_after = execute_after + interval '10 min'""",
    )
    await change(
        url,
        """UPDATE pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid()
           WHERE id = (SELECT max(id) FROM pgqueuer)""",
    )

    async with working(url, counting(seen)):
        await until(lambda: len(seen) == 2)

    assert set(seen.values()) == {1}


async def test_a_queue_that_lost_its_connection_hears_of_new_jobs_again(database, url):
    """It would look by itself only after a minute: what it finds here, it was told of."""
    seen: Counter[object] = Counter()
    listening = Pace(heartbeat=ground.QUICK.heartbeat, poll=timedelta(minutes=1))
    async with working(url, counting(seen), pace=listening) as running:
        await commit(database, {"n": "before"})
        await until(lambda: seen["before"])
        ended = await change(
            url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%queue'"
        )
        assert len(ended) == 1

        async def heard():
            await commit(database, {"n": "after"})
            return seen["after"]

        await until(heard)
        assert not running.done()


async def test_jobs_that_run_live_through_a_restart_of_the_server(url):
    seen: Counter[object] = Counter()
    finish = asyncio.Event()

    async def task(delivery):
        seen[delivery.payload["n"]] += 1
        if delivery.payload["n"] == "long":
            await finish.wait()

    async with working(url, {"work": task}) as running:
        async with opened(url) as database:
            await commit(database, {"n": "long"})
            await until(lambda: seen["long"])
        async with ground.server_away():
            pass
        async with opened(url) as database:
            await commit(database, {"n": "after"})
        await until(lambda: seen["after"])
        finish.set()
        await until(lambda: _is_empty(url))
        assert not running.done()

    assert seen == {"long": 1, "after": 1}


async def test_a_queue_stops_while_the_database_is_away(url):
    impatient = Pace(grace=timedelta(seconds=0.1))
    begun = asyncio.Event()

    async def endless(_delivery):
        begun.set()
        await asyncio.Event().wait()

    async with (
        contextlib.AsyncExitStack() as until_it_has_stopped,
        working(url, {"work": endless}, pace=impatient, schedule={"sweep": "* * * * *"}),
    ):
        async with opened(url) as database:
            await commit(database, {"n": 1})
        await begun.wait()
        await until_it_has_stopped.enter_async_context(ground.server_away())

    assert await _is_picked(url)


async def test_a_queue_that_stops_finishes_what_runs(database, url):
    finish = asyncio.Event()
    done: list[bool] = []

    async def task(_delivery):
        await finish.wait()
        done.append(True)

    async with working(url, {"work": task}):
        await commit(database, {"n": 1})
        await until(lambda: _is_picked(url))
        asyncio.get_running_loop().call_later(0.2, finish.set)

    assert done == [True]
    assert await queued(url) == []


async def _is_picked(url):
    return [row["status"] for row in await queued(url)] == ["picked"]


async def test_a_queue_that_stops_gives_back_what_does_not_finish_and_that_is_no_failed_try(database, url):
    tries: list[object] = []

    async def endless(_delivery):
        await asyncio.Event().wait()

    async def task(delivery):
        tries.append(delivery.tries)

    impatient = Pace(poll=ground.QUICK.poll, grace=timedelta(seconds=0.1))
    async with working(url, {"work": endless}, pace=impatient):
        await commit(database, {"n": 1})
        await until(lambda: _is_picked(url))
    assert [row["status"] for row in await queued(url)] == ["queued"]

    async with working(url, {"work": task}):
        await until(lambda: _is_empty(url))
    assert tries == [1]


async def test_a_job_that_another_worker_has_taken_over_is_let_go(database, url):
    let_go = asyncio.Event()

    async def task(_delivery):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            let_go.set()
            raise

    async with working(url, {"work": task}):
        await commit(database, {"n": 1})
        await until(lambda: _is_picked(url))
        await change(url, "UPDATE pgqueuer SET queue_manager_id = gen_random_uuid(), heartbeat = now() + interval '1h'")
        await until(let_go.is_set)
        assert await _is_picked(url)


async def test_the_schedule_enqueues_what_is_due_once(database, url):
    seen: list[str] = []

    async def task(delivery):
        seen.append(delivery.name)

    async def known():
        return len(await change(url, "SELECT FROM pgqueuer_schedules"))

    schedule = {"sweep": "0 0 1 1 *"}
    async with working(url, {}, schedule=schedule):
        await until(known)
    await change(url, "UPDATE pgqueuer_schedules SET next_run = now() - interval '1 min'")

    async with (
        working(url, {"sweep": task}, schedule=schedule),
        working(url, {"sweep": task}, schedule=schedule),
    ):
        await until(lambda: bool(seen))
        await until(lambda: _is_empty(url))

    assert seen == ["sweep"]


async def test_clearing_the_log_keeps_what_is_young(database, url):
    await commit(database, {"n": 1}, {"n": 2})
    await change(
        url,
        """UPDATE pgqueuer_log SET created = created - interval '2 h'
           WHERE id = (SELECT min(id) FROM pgqueuer_log)""",
    )

    await clear_log(database, older_than=timedelta(hours=1))

    assert len(await change(url, "SELECT FROM pgqueuer_log")) == 1


async def test_the_queue_works_as_the_role_that_serves(url):
    connection = await connecting(url, role=ground.ROLE)()
    try:
        assert await connection.fetchval("SELECT current_user") == ground.ROLE
    finally:
        await connection.close()
