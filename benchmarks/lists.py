"""B9: what is asked of a whole portfolio, as a tool asks: over HTTP, authenticated, under row-level security."""

import asyncio
import time
from functools import partial

import asyncpg

from app.health.service.keeping import today
from app.health.service.refreshing import refresh
from app.infra.db import Database
from benchmarks import facts, promises, servers
from benchmarks.figures import Figure, duration, medians
from benchmarks.ground import Ground
from benchmarks.load import request, requests_a_second

ACCOUNTS = 10_000
PAGE = 100
# What the page shows, asked once, by the role's owner, whom no policy binds.
QUERY = f"""
    SELECT h.*, a.name, a.source, a.external_id, a.kam_user_id
    FROM account_health h JOIN accounts a ON a.tenant_id = h.tenant_id AND a.id = h.account_id
    WHERE h.tenant_id = $1 AND a.removed_at IS NULL ORDER BY h.health NULLS LAST, h.account_id LIMIT {PAGE}
"""  # our own number


def of_a_portfolio(ground: Ground, *, repetitions: int, seconds: float, quick: bool) -> list[Figure]:
    """B9: a page of its health, and the report of what was promised to it and kept."""
    accounts = ACCOUNTS // 10 if quick else ACCOUNTS
    ground.owning(lambda connection: facts.make(connection, ground.tenant_id, accounts=accounts, deals_each=4))
    ground.serving(lambda database: _judged(database, ground))
    ground.owning(lambda connection: connection.execute("ANALYZE health_scores, account_health"))
    with servers.ours(ground.url) as port:
        page = _health_page(ground, port, accounts=accounts, repetitions=repetitions, seconds=seconds / 2)
        return page + promises.accountability(ground, port, accounts=accounts, repetitions=repetitions)


def _health_page(ground: Ground, port: int, *, accounts: int, repetitions: int, seconds: float) -> list[Figure]:
    """The part of health: against the one query, asked over and over on one connection."""
    asked = [request("GET", f"/v1/health?limit={PAGE}", key=ground.key)]
    load = partial(requests_a_second, connections=1, seconds=seconds)
    found = medians(
        {"ours": partial(load, port, asked), "query": lambda: asyncio.run(_queries_a_second(ground, seconds))},
        repetitions,
    )
    name = f"B9 GET /v1/health?limit={PAGE} of {accounts:,} accounts, beside the one query it needs"
    return [duration(name, 1 / found["ours"], 1 / found["query"], 3)]


async def _judged(database: Database, ground: Ground) -> None:
    async with database.transaction(ground.tenant_id) as connection:
        await refresh(connection, ground.tenant_id, None, today())


async def _queries_a_second(ground: Ground, seconds: float) -> float:
    connection = await asyncpg.connect(ground.url)
    try:
        began, asked = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            await connection.fetch(QUERY, ground.tenant_id)
            asked += 1
        return asked / (time.perf_counter() - began)
    finally:
        await connection.close()
