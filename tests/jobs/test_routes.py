import asyncio
import contextlib
import socket
from uuid import uuid4

import httpx
import orjson
import pytest
import uvicorn

from app.infra.http_protocol import BoundedHttp
from app.infra.jobs import Delivery
from app.jobs import service
from app.kernel.errors import Conflict
from app.tenancy import service as tenancy
from tests.jobs.ground import until


class BooksClosed(Conflict):
    """The books are closed."""


@pytest.fixture
def tenant_id(tenant):
    return tenant.id


async def started(database, tenant_id, kind="selection.run", total=0):
    async with database.transaction(tenant_id) as connection:
        return await service.start(connection, tenant_id, kind, {}, total=total)


async def perform(database, job, handler):
    delivery = Delivery(job.kind, {"tenant_id": str(job.tenant_id), "job_id": str(job.id)}, 1)
    await service.perform(database, handler, delivery)


async def refuse(_context):
    raise BooksClosed("March is closed")


async def test_a_job_is_shown_with_its_progress(client, database, tenant_id):
    job = await started(database, tenant_id, total=85)

    response = await client.get(f"/v1/jobs/{job.id}")

    assert response.status_code == 200
    shown = response.json()
    assert shown.pop("created_at")
    assert shown == {
        "id": str(job.id),
        "kind": "selection.run",
        "status": "queued",
        "progress": {"done": 0, "total": 85},
        "result": None,
        "problem": None,
        "started_at": None,
        "finished_at": None,
    }


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("GET", "/events"), ("POST", "/retry"), ("POST", "/cancel")])
async def test_anothers_job_looks_like_one_that_never_was(client, database, other_tenant, method, end):
    theirs = await started(database, other_tenant.id)

    for job_id in (theirs.id, uuid4()):
        response = await client.request(method, f"/v1/jobs/{job_id}{end}")
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["code"] == "job_not_found"


async def test_jobs_are_listed_by_kind_and_state_page_by_page(client, database, tenant_id):
    jobs = [await started(database, tenant_id) for _ in range(3)]
    await started(database, tenant_id, kind="crm.sync")

    first = (await client.get("/v1/jobs", params={"kind": "selection.run", "limit": 2})).json()
    rest = (
        await client.get("/v1/jobs", params={"kind": "selection.run", "limit": 2, "cursor": first["next_cursor"]})
    ).json()

    assert [job["id"] for job in first["data"] + rest["data"]] == [str(job.id) for job in reversed(jobs)]
    assert rest["next_cursor"] is None
    assert (await client.get("/v1/jobs", params={"status": "failed"})).json()["data"] == []
    assert (await client.get("/v1/jobs", params={"status": "sleeping"})).status_code == 422


async def test_a_failed_job_is_retried_and_one_that_did_not_fail_is_not(client, database, tenant_id):
    job = await started(database, tenant_id)
    early = await client.post(f"/v1/jobs/{job.id}/retry")
    assert (early.status_code, early.json()["code"]) == (409, "job_not_failed")
    await perform(database, job, refuse)
    assert (await client.get(f"/v1/jobs/{job.id}")).json()["problem"]["code"] == "books_closed"

    again = await client.post(f"/v1/jobs/{job.id}/retry")

    assert again.status_code == 202
    assert again.headers["location"] == f"/v1/jobs/{job.id}"
    assert again.json() == {"id": str(job.id), "status": "queued", "progress": {"done": 0, "total": 0}}


@pytest.mark.parametrize(("what", "status"), [("cancel", 200), ("retry", 202)])
async def test_steering_needs_the_right_to_change_what_the_job_is_about(anyone, database, tenant_id, what, status):
    job = await started(database, tenant_id, kind="crm.sync")
    if what == "retry":
        await perform(database, job, refuse)

    async def answer(scope):
        async with database.transaction(tenant_id) as connection:
            _, key = await tenancy.issue_key(connection, tenant_id, name="test", scopes=[scope])
        return await anyone.post(f"/v1/jobs/{job.id}/{what}", headers={"Authorization": f"Bearer {key}"})

    refused = await answer("selection:write")
    assert refused.status_code == 403
    assert "crm:write" in refused.json()["detail"]
    assert (await answer("crm:write")).status_code == status


@contextlib.asynccontextmanager
async def served(app):
    """A real server, and its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=BoundedHttp, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield server, f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()


@pytest.fixture
async def far_client(app, client):
    async with (
        served(app) as (_server, address),
        httpx.AsyncClient(base_url=address, headers=client.headers, timeout=20) as far_client,
    ):
        yield far_client


async def events_of(response):
    name = None
    async for line in response.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, orjson.loads(line.removeprefix("data: "))


async def test_a_stream_follows_a_job_to_its_end(far_client, database, tenant_id):
    go_on = asyncio.Event()

    async def handler(context):
        await context.progress(1, 2)
        await go_on.wait()
        return {"run": 7}

    job = await started(database, tenant_id)
    told = []
    async with far_client.stream("GET", f"/v1/jobs/{job.id}/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        work = []
        async for name, data in events_of(response):
            told.append((name, data["status"], data["progress"]["done"]))
            if data["status"] == "queued":
                work.append(asyncio.create_task(perform(database, job, handler)))
            elif data["progress"]["done"] == 1:
                go_on.set()
        await asyncio.gather(*work)

    assert told[0] == ("progress", "queued", 0)
    assert ("progress", "running", 1) in told
    assert told[-1] == ("end", "succeeded", 2)
    assert [name for name, _, _ in told].count("end") == 1


async def test_streams_hold_no_connection_of_the_database(far_client, database, tenant_id):
    job = await started(database, tenant_id)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(3 * database.engine.pool.size()):
            stream = far_client.stream("GET", f"/v1/jobs/{job.id}/events")
            response = await stack.enter_async_context(stream)
            assert (await anext(events_of(response)))[0] == "progress"
        assert (await far_client.get(f"/v1/jobs/{job.id}")).status_code == 200
        await until(lambda: database.engine.pool.checkedout() == 0)


async def test_a_stream_ends_when_the_process_stops(far_client, app, database, tenant_id):
    job = await started(database, tenant_id)
    async with far_client.stream("GET", f"/v1/jobs/{job.id}/events") as response:
        told = []
        async for name, _data in events_of(response):
            told.append(name)
            app.state.stopping.set()
    app.state.stopping.clear()  # it serves others after this
    assert told == ["progress"]


async def test_looking_ends_when_the_reader_leaves(app, client, database, tenant_id):
    job = await started(database, tenant_id)
    async with (
        served(app) as (server, address),
        httpx.AsyncClient(base_url=address, headers=client.headers, timeout=20) as far_client,
    ):
        async with far_client.stream("GET", f"/v1/jobs/{job.id}/events") as response:
            assert (await anext(events_of(response)))[0] == "progress"
            assert server.server_state.tasks
        await until(lambda: not server.server_state.tasks)


async def test_a_job_is_cancelled_by_the_same_answer_however_often_it_is_asked(client, database, tenant_id):
    job = await started(database, tenant_id)

    cancelled = await client.post(f"/v1/jobs/{job.id}/cancel", json={})

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (await client.get("/v1/jobs", params={"status": "cancelled"})).json()["data"] == [cancelled.json()]
    again = await client.post(f"/v1/jobs/{job.id}/cancel", json={})
    assert again.json() == cancelled.json()


async def test_a_job_that_has_ended_is_not_cancelled(client, database, tenant_id):
    job = await started(database, tenant_id)
    await perform(database, job, refuse)

    response = await client.post(f"/v1/jobs/{job.id}/cancel", json={})

    assert (response.status_code, response.json()["code"]) == (409, "job_ended")
