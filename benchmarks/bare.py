"""The servers that ours is held against: as little as anything could do on the same web server and the same database.

Run as `python -m benchmarks.bare KIND PORT`: `constant` is FastAPI with our models and a constant answer; `row` is an
ASGI function that sends one column of one row, found by its primary key; `keep` one that inserts a row for each body.
"""

import os
import sys
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from app.infra.http_protocol import BoundedHttp
from app.infra.loops import collect_seldom
from app.selection.schemas.scores import ScoreAnswers, ScoreRequest
from benchmarks.payload import answer_of, scoring_request

TABLE = "bench_answers"
DELIVERIES = "bench_deliveries"
CONNECTIONS = 5  # as many as ours keeps for short work
HEADERS = [(b"content-type", b"application/json")]


def constant() -> FastAPI:
    """FastAPI with the request and response models of POST /v1/selection/score; it computes nothing."""
    app = FastAPI(openapi_url=None)
    answer = ScoreAnswers.model_validate_json(answer_of(scoring_request(1)))

    @app.post("/v1/selection/score")
    async def score_accounts(body: ScoreRequest) -> ScoreAnswers:  # noqa: ARG001  # read and validated, as ours is
        return answer

    @app.get("/readyz")
    async def readyz() -> None:
        return None

    return app


class Row:
    """An ASGI function and a pool of connections."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: asyncpg.Pool[Any] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            self._pool = await asyncpg.create_pool(self._url, min_size=CONNECTIONS, max_size=CONNECTIONS)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = b"{}" if scope["path"] == "/readyz" else await self._answer(scope["path"].rpartition("/")[2])
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, account_id: str) -> bytes:
        assert self._pool is not None
        text: str = await self._pool.fetchval(f"SELECT answer FROM {TABLE} WHERE account_id = $1", account_id)
        return text.encode()


class Keep:
    """An ASGI function that inserts each body, and answers once that is committed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: asyncpg.Pool[Any] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            self._pool = await asyncpg.create_pool(self._url, min_size=CONNECTIONS, max_size=CONNECTIONS)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        if scope["path"] != "/readyz":
            assert self._pool is not None
            message = await receive()
            await self._pool.execute(f"INSERT INTO {DELIVERIES} (body) VALUES ($1)", message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, (b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})


def main() -> None:
    kind, port = sys.argv[1:]
    url = os.environ["DATABASE_URL"]
    app: Any = constant() if kind == "constant" else Row(url) if kind == "row" else Keep(url)
    collect_seldom()
    uvicorn.run(
        app,
        port=int(port),
        http=BoundedHttp,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=30,
    )


if __name__ == "__main__":
    main()
