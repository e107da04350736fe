"""Many rows of a table at once, for who brings in what came to be elsewhere."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import copy_lines
from app.kernel import copy_text


async def insert_all(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; a column that a row does not name is null in it, one that no row names has its default."""
    named = {name for row in rows for name in row}
    columns = [column.name for column in table.columns if column.name in named]
    assert named == set(columns), f"{table.name} has no {named - set(columns)}"
    lines = [copy_text.line(_field(row.get(column)) for column in columns) for row in rows]
    if lines:
        await copy_lines(connection, table.name, columns, lines)


def _field(value: Any) -> str:
    if isinstance(value, Mapping):
        return copy_text.field(json.dumps(value, separators=(",", ":")))
    return copy_text.field(str(value) if isinstance(value, Decimal) else value)
