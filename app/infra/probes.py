"""What a balancer asks: is the process alive, and can it serve; and the API's own document."""

import asyncio

import asyncpg
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.infra import documents
from app.infra.db import Database

READY_SECONDS = 1.5


def install(app: FastAPI) -> None:
    """Put the pages on `app`; they need no key."""
    app.add_api_route("/livez", _livez, include_in_schema=False)
    app.add_api_route("/readyz", _readyz, include_in_schema=False)
    app.add_api_route("/openapi.json", _openapi, include_in_schema=False)


async def _livez() -> Response:
    return JSONResponse({"status": "alive"})


async def _readyz(request: Request) -> Response:
    reason = await unready(request.app.state.doorkeeper.database, request.app.state.revision)
    if reason is None:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready", "reason": reason}, 503, {"Retry-After": "1"})


async def unready(database: Database, revision: str) -> str | None:
    """Why the service cannot serve now, if it cannot."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            found = await database.quickly("SELECT version_num FROM alembic_version")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return "the database is away"
    return None if found is not None and found["version_num"] == revision else "migrations are behind"


async def _openapi(request: Request) -> Response:
    return JSONResponse(documents.document(request.app))
