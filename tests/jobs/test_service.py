import asyncio
import threading
from uuid import uuid4

import pytest

from app.infra import request_ids
from app.infra.jobs import MAX_TRIES, Delivery
from app.infra.paging import PageRequest
from app.infra.request_ids import Facts
from app.jobs import service
from app.jobs.service import JobEnded, JobNotFailed, JobNotFound
from app.kernel.errors import Conflict, Unavailable
from app.kernel.ids import JobId, new_id
from tests.jobs import ground
from tests.jobs.ground import an_organization, opened, owner, until, working


class BooksClosed(Conflict):
    """The books are closed."""


class FeedAway(Unavailable):
    """The feed is away."""


class Changed(Exception):
    """What made a transaction roll back, or a handler stumble."""


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


@pytest.fixture
async def database(url):
    async with opened(url) as database:
        yield database


@pytest.fixture
async def tenant_id(database):
    return await an_organization(database)


async def started(database, tenant_id, kind="work", payload=None, **more):
    async with database.transaction(tenant_id) as connection:
        return await service.start(connection, tenant_id, kind, payload or {}, **more)


async def seen(database, tenant_id, job_id):
    async with database.transaction(tenant_id) as connection:
        return await service.job(connection, tenant_id, job_id)


def delivery_of(job, tries=1):
    return Delivery(job.kind, {"tenant_id": str(job.tenant_id), "job_id": str(job.id)}, tries)


async def fine(_context):
    return {"answer": 42}


async def test_a_job_is_carried_out_with_what_was_asked_and_keeps_its_result(database, tenant_id, url):
    asked = []

    async def handler(context):
        asked.append((context.tenant_id, context.payload, request_ids.current().request_id))
        return {"run": 7}

    with request_ids.serving(Facts(request_id="the-asking-request")):
        job = await started(database, tenant_id, payload={"model": "default"}, total=3)
    assert (job.status, job.total) == ("queued", 3)

    async def task(delivery):
        await service.perform(database, handler, delivery)

    async with working(url, {"work": task}):
        await until(lambda: _finished(database, tenant_id, job.id))

    assert asked == [(tenant_id, {"model": "default"}, "the-asking-request")]
    done = await seen(database, tenant_id, job.id)
    assert (done.status, done.result, done.problem) == ("succeeded", {"run": 7}, None)
    assert (done.done, done.total) == (3, 3)
    assert done.created_at <= done.started_at <= done.finished_at


async def _finished(database, tenant_id, job_id):
    return (await seen(database, tenant_id, job_id)).finished


async def test_a_job_started_in_a_transaction_that_is_rolled_back_never_was(database, tenant_id, url):
    async def start_and_think_again():
        async with database.transaction(tenant_id) as connection:
            await service.start(connection, tenant_id, "rolled back", {})
            raise Changed

    with pytest.raises(Changed):
        await start_and_think_again()

    async with owner(url) as everything:
        assert await everything.fetchval("SELECT count(*) FROM jobs WHERE kind = 'rolled back'") == 0
        assert await everything.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'rolled back'") == 0


async def test_a_refusal_fails_the_job_with_its_problem(database, tenant_id):
    async def handler(context):
        await context.progress(2, 5)
        raise BooksClosed("March is closed")

    job = await started(database, tenant_id)
    await service.perform(database, handler, delivery_of(job))

    failed = await seen(database, tenant_id, job.id)
    assert (failed.status, failed.done, failed.total) == ("failed", 2, 5)
    assert failed.problem["title"] == "The books are closed"
    assert failed.problem["detail"] == "March is closed"
    assert failed.problem["code"] == "books_closed"
    assert failed.problem["status"] == 409


async def test_a_refusal_for_the_moment_is_tried_again(database, tenant_id):
    async def handler(_context):
        raise FeedAway("come back later")

    job = await started(database, tenant_id)
    with pytest.raises(FeedAway):
        await service.perform(database, handler, delivery_of(job))
    assert (await seen(database, tenant_id, job.id)).status == "queued"

    await service.perform(database, handler, delivery_of(job, MAX_TRIES))
    failed = await seen(database, tenant_id, job.id)
    assert (failed.status, failed.problem["code"]) == ("failed", "feed_away")


async def test_an_unforeseen_error_is_tried_again_and_then_fails_the_job_without_telling_more(database, tenant_id):
    async def handler(_context):
        raise Changed("secret-of-ours")

    job = await started(database, tenant_id)
    for tries in range(1, MAX_TRIES):
        with pytest.raises(Changed):
            await service.perform(database, handler, delivery_of(job, tries))
        assert (await seen(database, tenant_id, job.id)).status == "queued"
    await service.perform(database, handler, delivery_of(job, MAX_TRIES))

    failed = await seen(database, tenant_id, job.id)
    assert failed.status == "failed"
    assert failed.problem["status"] == 500
    assert "secret" not in str(failed.problem)


async def test_a_result_that_cannot_be_kept_is_an_error_like_any_other(database, tenant_id):
    async def handler(_context):
        return {"what": object()}

    job = await started(database, tenant_id)
    await service.perform(database, handler, delivery_of(job, MAX_TRIES))
    assert (await seen(database, tenant_id, job.id)).status == "failed"


async def test_a_job_whose_processes_died_every_time_is_not_tried_for_ever(database, tenant_id):
    job = await started(database, tenant_id)
    await service.perform(database, fine, delivery_of(job, MAX_TRIES + 1))

    failed = await seen(database, tenant_id, job.id)
    assert (failed.status, failed.problem["code"]) == ("failed", "job_broken_off")


async def test_a_job_that_has_ended_is_left_alone_when_it_is_delivered_again(database, tenant_id):
    calls = []

    async def handler(context):
        calls.append(context.job_id)
        return {"n": len(calls)}

    job = await started(database, tenant_id)
    await service.perform(database, handler, delivery_of(job))
    await service.perform(database, handler, delivery_of(job, 2))

    assert calls == [job.id]
    assert (await seen(database, tenant_id, job.id)).result == {"n": 1}


async def test_a_job_that_is_gone_is_left_alone(database, tenant_id):
    payload = {"tenant_id": str(tenant_id), "job_id": str(new_id())}
    called = []

    async def handler(_context):
        called.append(True)

    await service.perform(database, handler, Delivery("work", payload, 1))
    assert not called


async def test_a_failed_job_can_be_asked_for_again(database, tenant_id, url):
    async def refuse(_context):
        raise BooksClosed("March is closed")

    job = await started(database, tenant_id, kind="again")
    async with owner(url) as everything:
        await everything.execute("DELETE FROM pgqueuer")
    await service.perform(database, refuse, delivery_of(job))

    async with database.transaction(tenant_id) as connection:
        reopened = await service.retry(connection, tenant_id, job.id)
    assert (reopened.status, reopened.problem, reopened.finished_at) == ("queued", None, None)

    async def task(delivery):
        await service.perform(database, fine, delivery)

    async with working(url, {"again": task}):
        await until(lambda: _finished(database, tenant_id, job.id))
    assert (await seen(database, tenant_id, job.id)).result == {"answer": 42}


@pytest.mark.parametrize("ended", [False, True])
async def test_only_a_failed_job_can_be_asked_for_again(database, tenant_id, ended):
    job = await started(database, tenant_id)
    if ended:
        await service.perform(database, fine, delivery_of(job))

    async with database.transaction(tenant_id) as connection:
        with pytest.raises(JobNotFailed):
            await service.retry(connection, tenant_id, job.id)


async def test_the_job_of_another_organization_is_not_there(database, tenant_id):
    job = await started(database, tenant_id)
    other = await an_organization(database)

    async with database.transaction(other) as connection:
        with pytest.raises(JobNotFound):
            await service.job(connection, other, job.id)
        with pytest.raises(JobNotFound):
            await service.retry(connection, other, job.id)
        assert (await service.job_page(connection, other, PageRequest(), kind=None, status=None)).data == []


async def test_progress_is_seen_while_the_job_runs_and_written_seldom(database, tenant_id, url):
    told, go_on = asyncio.Event(), asyncio.Event()

    async def handler(context):
        for done in range(1, 1001):
            await context.progress(done, 5000)
        told.set()
        await go_on.wait()

    job = await started(database, tenant_id)
    working_on_it = asyncio.create_task(service.perform(database, handler, delivery_of(job)))
    await told.wait()
    running = await seen(database, tenant_id, job.id)
    go_on.set()
    await working_on_it

    assert running.status == "running"
    assert running.total == 5000
    assert 1 <= running.done < 1000  # the first telling was written, most of the others were not
    ended = await seen(database, tenant_id, job.id)
    assert (ended.done, ended.total) == (5000, 5000)


async def test_a_list_of_jobs_is_paged_and_filtered(database, tenant_id):
    jobs = [await started(database, tenant_id, kind=kind) for kind in ("a", "b", "a", "a")]
    await service.perform(database, fine, delivery_of(jobs[0]))

    async def page(asked, **filters):
        async with database.transaction(tenant_id) as connection:
            return await service.job_page(connection, tenant_id, asked, **{"kind": None, "status": None, **filters})

    first = await page(PageRequest(limit=3))
    rest = await page(PageRequest(limit=3, cursor=first.next_cursor))
    assert [job.id for job in [*first.data, *rest.data]] == [job.id for job in reversed(jobs)]
    assert rest.next_cursor is None
    assert [job.id for job in (await page(PageRequest(), kind="b")).data] == [jobs[1].id]
    assert [job.id for job in (await page(PageRequest(), status="succeeded")).data] == [jobs[0].id]


async def test_busy_work_runs_beside_the_loop(database, tenant_id):
    loops_thread = threading.get_ident()

    async def handler(context):
        return {"beside": await context.in_thread(threading.get_ident) != loops_thread}

    job = await started(database, tenant_id)
    await service.perform(database, handler, delivery_of(job))
    assert (await seen(database, tenant_id, job.id)).result == {"beside": True}


async def test_a_database_that_comes_back_finds_the_work_that_was_done_meanwhile(url):
    gone = asyncio.Event()

    async def away():
        async with ground.server_away():
            gone.set()
            await asyncio.sleep(0.3)

    async with opened(url) as database, asyncio.TaskGroup() as meanwhile:
        tenant_id = await an_organization(database)
        job = await started(database, tenant_id)

        async def handler(_context):
            meanwhile.create_task(away())
            await gone.wait()
            return {"kept": True}

        await service.perform(database, handler, delivery_of(job))
        assert (await seen(database, tenant_id, job.id)).result == {"kept": True}


async def test_looking_at_a_job_that_is_gone_tells_nothing(database, tenant_id):
    looks = service.looks(database, tenant_id, JobId(uuid4()))
    assert await anext(looks) is None
    await looks.aclose()


async def cancelled(database, tenant_id, job_id):
    async with database.transaction(tenant_id) as connection:
        return await service.cancel(connection, tenant_id, job_id)


async def test_a_job_that_is_cancelled_before_it_begins_is_never_carried_out(database, tenant_id):
    job = await started(database, tenant_id)
    done = []

    async def handler(_context):
        done.append(1)

    assert (await cancelled(database, tenant_id, job.id)).status == "cancelled"
    await service.perform(database, handler, delivery_of(job))

    assert done == []
    assert (await seen(database, tenant_id, job.id)).finished_at is not None


async def test_work_that_is_cancelled_stops_where_it_next_tells_its_progress(database, tenant_id):
    job = await started(database, tenant_id)
    steps = []

    async def handler(context):
        steps.append("first")
        await cancelled(database, tenant_id, job.id)
        await context.progress(1, 2)
        steps.append("second")
        return {"done": True}

    await service.perform(database, handler, delivery_of(job))

    after = await seen(database, tenant_id, job.id)
    assert (steps, after.status, after.result, after.problem) == (["first"], "cancelled", None, None)


async def test_a_cancelled_job_stays_cancelled_even_if_its_last_step_comes_to_an_end(database, tenant_id):
    job = await started(database, tenant_id)

    async def handler(_context):
        await cancelled(database, tenant_id, job.id)
        return {"done": True}

    await service.perform(database, handler, delivery_of(job))

    after = await seen(database, tenant_id, job.id)
    assert (after.status, after.result) == ("cancelled", None)
    assert await cancelled(database, tenant_id, job.id) == after


async def test_a_cancelled_job_can_be_asked_for_again(database, tenant_id):
    job = await started(database, tenant_id)
    await cancelled(database, tenant_id, job.id)

    async with database.transaction(tenant_id) as connection:
        assert (await service.retry(connection, tenant_id, job.id)).status == "queued"
    await service.perform(database, fine, delivery_of(job))

    assert (await seen(database, tenant_id, job.id)).result == {"answer": 42}


@pytest.mark.parametrize("handler_name", ["fine", "refusing"])
async def test_a_job_that_has_ended_cannot_be_cancelled(database, tenant_id, handler_name):
    async def refusing(_context):
        raise BooksClosed("March is closed")

    job = await started(database, tenant_id)
    await service.perform(database, {"fine": fine, "refusing": refusing}[handler_name], delivery_of(job))

    with pytest.raises(JobEnded):
        await cancelled(database, tenant_id, job.id)
