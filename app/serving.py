"""Serves the application: the web server, the worker beside it, and how both stop."""

import asyncio
import contextlib
import math
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.greeting import greeting, prepare
from app.infra import documents, loops, migrate
from app.infra.db import opened_for
from app.infra.direct_http import DirectHttp
from app.infra.http_protocol import LEAVING
from app.infra.settings import Settings
from app.infra.telemetry import Metrics
from app.main import create_app
from app.worker import run_worker

GRACE_SECONDS = 25


def run(settings: Settings, url: str, *, host: str, with_worker: bool) -> None:
    """Migrate if needed, then serve until told to end."""
    loops.run(_run(settings, url, host, with_worker=with_worker))


async def _run(settings: Settings, url: str, host: str, *, with_worker: bool) -> None:
    direct = settings.direct_url(url)
    if not await migrate.is_current(direct):
        await asyncio.to_thread(migrate.upgrade, direct, role=settings.app_role)
    app = create_app(settings, url)
    key = await _demo_key(settings, url)
    loops.collect_seldom()
    server = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=settings.port,
            http=DirectHttp,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=math.ceil(GRACE_SECONDS - settings.drain_seconds),
            timeout_keep_alive=30,
        )
    )
    server.drain_seconds = settings.drain_seconds
    server.greeting = greeting(f"http://{host}:{settings.port}", key)
    async with _worker(settings, url, server, app.state.metrics, wanted=with_worker):
        await server.serve()


async def _demo_key(settings: Settings, url: str) -> str | None:
    database = await opened_for(
        settings,
        url,
        pool_size=2,
        pool_timeout_seconds=10,
        statement_timeout_seconds=settings.job_statement_timeout_seconds,
    )
    try:
        return await prepare(database, settings)
    finally:
        await database.close()


class _Server(uvicorn.Server):
    """uvicorn, but it greets once it listens, and ends event streams when it is told to end.

    Told so by SIGTERM, it goes on for a while, not ready, so that a balancer notices before anybody is turned away.
    """

    greeting = ""
    drain_seconds = 0.0
    _leaves_at = math.inf

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        with contextlib.suppress(OSError):  # nobody takes it: a full disk, a closed pipe
            sys.stdout.write(self.greeting)
            sys.stdout.flush()

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        app: FastAPI = self.config.app  # type: ignore[assignment]  # as given to Config
        stopping: asyncio.Event | None = getattr(app.state, "stopping", None)
        if stopping is not None:
            stopping.set()
        # Not by way of uvicorn, which then ends the process by the same signal, with the worker's jobs unfinished.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        if sig == signal.SIGTERM and self.started and self._leaves_at == math.inf:
            self.lifespan.state[LEAVING] = True
            self._leaves_at = time.monotonic() + self.drain_seconds
        else:
            self._leaves_at = 0.0
        self.should_exit = time.monotonic() >= self._leaves_at

    async def on_tick(self, counter: int) -> bool:
        self.should_exit = self.should_exit or time.monotonic() >= self._leaves_at
        return await super().on_tick(counter)


@contextlib.asynccontextmanager
async def _worker(
    settings: Settings, url: str, server: uvicorn.Server, metrics: Metrics, *, wanted: bool
) -> AsyncIterator[None]:
    """The worker beside the server; should it ever end by itself, the server ends too and somebody notices."""
    if not wanted:
        yield
        return
    stop = asyncio.Event()
    task = asyncio.create_task(run_worker(url, settings, stop, metrics=metrics))
    task.add_done_callback(lambda _: setattr(server, "should_exit", True))
    try:
        yield
    finally:
        stop.set()
        await task


def document() -> dict[str, Any]:
    """The OpenAPI document as the code has it."""
    return documents.document(create_app(Settings(), "postgresql://nowhere"))
