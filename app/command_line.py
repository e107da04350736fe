"""What `kap` can do, and how each command finds its database."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.infra import logs, loops, migrate
from app.infra.db import Database, opened_for
from app.infra.embedded import EmbeddedPostgres, EmbeddedPostgresError
from app.infra.sealing import key_ring
from app.infra.settings import Settings
from app.kernel.errors import Refusal

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
keys_app = typer.Typer(no_args_is_help=True, help="API keys")
app.add_typer(keys_app, name="keys")
crm_app = typer.Typer(no_args_is_help=True, help="Connections to CRMs")
app.add_typer(crm_app, name="crm")
organizations_app = typer.Typer(no_args_is_help=True, help="Organizations")
app.add_typer(organizations_app, name="organizations")
errors = Console(stderr=True)


def main() -> None:
    """Run the command line; what is refused is said plainly."""
    loops.collect_seldom()  # before what takes a while to import: a seventh of that time
    try:
        app()
    except (Refusal, EmbeddedPostgresError, OSError) as error:
        errors.print(f"kap: {error}", style="red", markup=False, highlight=False)
        raise SystemExit(1) from None


@contextlib.contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The owner's URL: `DATABASE_URL` if it is set, else the embedded database, which is started or joined."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(settings.data_dir) as url:
        yield url


@contextlib.asynccontextmanager
async def opened(settings: Settings, url: str) -> AsyncIterator[Database]:
    """The migrated database, for a command that works by itself."""
    direct = settings.direct_url(url)
    if not await migrate.is_current(direct):
        await asyncio.to_thread(migrate.upgrade, direct, role=settings.app_role)
    database = await opened_for(
        settings,
        url,
        pool_size=4,
        pool_timeout_seconds=10,
        statement_timeout_seconds=settings.job_statement_timeout_seconds,
    )
    try:
        yield database
    finally:
        await database.close()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    *,
    with_worker: Annotated[bool, typer.Option("--with-worker", help="Do the jobs in this process too")] = False,
) -> None:
    """Serve the API, and migrate the database first where that is needed."""
    from app import serving  # noqa: PLC0415  # the web server is not loaded for the other commands

    settings = Settings()
    logs.configure(settings.log_level)
    key_ring(settings)  # without one there is nothing to serve with: say so before a database is started or changed
    with logs.losable(), database_url(settings) as url:
        serving.run(settings, url, host=host, with_worker=with_worker)


@app.command()
def worker(
    host: Annotated[str, typer.Option(help="Address for the metrics, where KAP_METRICS_PORT is set")] = "127.0.0.1",
) -> None:
    """Do the jobs and keep the schedule."""
    from app.worker import run_alone  # noqa: PLC0415  # likewise

    settings = Settings()
    logs.configure(settings.log_level)
    key_ring(settings)
    with logs.losable(), database_url(settings) as url:
        loops.run(run_alone(url, settings, host=host))


@app.command("migrate")
def migrate_command(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only tell whether code and migrations agree")] = False,
    backup_role: Annotated[
        str | None, typer.Option(help="Then let this role read everything, for backups; it is made if it is missing")
    ] = None,
) -> None:
    """Bring the database to the newest shape."""
    settings = Settings()
    if check and settings.database_url is None:
        _check_on_scratch(settings)
        return
    with database_url(settings) as url:
        owner = settings.direct_url(url)
        migrate.check(owner, role=settings.app_role) if check else migrate.upgrade(owner, role=settings.app_role)
        if backup_role is not None and not check:
            from app.infra import backup_role as backups  # noqa: PLC0415  # likewise

            asyncio.run(backups.ensure(owner, backup_role))


def _check_on_scratch(settings: Settings) -> None:
    """Compare code and migrations on a database that is thrown away: up, compared, down, and up again."""
    import tempfile  # noqa: PLC0415  # likewise

    with tempfile.TemporaryDirectory(prefix="kap-") as folder, EmbeddedPostgres(Path(folder), durable=False) as url:
        migrate.upgrade(url, role=settings.app_role)
        migrate.check(url, role=settings.app_role)
        migrate.downgrade(url, role=settings.app_role)
        migrate.upgrade(url, role=settings.app_role)


@app.command()
def openapi(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only tell what is stale, broken or would be refused")] = False,
    breaking: Annotated[
        bool, typer.Option("--breaking", help="Write though callers of v1 will break; say so in openapi/CHANGELOG.md")
    ] = False,
) -> None:
    """Write what is in openapi/ from the code: the document in three forms, and what callers of v1 rely on.

    Exit status 1: with --check something is stale; or callers of v1 would break, or an importer would refuse a file,
    and nothing was written.
    """
    from app.infra.documents import files  # noqa: PLC0415  # likewise
    from app.serving import document  # noqa: PLC0415  # likewise

    folder, made = Path("openapi"), files.made_of(document())
    wrong = [*([] if breaking else files.broken(folder, made)), *files.not_imported(made)]
    if check:
        wrong += [f"{path} is stale; run `make openapi`" for path in files.stale(folder, made)]
    elif not wrong:
        files.write(folder, made)
    shown = 40
    for one in [*wrong[:shown], *([f"and {len(wrong) - shown} more"] if len(wrong) > shown else [])]:
        errors.print(f"kap: {one}", style="red", markup=False, highlight=False, soft_wrap=True)
    if wrong:
        raise SystemExit(1)


@app.command("import")
def import_command(
    folder: Annotated[Path, typer.Argument(help="The folder with the export's CSV files")],
    mapping: Annotated[Path, typer.Option(help="The TOML file that says which file and column is what")],
    organization: Annotated[str, typer.Option(help="The organization's name; it is made when it is new")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The export's day; else the mapping's `exported_on`, else today"),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write what came of every row to this file, as JSON")] = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when rows were refused")] = False,
) -> None:
    """Turn CSV exports into facts; importing the same export twice changes nothing.

    Exit status 0: the import is done; rows may have been refused, and are reported.
    1: it is done, but rows were refused and --strict was given, or the report file could not be written.
    2: nothing could be imported (mapping, files or database); everything is as it was before.
    """
    from app.imports import doors  # noqa: PLC0415  # likewise

    settings = Settings()
    asked = doors.Asked(folder, mapping, organization, as_of and as_of.date(), report, strict)

    async def run(url: str) -> int:
        async with opened(settings, url) as database:
            return await doors.run(database, asked, survey, screen=errors)

    try:
        survey = doors.surveyed(asked)
        with database_url(settings) as url:
            status = asyncio.run(run(url))
    except (Refusal, EmbeddedPostgresError, OSError) as error:
        errors.print(f"kap: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(2) from None
    raise SystemExit(status)


@app.command()
def score(
    organization: Annotated[str, typer.Option(help="The organization's name")],
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today when not given")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many to print")] = 1000,
) -> None:
    """Score the whole portfolio and print the ranking."""
    from app import ranking  # noqa: PLC0415  # likewise

    settings = Settings()

    async def run() -> None:
        async with opened(settings, url) as database:
            await ranking.print_for(database, organization, as_of.date() if as_of else None, top)

    with database_url(settings) as url:
        asyncio.run(run())


@app.command()
def reseal() -> None:
    """Seal all credentials under the first of the sealing keys; then the others can be thrown away.

    Exit status 1: some could not be opened with the keys at hand, and are as they were.
    """
    from app.crm.service import resealing  # noqa: PLC0415  # likewise

    settings = Settings()
    keys = key_ring(settings)

    async def run(url: str) -> resealing.Resealed:
        async with opened(settings, url) as database:
            return await resealing.reseal(database, keys)

    with database_url(settings) as url:
        done = asyncio.run(run(url))
    errors.print(f"sealed anew: {done.anew}; under the first key before: {done.current}; not opened: {done.shut}")
    raise SystemExit(1 if done.shut else 0)


@app.command()
def capacity(
    tenants: Annotated[int, typer.Option(min=1, help="Organizations")] = 1,
    accounts: Annotated[int, typer.Option(min=0, help="Accounts of each")] = 1_000,
    deals: Annotated[int, typer.Option(min=0, help="Opportunities of each")] = 10_000,
    events: Annotated[int, typer.Option(min=0, help="Events of CRMs a day, of all together")] = 10_000,
    requests: Annotated[int, typer.Option(min=0, help="Requests a day, of all together")] = 100_000,
    speed: Annotated[float, typer.Option(min=0.01, help="How many times faster a core is than the measured one")] = 1.0,
) -> None:
    """Print what so much needs: processes, database cores, connections, disk."""
    from app.infra import capacity as figures  # noqa: PLC0415  # likewise

    load = figures.usual(tenants, accounts, deals, events, requests)
    sys.stdout.write(figures.table(load, figures.need(load, speed=speed)) + os.linesep)


@app.command()
def distribution() -> None:
    """Print what a PostgreSQL with Citus is told, so that organizations are spread over its nodes."""
    from app.infra.distribution import statements  # noqa: PLC0415  # likewise
    from app.tables import metadata  # noqa: PLC0415  # likewise

    tables = metadata.tables.values()
    refers = {table.name: {key.column.table.name for key in table.foreign_keys} for table in tables}
    sys.stdout.write(os.linesep.join(statements(refers, refers)) + os.linesep)


@keys_app.command("create")
def create_key(
    organization: Annotated[str, typer.Option(help="The organization's name; it is made when it is new")],
    scopes: Annotated[str, typer.Option(help="Scopes, separated by commas")] = "admin",
    name: Annotated[str, typer.Option(help="What the key is for")] = "command line",
) -> None:
    """Print a new API key, alone, on standard output."""
    from app.tenancy.service import key_for  # noqa: PLC0415  # likewise

    settings = Settings()

    async def create() -> str:
        async with opened(settings, url) as database:
            return await key_for(database, organization, [scope.strip() for scope in scopes.split(",")], name)

    with database_url(settings) as url:
        sys.stdout.write(asyncio.run(create()) + os.linesep)


@organizations_app.command("erase")
def erase_organization(
    organization: Annotated[str, typer.Argument(help="The organization's name, or its id")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
) -> None:
    """Erase all that an organization has: data, keys, jobs, what is still to be sent. Its audit log is kept."""
    from app.tenancy.service import erasing  # noqa: PLC0415  # likewise

    if not yes:
        typer.confirm(f"Erase everything of {organization}? It cannot be brought back", abort=True, err=True)
    settings = Settings()

    async def run() -> erasing.Erased:
        async with opened(settings, url) as database:
            return await erasing.erase(database, settings.direct_url(url), organization)

    with database_url(settings) as url:
        done = asyncio.run(run())
    errors.print(f"erased {done.rows} rows of {organization} ({done.tenant_id})", markup=False, highlight=False)


@crm_app.command("connections")
def crm_connections(organization: Annotated[str, typer.Option(help="The organization's name")]) -> None:
    """List the connections to CRMs."""
    from app.crm import doors  # noqa: PLC0415  # likewise

    _on_database(lambda database: doors.show_connections(database, organization))


@crm_app.command("status")
def crm_status(organization: Annotated[str, typer.Option(help="The organization's name")]) -> None:
    """Show how the connections are doing: what waits, what went wrong, the latest sync of each."""
    from app.crm import doors  # noqa: PLC0415  # likewise

    _on_database(lambda database: doors.show_status(database, organization))


@crm_app.command("backfill")
def crm_backfill(
    organization: Annotated[str, typer.Option(help="The organization's name")],
    connection: Annotated[str, typer.Option(help="The connection's name or id")],
    only: Annotated[str, typer.Option(help="Kinds of records, separated by commas; all when not given")] = "",
) -> None:
    """Read everything from a CRM, with a progress bar; broken off, it goes on with any worker where it was.

    Exit status 0: it is done. 1: it failed. 3: the CRM wants to be left alone for long; a worker goes on with it then.
    """
    from app.crm import doors  # noqa: PLC0415  # likewise
    from app.worker import run_worker  # noqa: PLC0415  # likewise

    settings = Settings()
    key_ring(settings)
    asked = doors.Asked(organization, connection, [name.strip() for name in only.split(",") if name.strip()])

    async def run(url: str) -> int:
        stop = asyncio.Event()
        async with opened(settings, url) as database:
            tenant_id, job_id = await doors.start(database, asked)
            working = asyncio.create_task(run_worker(url, settings, stop))
            try:
                return await doors.follow(database, tenant_id, job_id, screen=errors)
            finally:
                stop.set()
                await working

    with database_url(settings) as url:
        status = asyncio.run(run(url))
    raise SystemExit(status)


def _on_database(work: Callable[[Database], Awaitable[None]]) -> None:
    """Do the work on the migrated database."""
    settings = Settings()

    async def run(url: str) -> None:
        async with opened(settings, url) as database:
            await work(database)

    with database_url(settings) as url:
        asyncio.run(run(url))
