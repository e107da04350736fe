"""The servers that ours is held against: as little as anything could do on the same web server and the same database.

Run as `python -m benchmarks.bare KIND PORT`: `constant` is FastAPI with our models and a constant answer; `row` is an
ASGI function that sends one column of one row, found by its primary key.
"""

import os
import sys
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from app.infra.http_protocol import BoundedHttp
from app.selection.schemas.scores import ScoreAnswers, ScoreRequest
from app.serving import collect_seldom
from benchmarks.payload import answer_of, scoring_request

TABLE = "bench_answers"
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
            self._pool = await asyncpg.create_pool(self._url, min_size=5, max_size=5)
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


def main() -> None:
    kind, port = sys.argv[1:]
    app: Any = constant() if kind == "constant" else Row(os.environ["DATABASE_URL"])
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
