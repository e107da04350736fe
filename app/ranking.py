"""Prints the ranking of a portfolio as a table."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table

from app.infra.db import Database
from app.infra.paging import MAX_LIMIT, PageRequest
from app.kernel.ids import RunId, TenantId
from app.selection.service import portfolio
from app.tenancy import service as tenancy
from app.tenancy.core.audit import About
from app.tenancy.service import auditing

WIDTH = 150  # where there is no terminal to ask


async def print_for(database: Database, name: str, as_of: date | None, top: int) -> None:
    """Run the portfolio of the organization and print who stands where."""
    async with database.engine.begin() as connection:
        tenant_id = await tenancy.entered(connection, name)
        run_id = await portfolio.run_now(connection, tenant_id, as_of)
        said = {"as_of": None if as_of is None else as_of.isoformat()}
        await auditing.by_command_line(connection, tenant_id, "kap score", said, about=About(run_id))
    async with database.transaction(tenant_id) as connection:
        run = await portfolio.find(connection, tenant_id, run_id)
        organization = await tenancy.organization(connection, tenant_id)
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    label = f"{name}{' (simulated)' if organization.simulated else ''} as of {run['as_of']}"
    console.print(_table(f"{label}: {run['accounts']} accounts", await _best(database, tenant_id, run_id, top)))


async def _best(database: Database, tenant_id: TenantId, run_id: RunId, top: int) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    cursor = None
    while len(rows) < top:
        asked = PageRequest(min(MAX_LIMIT, top - len(rows)), cursor, None)
        async with database.transaction(tenant_id) as connection:
            page = await portfolio.results(connection, tenant_id, run_id, asked, {})
        rows.extend(page.data)
        cursor = page.next_cursor
        if cursor is None:
            break
    return rows


def _table(title: str, rows: list[Mapping[str, Any]]) -> Table:
    table = Table(title=title, caption="low and high: what the composite would be if all that is unknown turned out so")
    for heading in ("rank", "account", "composite", "low", "high", "opportunity", "alignment", "coverage"):
        table.add_column(heading, justify="left" if heading == "account" else "right")
    for heading in ("tier", "quadrant", ""):
        table.add_column(heading)
    for row in rows:
        composite = row["composite"]
        table.add_row(
            str(row["rank"] or "-"),
            row["account_name"],
            *(_figure(composite[name]) for name in ("score", "low", "high")),
            _figure(row["opportunity"]["score"]),
            _figure(row["alignment"]["score"]),
            f"{composite['coverage']:.0%}",
            row["tier"],
            row["quadrant"] or "-",
            "provisional" if row["provisional"] else "",
        )
    return table


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
