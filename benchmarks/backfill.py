"""B6: a backfill of opportunities, page by page from a CRM into facts, beside one COPY and one INSERT … ON CONFLICT."""

import contextlib
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import asyncpg

from app.crm.client.reach import Reach, reach
from app.crm.connectors import CONNECTORS
from app.crm.core.asked import Asked, Credentials
from app.crm.core.connection import Settings as ConnectionSettings
from app.crm.core.names import SYNC
from app.crm.service import connecting, starting, syncing
from app.crm.service.connecting import Setup
from app.infra.db import Database
from app.infra.jobs import Delivery
from app.infra.sealing import ring_from
from app.jobs import service as jobs
from app.kernel.ids import ConnectionId, SyncId, TenantId, new_id
from benchmarks import pages
from benchmarks.figures import Figure, at_least
from benchmarks.ground import Ground
from benchmarks.servers import SEALING_KEYS, free_port, process, seconds_until

ROWS = 50_000
ACCOUNTS = 1_000
GOAL = 0.4
SOURCE = "salesforce"


def backfill(ground: Ground, *, repetitions: int, quick: bool) -> list[Figure]:
    """Rows per second, ours and the baseline's in turns, each into an empty table."""
    rows = ROWS // 5 if quick else ROWS
    with _crm(rows) as url:
        ground.owning(partial(_accounts, ground.tenant_id))
        ours, theirs = ground.serving(partial(_measured, ground, url, rows, repetitions))
    figure = at_least(
        f"B6 backfill of {rows:,} opportunities, beside COPY + INSERT … ON CONFLICT", "rows/s", ours, GOAL
    )
    return [Figure(figure.figure, figure.unit, ours, theirs, ours / theirs, GOAL, at_least=True)]


@contextlib.contextmanager
def _crm(rows: int) -> Iterator[str]:
    port = free_port()
    with process(["benchmarks.pages", str(port), str(rows), str(ACCOUNTS)], {}) as started:
        seconds_until(started, port, "/token")
        yield f"http://127.0.0.1:{port}"


async def _accounts(tenant_id: TenantId, connection: "asyncpg.Connection[Any]") -> None:
    await connection.execute(
        """INSERT INTO accounts (tenant_id, id, name, name_key, source, external_id, valid_from)
           SELECT $1, gen_random_uuid(), 'Account ' || id, 'account ' || id, $3, id, now() - interval '4 years'
           FROM unnest($2::text[]) AS id""",
        tenant_id,
        [pages.account_id(number) for number in range(ACCOUNTS)],
        SOURCE,
    )


async def _measured(ground: Ground, url: str, rows: int, repetitions: int, database: Database) -> tuple[float, float]:
    async with _ours(ground, url, database) as ours:
        staged = await _staged(database, ground.tenant_id, rows)
        found: list[tuple[float, float]] = []
        for _ in range(repetitions + 1):  # the first is the warm-up
            await _emptied(ground.url)
            ours_seconds = await ours.seconds(rows)
            await _emptied(ground.url)
            found.append((rows / ours_seconds, rows / await _theirs(database, ground.tenant_id, staged)))
        return statistics.median(one for one, _ in found[1:]), statistics.median(other for _, other in found[1:])


async def _emptied(url: str) -> None:
    """As the owner: facts of deals gone, and the tables as small as they began."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("TRUNCATE opportunities, opportunities_past, changed_accounts, crm_records, crm_marks")
        await connection.execute("DELETE FROM pgqueuer")
        await connection.execute("VACUUM ANALYZE opportunities, accounts")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


@dataclass(frozen=True, slots=True)
class _Ours:
    reach: Reach
    tenant_id: TenantId
    connection_id: ConnectionId

    async def seconds(self, rows: int) -> float:
        """One backfill, as a worker carries it out."""
        database = self.reach.database
        self.reach.paces.clear()  # a run keeps to the CRM's pace for itself, and waits for none before it
        async with database.transaction(self.tenant_id) as db:
            asked = starting.Asked("backfill", ["opportunity"])
            job = await starting.start(db, self.tenant_id, self.connection_id, asked, None)
        payload = {"tenant_id": str(self.tenant_id), "job_id": str(job.id)}
        began = time.perf_counter()
        await jobs.perform(database, partial(syncing.run, self.reach, slice_seconds=600), Delivery(SYNC, payload, 1))
        seconds = time.perf_counter() - began
        async with database.transaction(self.tenant_id) as db:
            sync = await starting.one(db, self.tenant_id, SyncId(job.id))
        assert sync["counts"]["opportunity"] == {"read": rows, "created": rows}, (sync["status"], sync["counts"])
        return seconds


@contextlib.asynccontextmanager
async def _ours(ground: Ground, url: str, database: Database) -> AsyncIterator[_Ours]:
    keys = ring_from(SEALING_KEYS)
    given = {"client_id": "client", "client_secret": "secret"}
    asked = Asked(
        name="The CRM",
        source=SOURCE,
        base_url=url,
        objects=("account", "opportunity"),
        settings=ConnectionSettings(),
        spec=CONNECTORS["salesforce"],
        credentials=Credentials("client_credentials", given),
    )
    async with database.transaction(ground.tenant_id) as db:
        settled = await connecting.create(db, Setup(keys, "", loopback=True), ground.tenant_id, asked, None)
    settings = ground.settings.model_copy(update={"loopback_crms": True})
    async with reach(database, settings, keys) as made:
        yield _Ours(made, ground.tenant_id, ConnectionId(settled.row["id"]))


COLUMNS = (
    "tenant_id", "id", "account_id", "source", "external_id", "name", "amount", "currency", "stage", "status",
    "probability", "created_on", "expected_close_on", "closed_on", "owner", "source_modified_at", "valid_from",
    "stage_entered_at",
)  # fmt: skip


async def _staged(database: Database, tenant_id: TenantId, rows: int) -> list[tuple[Any, ...]]:
    """The same rows as they stand in the table, ready to be sent."""
    async with database.fast.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant_id', $1, true)", str(tenant_id))
        known = {
            row["external_id"]: row["id"]
            for row in await connection.fetch("SELECT id, external_id FROM accounts WHERE source = $1", SOURCE)
        }
    return [_row(tenant_id, pages.deal(number, ACCOUNTS), known) for number in range(rows)]


def _row(tenant_id: TenantId, told: dict[str, Any], accounts: dict[str, Any]) -> tuple[Any, ...]:
    modified = datetime.fromisoformat(told["SystemModstamp"]).astimezone(UTC)
    closed = datetime.fromisoformat(told["CloseDate"]).date()
    status = "won" if told["IsWon"] else "lost" if told["IsClosed"] else "open"
    created = datetime.fromisoformat(told["CreatedDate"])
    return (
        tenant_id, new_id(), accounts[told["AccountId"]], SOURCE, told["Id"], told["Name"], Decimal(told["Amount"]),
        told["CurrencyIsoCode"], told["StageName"], status, told["Probability"] / 100, created.date(),
        closed, None if status == "open" else closed, told["Owner"]["Name"], modified, created, created,
    )  # fmt: skip


async def _theirs(database: Database, tenant_id: TenantId, rows: list[tuple[Any, ...]]) -> float:
    """The least that any program would have to do: as the same role, under the same policies, in one transaction."""
    names = ", ".join(COLUMNS)
    changed = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[2:])
    began = time.perf_counter()
    async with database.fast.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant_id', $1, true)", str(tenant_id))
        await connection.execute(
            f"CREATE TEMP TABLE staging ON COMMIT DROP AS SELECT {names} FROM opportunities LIMIT 0"
        )
        await connection.copy_records_to_table("staging", records=rows, columns=COLUMNS, timeout=600)
        await connection.execute(
            f"INSERT INTO opportunities ({names}) SELECT {names} FROM staging"
            f" ON CONFLICT (tenant_id, source, external_id) DO UPDATE SET {changed}",
            timeout=600,
        )
    return time.perf_counter() - began
