"""B4: a plugin shows an account's score, authenticated, under row-level security and explained."""

import random
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg

from app.infra.db import Database
from app.kernel.ids import RunId
from app.selection.service import keeping, portfolio
from benchmarks import facts, servers
from benchmarks.bare import TABLE
from benchmarks.figures import Figure, medians, rate
from benchmarks.ground import Ground
from benchmarks.load import request, requests_a_second
from benchmarks.one_request import body_of

ACCOUNTS = 2000
CONNECTIONS = 16
NAME = f"B4 GET /v1/accounts/{{id}}/score, {ACCOUNTS:,} accounts in turn, beside ASGI and one SELECT"


def account_score(ground: Ground, *, repetitions: int, seconds: float) -> list[Figure]:
    """B4: against an ASGI function that sends the same text out of one row."""
    ground.owning(lambda connection: facts.make(connection, ground.tenant_id, accounts=ACCOUNTS, deals_each=10))
    ground.serving(lambda database: _scored(database, ground))
    ids: list[UUID] = ground.owning(_account_ids)
    random.Random(1).shuffle(ids)
    with servers.ours(ground.url) as ours:
        ground.owning(lambda connection: _keep_answers(connection, ground, ours, ids))
        with servers.bare("row", ground.url) as bare:
            shown = [request("GET", f"/v1/accounts/{one}/score", key=ground.key) for one in ids]
            sent = [request("GET", f"/{one}", key=ground.key) for one in ids]
            load = partial(requests_a_second, connections=CONNECTIONS, seconds=seconds)
            found = medians({"ours": partial(load, ours, shown), "bare": partial(load, bare, sent)}, repetitions)
    return [rate(NAME, found["ours"], found["bare"], 0.4)]


async def _scored(database: Database, ground: Ground) -> None:
    async with database.transaction(ground.tenant_id) as connection:
        job = await portfolio.start(connection, ground.tenant_id, as_of=keeping.today(), model_id=None, key_id=None)
        await portfolio.carry_out(connection, ground.tenant_id, RunId(job.id))


async def _account_ids(connection: "asyncpg.Connection[Any]") -> list[UUID]:
    return [row["id"] for row in await connection.fetch("SELECT id FROM accounts")]


async def _keep_answers(connection: "asyncpg.Connection[Any]", ground: Ground, port: int, ids: list[UUID]) -> None:
    """What the bare server sends is what ours sent, byte by byte."""
    answers = [
        (str(one), await body_of(port, request("GET", f"/v1/accounts/{one}/score", key=ground.key))) for one in ids
    ]
    await connection.execute(f"CREATE TABLE {TABLE} (account_id text PRIMARY KEY, answer text NOT NULL)")
    await connection.copy_records_to_table(TABLE, records=answers)
    await connection.execute(f"VACUUM ANALYZE {TABLE}")
