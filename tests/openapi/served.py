"""Serves an application on a socket of its own, by the protocol that serves it in earnest."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, Literal, Self

import uvicorn
from fastapi import FastAPI

from app.infra.direct_http import DirectHttp

PATIENCE_SECONDS = 60


class Served:
    """The application on a free port, in a thread with a loop of its own."""

    def __init__(self, app: FastAPI, *, lifespan: Literal["on", "off"] = "on") -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=0, http=DirectHttp, log_level="critical", access_log=False, lifespan=lifespan)
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._server.serve()))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def run(self, made: Callable[[], Awaitable[Any]]) -> Any:
        """The outcome of something that is awaited in the application's own loop."""

        async def awaited() -> Any:
            return await made()

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        self._thread.start()
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            assert time.monotonic() < end, "the server does not start"
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._loop.close()
