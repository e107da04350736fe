"""SQL of what was told of the program elsewhere, before it was kept here."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.bulk import insert_all
from app.program.tables.stated import (
    benchmark_sets,
    incentive_plans,
    kam_hours,
    program_actions,
    program_mandates,
    program_ratings,
    program_rebuilds,
)

TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        benchmark_sets, incentive_plans, kam_hours, program_actions, program_mandates, program_ratings,
        program_rebuilds,
    )
}  # fmt: skip


async def add_all(connection: AsyncConnection, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Rows by table, a statement each."""
    for name, table in TABLES.items():
        await insert_all(connection, table, rows.get(name, ()))
