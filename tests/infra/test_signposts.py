"""A request finds the same route by the signposts as by trying one route after the other."""

import httpx
import pytest_asyncio
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse

from app.infra import signposts


def a_router():
    router = APIRouter(prefix="/v1")

    def told(name):
        async def tell():
            return PlainTextResponse(name)

        return tell

    for method, path in (
        ("GET", "/things"),
        ("POST", "/things"),
        ("GET", "/things/best"),
        ("GET", "/things/{thing_id}"),
        ("GET", "/things/{thing_id}/parts"),
        ("GET", "/{anything}/of/it"),
        ("GET", "/kinds/{kind}"),
        ("GET", "/kinds/new"),
        ("GET", "/kinds/{kind}/old"),
        ("GET", "/kinds/{kind}/{age}"),
        ("GET", "/files/{rest:path}"),
    ):
        router.add_api_route(path, told(f"{method} {path}"), methods=[method], name=f"{method} {path}")
    return router


@pytest_asyncio.fixture
async def led():
    app = FastAPI()
    signposts.include(app, [a_router()])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kap.test") as client:
        yield client


@pytest_asyncio.fixture
async def unled():
    app = FastAPI()
    app.include_router(a_router())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kap.test") as client:
        yield client


async def test_every_request_ends_where_the_router_alone_would_have_led_it(led, unled):
    paths = (
        "/v1/things", "/v1/things/", "/v1/things/best", "/v1/things/7", "/v1/things/7/parts", "/v1/things/7/other",
        "/v1/kinds/new", "/v1/kinds/a/old", "/v1/kinds/a/older",
        "/v1/it/of/it", "/v1/files/a/b/c", "/v1", "/", "/v1/nothing", "/v1/things/a%2Fb", "/openapi.json",
    )  # fmt: skip
    for path in paths:
        for method in ("GET", "POST", "PUT"):
            ours, theirs = await led.request(method, path), await unled.request(method, path)
            assert ours.status_code == theirs.status_code, (method, path)
            if path != "/openapi.json":
                assert ours.text == theirs.text, (method, path)


async def test_the_document_names_the_same_operations(led, unled):
    ours, theirs = await led.get("/openapi.json"), await unled.get("/openapi.json")
    assert ours.json()["paths"] == theirs.json()["paths"]
