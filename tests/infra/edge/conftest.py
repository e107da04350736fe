"""A small application that has everything the edge gives, and nothing else."""

import io
import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal

import asyncpg
import httpx
import pytest
import sqlalchemy.exc
from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from app.infra import edge, logs, request_ids
from app.infra.guard import GuardLimits
from app.infra.paging import AskedPage
from app.infra.problems import problems
from app.infra.strict_json import StrictRoute
from app.infra.wire import (
    Answer,
    Attributes,
    AwareInstant,
    FiniteNumber,
    Id,
    IsoDate,
    MoneyIn,
    Name,
    PositiveInt4,
    Ratio01,
    WireModel,
    at_most,
)
from app.kernel.errors import NotFound, Refusal


class ThingNotFound(NotFound):
    """No such thing."""


class Curve(WireModel):
    kind: Literal["curve"]
    points: list[FiniteNumber] = Field(max_length=10)


class Labels(WireModel):
    kind: Literal["labels"]
    map: Annotated[dict[str, FiniteNumber], at_most(100)]


class ThingIn(WireModel):
    name: Name
    weight: FiniteNumber = 0
    count: PositiveInt4 = 1
    share: Ratio01 = 0
    active: bool = True
    on: IsoDate | None = None
    at: AwareInstant | None = None
    price: MoneyIn | None = None
    parent: Id | None = None
    attributes: Attributes = Field(default={})
    shape: Annotated[Curve | Labels, Field(discriminator="kind")] | None = None
    either: int | str | None = None
    parts: list["ThingIn"] = Field(default=[], max_length=1000)


class ThingOut(Answer):
    name: str


FAILURES: dict[str, BaseException] = {
    "bug": ValueError("canary-secret"),
    "connection": ConnectionRefusedError("canary-secret"),
    "pool": sqlalchemy.exc.TimeoutError("canary-secret"),
    "taken": asyncpg.UniqueViolationError("canary-secret"),
}


async def _committing() -> AsyncIterator[None]:
    yield
    raise asyncpg.DeadlockDetectedError("canary-secret")


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x"


things = APIRouter(route_class=StrictRoute)
others = APIRouter(route_class=StrictRoute)


@things.post("/things", responses=problems(ThingNotFound))
async def create_thing(thing: ThingIn) -> ThingOut:
    return ThingOut(name=thing.name)


@things.get("/things")
async def list_things(page: AskedPage, number: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0) -> list[ThingOut]:
    return [ThingOut(name=page.sort or str(number))]


@things.get("/things/{thing_id}")
async def get_thing(thing_id: Id) -> ThingOut:
    raise ThingNotFound("it was never there")


@things.delete("/things/{thing_id}", status_code=204)
async def delete_thing(thing_id: PositiveInt4) -> None:
    pass


@others.get("/fails/{how}")
async def fail(how: str) -> ThingOut:
    raise FAILURES[how]


@others.get("/fails-late/{how}")
async def fail_in_dependency(how: str, _: Annotated[None, Depends(_committing, scope="function")]) -> ThingOut:
    return ThingOut(name=how)


@others.get("/stream")
async def stream() -> StreamingResponse:
    return StreamingResponse(_endless())


@others.get("/limited")
async def limited() -> ThingOut:
    request_ids.current().answer_headers.append((b"ratelimit", b'"default";r=1;t=2'))
    raise ThingNotFound("with headers")


@others.post("/hooks/soap")
async def hook() -> ThingOut:
    return ThingOut(name="taken")


def an_app(limits: GuardLimits | None = None) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    edge.install(app, limits=limits)
    for router in (things, others):
        app.include_router(router, prefix="/v1")
    return app


@pytest.fixture
def make_app():
    return an_app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = an_app(GuardLimits(any_media_under=("/v1/hooks/",)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture
def all_refusals() -> set[type[Refusal]]:
    from app.infra.problems import refusals  # noqa: PLC0415  # after every module of the application is loaded

    return set(refusals())


@pytest.fixture
def log_lines() -> Callable[[], list[dict[str, Any]]]:
    stream = io.BytesIO()
    logs.configure("INFO", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def broken_log() -> logs.Sink:
    stream = io.BytesIO()
    stream.close()
    return logs.configure("INFO", stream)
