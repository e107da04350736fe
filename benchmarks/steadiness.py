"""B10: the memory of one API worker after a hundred thousand requests of many kinds, by that after a thousand."""

import itertools
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.infra.db import Database
from app.kernel.ids import RunId
from app.selection.service import keeping, portfolio
from benchmarks import facts, servers
from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.load import request, requests_a_second
from benchmarks.payload import scoring_request
from tests.soak.sampling import process

ACCOUNTS = 500
REQUESTS = 100_000
WARM = 1_000
CONNECTIONS = 16
GOAL = 1.1
_CHUNK_SECONDS = 0.5
# More than these two are sent, as a chunk is not cut short.
NAME = "B10 memory of one API worker after {:,} mixed requests, beside that after {:,}"


def memory(ground: Ground, *, quick: bool) -> list[Figure]:
    """B10: reads of scores, accounts and lists, scores of what is sent along, and changes, in turn."""
    ground.owning(lambda connection: facts.make(connection, ground.tenant_id, accounts=ACCOUNTS, deals_each=5))
    ground.serving(lambda database: _scored(database, ground))
    ids: list[UUID] = ground.owning(_account_ids)
    wanted = REQUESTS // 10 if quick else REQUESTS
    with servers.served(ground.url) as (port, pid):
        mixed = _mixed(ground.key, ids)
        sent = _sent(port, mixed, WARM)
        before = process(pid).memory
        _sent(port, mixed, wanted - sent)
        after = process(pid).memory
    return [Figure(NAME.format(wanted, WARM), "MiB", after, before, after / before, GOAL, at_least=False)]


def _sent(port: int, requests: list[bytes], count: int) -> int:
    """Send as many requests, or a few more; how many they were."""
    sent = 0.0
    while sent < count:
        rate = requests_a_second(port, requests, connections=CONNECTIONS, seconds=_CHUNK_SECONDS)
        sent += rate * _CHUNK_SECONDS
    return int(sent)


def _mixed(key: str, ids: list[UUID]) -> list[bytes]:
    found = []
    for number, one in zip(itertools.count(), ids, strict=False):
        found += [
            request("GET", f"/v1/accounts/{one}/score", key=key),
            request("GET", f"/v1/accounts/{one}", key=key),
            request("GET", "/v1/accounts?limit=20", key=key),
            request("GET", f"/v1/opportunities?account_id={one}", key=key),
            request("POST", "/v1/selection/score", key=key, body=scoring_request(1, number)),
            request("PATCH", f"/v1/accounts/{one}", key=key, body=orjson.dumps({"attributes": {"number": number}})),
        ]
    return found


async def _scored(database: Database, ground: Ground) -> None:
    async with database.transaction(ground.tenant_id) as connection:
        job = await portfolio.start(connection, ground.tenant_id, as_of=keeping.today(), model_id=None, key_id=None)
        await portfolio.carry_out(connection, ground.tenant_id, RunId(job.id))


async def _account_ids(connection: "asyncpg.Connection[Any]") -> list[UUID]:
    return [row["id"] for row in await connection.fetch("SELECT id FROM accounts ORDER BY id")]
