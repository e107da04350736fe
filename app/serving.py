"""Serves the application: the web server, the worker beside it, and how both stop."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.greeting import greeting, prepare
from app.infra import documents, loops, migrate
from app.infra.db import connected
from app.infra.http_protocol import BoundedHttp
from app.infra.settings import Settings
from app.main import create_app
from app.worker import run_worker

GRACE_SECONDS = 25


def run(settings: Settings, url: str, *, host: str, with_worker: bool) -> None:
    """Migrate if needed, then serve until told to end."""
    loops.run(_run(settings, url, host, with_worker=with_worker))


async def _run(settings: Settings, url: str, host: str, *, with_worker: bool) -> None:
    if not await migrate.is_current(url):
        await asyncio.to_thread(migrate.upgrade, settings.database_direct_url or url, role=settings.app_role)
    app = create_app(settings, url)
    key = await _demo_key(settings, url)
    loops.collect_seldom()
    server = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=settings.port,
            http=BoundedHttp,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=30,
        )
    )
    server.greeting = greeting(f"http://{host}:{settings.port}", key)
    async with _worker(settings, url, server, wanted=with_worker):
        await server.serve()


async def _demo_key(settings: Settings, url: str) -> str | None:
    database = await connected(
        url,
        role=settings.app_role,
        pool_size=2,
        pool_timeout_seconds=10,
        statement_timeout_seconds=settings.job_statement_timeout_seconds,
    )
    try:
        return await prepare(database, settings)
    finally:
        await database.close()


class _Server(uvicorn.Server):
    """uvicorn, but it greets once it listens, and ends event streams when it is told to end."""

    greeting = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(self.greeting)
        sys.stdout.flush()

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        app: FastAPI = self.config.app  # type: ignore[assignment]  # as given to Config
        stopping: asyncio.Event | None = getattr(app.state, "stopping", None)
        if stopping is not None:
            stopping.set()
        # Not by way of uvicorn, which then ends the process by the same signal, with the worker's jobs unfinished.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


@contextlib.asynccontextmanager
async def _worker(settings: Settings, url: str, server: uvicorn.Server, *, wanted: bool) -> AsyncIterator[None]:
    """The worker beside the server; should it ever end by itself, the server ends too and somebody notices."""
    if not wanted:
        yield
        return
    stop = asyncio.Event()
    task = asyncio.create_task(run_worker(url, settings, stop))
    task.add_done_callback(lambda _: setattr(server, "should_exit", True))
    try:
        yield
    finally:
        stop.set()
        await task


def document() -> dict[str, Any]:
    """The OpenAPI document as the code has it."""
    return documents.document(create_app(Settings(), "postgresql://nowhere"))
