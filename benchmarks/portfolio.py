"""B7: scoring the whole portfolio as the worker does it, from facts in the database to scores in the database."""

import math
import statistics
import time
from typing import Any

import asyncpg

from app.infra.db import Database
from app.kernel.ids import RunId, TenantId
from app.selection.service import keeping, portfolio
from app.tenancy import service as tenancy
from benchmarks import facts
from benchmarks.figures import Figure, at_most, duration
from benchmarks.ground import Ground

ACCOUNTS = 10_000
DEALS_EACH = 100
# How many accounts, and how often they are scored: short runs scatter more, and long ones take long.
GROWTH = {1_000: 5, 10_000: 3, 100_000: 1}
GROWTH_DEALS_EACH = 5
EXPONENT_GOAL = 1.05

# The least that any program would have to ask about each account's deals.
AGGREGATE = """
    SELECT account_id, count(*), sum(amount) FILTER (WHERE status = 'won' AND closed_on > current_date - 365) AS ltm,
           sum(amount) FILTER (WHERE status = 'won' AND closed_on > current_date - 730
                                 AND closed_on <= current_date - 365) AS prior_ltm,
           sum(amount) FILTER (WHERE status = 'open') AS pipeline, max(closed_on) AS latest
    FROM opportunities WHERE tenant_id = $1 GROUP BY account_id
"""


def whole_portfolio(ground: Ground, *, repetitions: int, quick: bool) -> list[Figure]:
    """B7: against the database's own aggregate of the same deals, and how time grows with accounts."""
    return [*_beside_aggregate(ground, repetitions, quick=quick), _growth(ground, quick=quick)]


def _beside_aggregate(ground: Ground, repetitions: int, *, quick: bool) -> list[Figure]:
    accounts = ACCOUNTS // 10 if quick else ACCOUNTS
    tenant_id = _filled(ground, accounts, DEALS_EACH)

    async def measure(database: Database) -> tuple[float, float]:
        ours, theirs = [], []
        for at in range(repetitions + 1):  # the first is the warm-up
            seconds = await run_seconds(database, tenant_id), await _aggregate_seconds(database, tenant_id)
            if at:
                ours.append(seconds[0])
                theirs.append(seconds[1])
        return statistics.median(ours), statistics.median(theirs)

    ours, theirs = ground.serving(measure)
    name = (
        f"B7 portfolio run, {accounts:,} accounts, {accounts * DEALS_EACH:,} deals, beside one aggregate of the deals"
    )
    return [duration(name, ours, theirs, 5)]


def _growth(ground: Ground, *, quick: bool) -> Figure:
    """How time grows with accounts: the slope of its logarithm, over sizes that each are ten times the last."""
    sizes = list(GROWTH)[:2] if quick else list(GROWTH)
    tenants = [_filled(ground, size, GROWTH_DEALS_EACH) for size in sizes]

    async def measure(database: Database) -> list[float]:
        found: list[list[float]] = [[] for _ in sizes]
        for at in range(1 + max(GROWTH.values())):  # the first is the warm-up: of what was scored before there is none
            for place, (size, tenant_id) in enumerate(zip(sizes, tenants, strict=True)):
                if at <= GROWTH[size]:
                    seconds = await run_seconds(database, tenant_id)
                    found[place] += [seconds] if at else []
        return [statistics.median(seconds) for seconds in found]

    seconds = ground.serving(measure)
    slope = statistics.linear_regression([math.log(size) for size in sizes], [math.log(one) for one in seconds]).slope
    times = ", ".join(f"{size:,}: {one:.2f} s" for size, one in zip(sizes, seconds, strict=True))
    return at_most(
        f"B7 growth with accounts ({GROWTH_DEALS_EACH} deals each; {times})", "exponent", slope, EXPONENT_GOAL
    )


def _filled(ground: Ground, accounts: int, deals_each: int) -> TenantId:
    """A new organization with facts."""

    async def found(database: Database) -> TenantId:
        async with database.engine.begin() as connection:
            return await tenancy.found(connection, f"{accounts} accounts with {deals_each} deals")

    tenant_id = ground.serving(found)

    async def fill(connection: "asyncpg.Connection[Any]") -> None:
        await facts.make(connection, tenant_id, accounts=accounts, deals_each=deals_each)

    ground.owning(fill)
    return tenant_id


async def run_seconds(database: Database, tenant_id: TenantId) -> float:
    """One run: started beforehand, then carried out and committed as the worker does; its scores stay."""
    async with database.transaction(tenant_id) as connection:
        job = await portfolio.start(connection, tenant_id, as_of=keeping.today(), model_id=None, key_id=None)
    began = time.perf_counter()
    async with database.transaction(tenant_id) as connection:
        await portfolio.carry_out(connection, tenant_id, RunId(job.id))
    return time.perf_counter() - began


async def _aggregate_seconds(database: Database, tenant_id: TenantId) -> float:
    """As the same role, under the same policies, with the rows fetched."""
    async with database.fast.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant_id', $1, true)", str(tenant_id))
        began = time.perf_counter()
        await connection.fetch(AGGREGATE, tenant_id)
        return time.perf_counter() - began
