"""The command line's door to CRMs: connections as a table, a backfill with its progress, how everything stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, get_args
from uuid import UUID

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.core.spec import ObjectName
from app.crm.service import connections, starting, telling
from app.crm.service.connections import ConnectionNotFound
from app.infra.db import Database
from app.infra.paging import MAX_LIMIT, PageRequest
from app.jobs import service as jobs
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import ConnectionId, JobId, SyncId, TenantId
from app.tenancy import service as tenancy

WIDTH: Final = 140  # where there is no terminal to ask
LONG_WAIT: Final = timedelta(minutes=2)
HALTED: Final = 3  # the exit status when a backfill goes on by itself later


class AmbiguousName(Conflict):
    """Several connections bear this name."""


class UnknownObject(Invalid):
    """There is no such kind of record."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A backfill as it was asked for. connection: a name or an id; objects: all that it reads, if there are none."""

    organization: str
    connection: str
    objects: Sequence[str] = ()


async def show_connections(database: Database, organization: str) -> None:
    """Print the connections of an organization."""
    async with database.engine.begin() as db:
        tenant_id = await tenancy.entered(db, organization)
        rows = await _rows(db, tenant_id)
    table = _table("id", "name", "provider", "reads", "state")
    for row in rows:
        state = row["state"] if not row["state_reason"] else f"{row['state']}: {row['state_reason']}"
        table.add_row(str(row["id"]), row["name"], row["provider"], ", ".join(row["objects"]), state)
    _console().print(table if rows else f"{organization} has no connections")


async def show_status(database: Database, organization: str) -> None:
    """Print how the connections of an organization are doing: their rest, their backlog, their latest syncs."""
    async with database.engine.begin() as db:
        tenant_id = await tenancy.entered(db, organization)
        rows, told = await _rows(db, tenant_id), await telling.standings(db, tenant_id)
    table = _table("name", "state", "last event", "last pull", "waiting", "bad events", "in quarantine", "last sync")
    for row in rows:
        standing = told[ConnectionId(row["id"])]
        table.add_row(
            row["name"],
            _state(row),
            _ago(row["last_event_at"]),
            _ago(row["last_pull_at"]),
            f"{standing.waiting:,}",
            f"{standing.bad_events:,}",
            f"{standing.quarantined:,}",
            standing.last_sync or "none",
        )
    _console().print(table if rows else f"{organization} has no connections")


def _state(row: RowMapping) -> str:
    resting = row["resting_until"]
    if row["state"] == "active" and resting is not None and resting > datetime.now(UTC):
        return f"left alone until {resting:%H:%M:%S}: {row['resting_reason']}"
    return str(row["state"])


def _ago(moment: datetime | None) -> str:
    if moment is None:
        return "never"
    seconds = max(int((datetime.now(UTC) - moment).total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


async def start(database: Database, asked: Asked) -> tuple[TenantId, JobId]:
    """Ask for the backfill, or join the one that runs."""
    unknown = sorted(set(asked.objects) - set(get_args(ObjectName)))
    if unknown:
        raise UnknownObject(f"{', '.join(unknown)}: the kinds are {', '.join(get_args(ObjectName))}")
    wanted = [name for name in get_args(ObjectName) if name in asked.objects] or None
    async with database.engine.begin() as db:
        tenant_id = await tenancy.entered(db, asked.organization)
        connection_id = _named(await _rows(db, tenant_id), asked.connection)
        job = await starting.start(db, tenant_id, connection_id, starting.Asked("backfill", wanted), None)
    return tenant_id, job.id


async def follow(database: Database, tenant_id: TenantId, job_id: JobId, *, screen: Console) -> int:
    """Show on `screen` how far a sync is until it ends, then what came of it; answers with the exit status.

    0: it is done. 1: it failed. 3: the CRM wants to be left alone for long; a worker goes on with it then.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f} records"))
    with Progress(*columns, TimeElapsedColumn(), console=screen) as progress:
        task = progress.add_task("waiting for a worker", total=None)
        async for job in jobs.looks(database, tenant_id, job_id):
            if job is None:  # the database is away
                continue
            if job.finished:
                break
            row = await _sync(database, tenant_id, job_id)
            progress.update(task, completed=job.done, description=_doing(row))
            if row["resumes_at"] is not None and row["resumes_at"] > datetime.now(UTC) + LONG_WAIT:
                _say(screen, f"The CRM asks for patience: it goes on at {row['resumes_at']:%Y-%m-%d %H:%M} UTC.")
                return HALTED
    row = await _sync(database, tenant_id, job_id)
    _conclude(row)
    return 0 if row["status"] == "succeeded" else 1


async def _sync(database: Database, tenant_id: TenantId, job_id: JobId) -> RowMapping:
    async with database.transaction(tenant_id) as db:
        return await starting.one(db, tenant_id, SyncId(job_id))


def _doing(row: RowMapping) -> str:
    course = row["checkpoint"]
    if "steps" not in course:
        return "waiting for a worker"
    names = {"page": "reading", "verify": "checking", "changed": "reading changed", "deleted": "reading deleted"}
    place = min(course["at"], len(course["steps"]) - 1)
    name, way = course["steps"][place]
    return f"{names[way]} {name} records"


def _conclude(row: RowMapping) -> None:
    console = _console()
    heads = ("read", "created", "updated", "unchanged", "stale", "gone", "merged", "unlinked", "quarantined")
    table = _table("kind", *heads)
    for name, counts in row["counts"].items():
        table.add_row(name, *(f"{counts.get(head, 0):,}" for head in heads))
    if row["counts"]:
        console.print(table)
    for name, reason in row["checkpoint"].get("refused", {}).items():
        _say(console, f"{name}: left out, as the CRM refuses: {reason}")
    if row["problem"]:
        _say(console, f"It failed: {row['problem'].get('detail') or row['problem'].get('title')}")


async def _rows(db: AsyncConnection, tenant_id: TenantId) -> list[RowMapping]:
    rows: list[RowMapping] = []
    cursor = None
    while True:
        found = await connections.page(db, tenant_id, PageRequest(MAX_LIMIT, cursor, None))
        rows += found.data
        cursor = found.next_cursor
        if cursor is None:
            return rows


def _named(rows: Sequence[RowMapping], wanted: str) -> ConnectionId:
    found: list[UUID] = [row["id"] for row in rows if wanted in {row["name"], str(row["id"])}]
    if not found:
        raise ConnectionNotFound(f"there is no connection {wanted}; `kap crm connections` lists them")
    if len(found) > 1:
        raise AmbiguousName(f"{len(found)} connections are called {wanted}: give the id")
    return ConnectionId(found[0])


def _table(*heads: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    for head in heads:
        table.add_column(head)
    return table


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH)


def _say(out: Console, line: str) -> None:
    out.print(line, markup=False, highlight=False, soft_wrap=True)
