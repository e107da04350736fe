"""Many rows of a table at once, for who brings in what came to be elsewhere."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, Column, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import copy_lines
from app.kernel import copy_text


async def insert_all(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; a column that a row does not name is null in it, one that no row names has its default."""
    named = {name for row in rows for name in row}
    columns = [column for column in table.columns if column.name in named]
    names = [column.name for column in columns]
    assert named == set(names), f"{table.name} has no {named - set(names)}"
    lines = [copy_text.line(_field(row.get(column.name), column) for column in columns) for row in rows]
    if lines:
        await copy_lines(connection, table.name, names, lines)


def _field(value: Any, column: Column[Any]) -> str:
    if isinstance(value, Mapping | list) and not isinstance(column.type, ARRAY):
        return copy_text.field(json.dumps(value, separators=(",", ":")))
    if isinstance(value, list):  # of texts, written as PostgreSQL reads them
        return copy_text.field("{" + ",".join(json.dumps(one) for one in value) + "}")
    return copy_text.field(str(value) if isinstance(value, Decimal) else value)
