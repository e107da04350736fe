import asyncio
import contextlib
import socket
from uuid import uuid4

import httpx
import orjson
import pytest
import uvicorn
from fastapi import FastAPI

from app.infra import edge
from app.infra.jobs import Delivery
from app.infra.rate_limits import RateLimiter, parse_limit
from app.jobs import service
from app.jobs.routes import router
from app.kernel.errors import Conflict
from app.tenancy import service as tenancy
from app.tenancy.deps import Doorkeeper
from tests.jobs import ground
from tests.jobs.ground import an_organization, opened, until


class BooksClosed(Conflict):
    """The books are closed."""


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


@pytest.fixture
def app(database):
    app = FastAPI()
    app.include_router(router)
    edge.install(app)
    many = RateLimiter(parse_limit("100000/minute"))
    app.state.doorkeeper = Doorkeeper(database, many, RateLimiter(parse_limit("100000/minute"), name="bad-keys"))
    app.state.stopping = asyncio.Event()
    return app


async def a_key(database, tenant_id, *scopes):
    async with database.transaction(tenant_id) as connection:
        return (await tenancy.issue_key(connection, tenant_id, name="test", scopes=scopes))[1]


@pytest.fixture
async def client(app, database, tenant_id):
    key = await a_key(database, tenant_id, "selection:write")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test", headers={"Authorization": f"Bearer {key}"}
    ) as client:
        yield client


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


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("GET", "/events"), ("POST", "/retry")])
async def test_the_job_of_another_organization_looks_like_one_that_never_was(client, database, method, end):
    theirs = await started(database, await an_organization(database))

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


async def test_retrying_needs_the_right_to_change_what_the_job_is_about(client, database, tenant_id):
    job = await started(database, tenant_id, kind="crm.sync")
    await perform(database, job, refuse)

    response = await client.post(f"/v1/jobs/{job.id}/retry")

    assert response.status_code == 403
    assert "crm:write" in response.json()["detail"]


@contextlib.asynccontextmanager
async def served(app):
    """A real server, and its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
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
        working_on_it = None
        async for name, data in events_of(response):
            told.append((name, data["status"], data["progress"]["done"]))
            if data["status"] == "queued":
                working_on_it = asyncio.create_task(perform(database, job, handler))
            elif data["progress"]["done"] == 1:
                go_on.set()
        await working_on_it

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
