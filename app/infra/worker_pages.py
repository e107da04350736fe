"""The pages of a worker that serves nobody else: its metrics, and that it is alive."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.infra.http_protocol import BoundedHttp
from app.infra.telemetry import CONTENT_TYPE, Metrics

_GRACE_SECONDS = 2


@contextlib.asynccontextmanager
async def pages(metrics: Metrics, host: str, port: int) -> AsyncIterator[None]:
    """`/metrics` and `/livez` at this address inside the block; port 0: nowhere."""
    if not port:
        yield
        return

    async def show_metrics(_: Request) -> Response:
        return Response(await metrics.scraped(), media_type=CONTENT_TYPE)

    # Bound here, where an address that is taken is an error like any other.
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
        server = _Server(
            uvicorn.Config(
                Starlette(routes=[Route("/metrics", show_metrics), Route("/livez", _livez)]),
                http=BoundedHttp,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield
        finally:
            server.should_exit = True
            await serving


async def _livez(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


class _Server(uvicorn.Server):
    """uvicorn, which leaves the process's signals to the worker."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
