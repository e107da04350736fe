"""What the database does with what hot routes send: none may look through all of a table that grows.

The statements are those of real requests, explained by the server itself as it carries them out, as the role that
serves and under its policies, whichever way they come; what counts are the rows that it really looked at.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
import httpx

from app.infra.db import plain_url
from app.kernel.ids import TenantId, new_id
from app.main import create_app
from app.tenancy import service as tenancy
from benchmarks import facts, portfolio
from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground

ACCOUNTS, DEALS_EACH, OTHERS = 100_000, 10, 3
MANY_ROWS = 5_000
# What grows with an organization's accounts, deals and days.
BIG = frozenset({
    "accounts", "accounts_past", "account_health", "account_plans", "account_standings", "account_warnings",
    "audit_log", "changed_accounts", "commitment_moves", "commitments", "contacts", "contacts_past", "crm_deliveries",
    "crm_events", "crm_hints", "crm_records", "engagement_contacts", "engagements", "events", "health_scores", "jobs",
    "lifecycle_moves", "observations", "opportunities", "opportunities_past", "plan_versions", "ratings", "scores",
    "targets", "targets_past", "usage_entries", "webhook_attempts", "webhook_deliveries",
})  # fmt: skip
HOT = (
    "/v1/accounts/{account_id}",
    "/v1/accounts/{account_id}/card",
    "/v1/accounts/{account_id}/metrics",
    "/v1/accounts/{account_id}/lifecycle",
    "/v1/accounts/{account_id}/revenue-motions",
    "/v1/accounts/{account_id}/score",
    "/v1/accounts/{account_id}/scores",
    "/v1/accounts/{account_id}/opportunities?limit=100",
    "/v1/accounts/{account_id}/health",
    "/v1/accounts/{account_id}/health/history",
    "/v1/accounts/{account_id}/warnings",
    "/v1/accounts/{account_id}/commitments",
    "/v1/accounts?limit=100",
    "/v1/accounts?limit=100&sort=name",
    "/v1/accounts?source=crm&external_id=A-7",
    "/v1/opportunities?limit=100",
    "/v1/opportunities?limit=100&status=open",
    "/v1/ratings?limit=100",
    "/v1/selection/runs/{run_id}/results?limit=100",
    "/v1/selection/runs/{run_id}/results?limit=100&tier=tier_1",
    "/v1/selection/lifecycle?limit=100",
    "/v1/health?limit=100",
    "/v1/warnings?limit=100",
    "/v1/commitments?limit=100",
    "/v1/plans?limit=100",
    "/v1/events?limit=100",
    "/v1/events?limit=100&account_id={account_id}",
    "/v1/webhook-deliveries?limit=100",
    "/v1/audit-log?limit=100",
    "/v1/audit-log?limit=100&account_id={account_id}",
    "/v1/crm/events?limit=100",
    "/v1/crm/records?limit=100",
    "/v1/jobs?limit=100",
)
_EXPLAINING = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
    "auto_explain.log_parameter_max_length": "0",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """A table that a request looked through from its beginning on, and at how many of its rows."""

    request: str
    table: str
    rows: int
    statement: str


def plans(ground: Ground, *, quick: bool) -> list[Figure]:
    """How many big tables hot routes look through as a whole, with several organizations in one database."""
    accounts = ACCOUNTS // 50 if quick else ACCOUNTS
    for tenant_id in [_another(ground) for _ in range(OTHERS)]:
        ground.owning(partial(facts.make, tenant_id=tenant_id, accounts=accounts // 10, deals_each=DEALS_EACH))
    ground.owning(partial(facts.make, tenant_id=ground.tenant_id, accounts=accounts, deals_each=DEALS_EACH))
    ground.serving(lambda database: portfolio.run_seconds(database, ground.tenant_id))
    ground.owning(lambda connection: connection.execute("VACUUM ANALYZE", timeout=600))
    found = [one for one in ground.owning(partial(scans, ground=ground, requests=HOT)) if one.rows >= MANY_ROWS]
    for one in found:
        print(f"{one.request} looks through {one.rows:,} rows of {one.table}: {one.statement}")
    name = f"plans big tables looked through by {len(HOT)} hot routes, {accounts:,} accounts, {DEALS_EACH} deals each"
    return [at_most(name, "tables", len(found), 0)]


def _another(ground: Ground) -> TenantId:
    async def found(database: Any) -> TenantId:
        async with database.engine.begin() as connection:
            return await tenancy.found(connection, f"Another {new_id()}")

    return ground.serving(found)


async def scans(
    owner: "asyncpg.Connection[Any]", ground: Ground, requests: Sequence[str], **settings: str
) -> list[Scan]:
    """What the requests look through, of what is big, under such settings of the server; each has to go well."""
    found: list[Scan] = []
    async with explaining(owner, **settings), _client(ground) as client:
        ids = await _ids(owner, ground.tenant_id)
        log = await _log(owner)
        for request in requests:
            before = await owner.fetchval("SELECT size FROM pg_stat_file($1)", log)
            answer = await client.get(request.format(**ids))
            assert answer.status_code in {200, 404}, (request, answer.text)
            said = await owner.fetchval("SELECT pg_read_file($1, $2, 100000000)", log, before)
            found += [Scan(request, table, rows, statement) for statement, table, rows in looked_through(said)]
    return found


@asynccontextmanager
async def explaining(owner: "asyncpg.Connection[Any]", **settings: str) -> AsyncIterator[None]:
    """New connections to the owner's database have their statements explained in the server's log."""
    told = {**_EXPLAINING, **settings}
    name = await owner.fetchval("SELECT quote_ident(current_database())")
    for key, value in told.items():
        await owner.execute(f"ALTER DATABASE {name} SET {key} = '{value}'")  # our own words
    try:
        yield
    finally:
        for key in told:
            await owner.execute(f"ALTER DATABASE {name} RESET {key}")


@asynccontextmanager
async def _client(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(ground.settings, plain_url(ground.url))
    transport, headers = httpx.ASGITransport(app), {"Authorization": f"Bearer {ground.key}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://kap.test", headers=headers, timeout=60) as client,
    ):
        yield client


async def _ids(owner: "asyncpg.Connection[Any]", tenant_id: TenantId) -> Mapping[str, Any]:
    account = await owner.fetchval("SELECT id FROM accounts WHERE tenant_id = $1 LIMIT 1", tenant_id)
    run = await owner.fetchval("SELECT id FROM selection_runs WHERE tenant_id = $1 LIMIT 1", tenant_id)
    return {"account_id": account, "run_id": run}


async def _log(owner: "asyncpg.Connection[Any]") -> str:
    """Where the embedded server writes its log."""
    home: str = (await owner.fetchval("SHOW data_directory")).rpartition("/")[0]
    return f"{home}/log"


def looked_through(log: str) -> Iterator[tuple[str, str, int]]:
    """The statements in the log, with the big tables that each of them looks through, and at how many rows."""
    for explained in _explained(log):
        for table, rows in dict(sorted(_whole(explained["Plan"]))).items():
            yield " ".join(explained["Query Text"].split()), table, rows


def _explained(log: str) -> Iterator[Mapping[str, Any]]:
    """The plans in the log: each begins behind the word, and its lines are indented."""
    decoder = json.JSONDecoder()
    for part in log.split(" plan:\n")[1:]:
        text = "\n".join(line.removeprefix("\t") for line in part.splitlines())
        plan: Mapping[str, Any] = decoder.raw_decode(text.lstrip())[0]
        yield plan


def _whole(plan: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in BIG and plan["Actual Loops"]:
        looked_at = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        yield plan["Relation Name"], round(looked_at * plan["Actual Loops"])
    for part in plan.get("Plans", ()):
        yield from _whole(part)
