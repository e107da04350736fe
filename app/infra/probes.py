"""What a balancer asks: is the process alive, and can it serve; and the API's own document."""

import asyncio
from typing import Literal

import asyncpg
from fastapi import FastAPI
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.infra import docs_page, documents
from app.infra.db import Database
from app.infra.problem_pages import OPEN
from app.infra.wire import Answer

# Of the steps on the fast lane: who asks whether we are ready does not wait for all that a request would.
PATIENCE = 1.5


class Liveness(Answer):
    """The process is alive."""

    status: Literal["alive"]


class Readiness(Answer):
    """The service can serve."""

    status: Literal["ready"]


class Unreadiness(Answer):
    """The service cannot serve at the moment."""

    status: Literal["not ready"]
    reason: str = Field(description="What is missing, for people")


def install(app: FastAPI) -> None:
    """Put the pages on `app`; they need no key."""
    app.add_api_route(
        "/livez", _livez, name="get_liveness", tags=["operation"], response_model=Liveness, openapi_extra=OPEN
    )
    app.add_api_route(
        "/readyz",
        _readyz,
        name="get_readiness",
        tags=["operation"],
        response_model=Readiness,
        responses={503: {"model": Unreadiness, "description": "The service cannot serve at the moment"}},
        openapi_extra=OPEN,
    )
    app.add_api_route("/openapi.json", _openapi, include_in_schema=False)
    docs_page.install(app)


async def _livez() -> Response:
    """Tell that the process is alive."""
    return JSONResponse({"status": "alive"})


async def _readyz(request: Request) -> Response:
    """Tell whether the service can serve: its database is there, with the tables that it needs, and it is to go on."""
    state = request.app.state
    leaving = state.stopping.is_set()
    reason = "it is about to end" if leaving else await unready(state.doorkeeper.database, state.revision)
    if reason is None:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready", "reason": reason}, 503, {"Retry-After": "1"})


async def unready(database: Database, revision: str) -> str | None:
    """Why the service cannot serve now, if it cannot; `revision` is the oldest shape of the database that it takes."""
    try:
        async with asyncio.timeout(PATIENCE * database.quick_seconds):
            found = await database.quickly("SELECT version_num FROM alembic_version")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return "the database is away"
    return None if found is not None and found["version_num"] >= revision else "migrations are behind"


async def _openapi(request: Request) -> Response:
    return Response(documents.served(request.app), media_type="application/json")
