"""Set-wise SQL for any kind: read what is meant, write what was settled, whole columns at a time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import TIMESTAMP, Column, Table, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId

BOOKKEEPING = ("version", "created_at", "updated_at")
REFERRED = ("account_id", "function", "merged_into_id")  # what a reference may need to know of the record that it names
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


@lru_cache
def own_columns(table: Table) -> tuple[str, ...]:
    """The columns that say something of the record itself."""
    return tuple(c.name for c in table.columns if c.name not in BOOKKEEPING and c.name != "tenant_id")


async def by_key(
    connection: AsyncConnection,
    table: Table,
    tenant_id: TenantId,
    columns: Sequence[str],
    keys: Sequence[Sequence[Any]],
) -> list[Mapping[str, Any]]:
    """The rows with one of these values of `columns`, locked against others until the transaction ends."""
    return await _matching(connection, table, tenant_id, columns, keys, "kept.*", " FOR UPDATE OF kept")


async def named(
    connection: AsyncConnection,
    table: Table,
    tenant_id: TenantId,
    columns: Sequence[str],
    keys: Sequence[Sequence[Any]],
) -> list[Mapping[str, Any]]:
    """What is needed to refer to the rows with one of these values of `columns`."""
    wanted = dict.fromkeys(["id", *columns, *(name for name in REFERRED if name in table.columns)])
    return await _matching(connection, table, tenant_id, columns, keys, ", ".join(f"kept.{n}" for n in wanted), "")


async def _matching(  # noqa: PLR0913, PLR0917  # one statement, and all that varies in it
    connection: AsyncConnection,
    table: Table,
    tenant_id: TenantId,
    columns: Sequence[str],
    keys: Sequence[Sequence[Any]],
    wanted: str,
    lock: str,
) -> list[Mapping[str, Any]]:
    if not keys:
        return []
    # As JSON, a column takes a tenth of the time that the driver needs to encode an array of it.
    arrays = ", ".join(_elements(name) for name in columns)
    match = " AND ".join(f"CAST(wanted.{name} AS {_type(table, name)}) = kept.{name}" for name in columns)
    return await _rows(
        connection,
        f"SELECT {wanted} FROM ROWS FROM ({arrays}) AS wanted({', '.join(columns)})"
        f" JOIN {table.name} AS kept ON kept.tenant_id = :tenant_id AND {match}{lock}",
        tenant_id=tenant_id,
        **{name: _json(table.c[name], column) for name, column in zip(columns, zip(*keys, strict=True), strict=True)},
    )


def _elements(name: str) -> str:
    return f"json_array_elements_text(CAST(:{name} AS json))"


async def _rows(connection: AsyncConnection, statement: str, **values: Any) -> list[Mapping[str, Any]]:
    found = await connection.execute(text(statement), values)
    names = tuple(found.keys())
    return [dict(zip(names, row, strict=True)) for row in found]


async def write(
    connection: AsyncConnection,
    table: Table,
    tenant_id: TenantId,
    rows: Sequence[Mapping[str, Any]],
    *,
    all_new: bool = False,
) -> None:
    """Insert the rows, or replace the ones whose key is there; a replaced row's version goes up by one.

    all_new: whether none can be there, so that nobody has to look.
    """
    if not rows:
        return
    names = own_columns(table)
    columns = dict(zip(names, zip(*map(itemgetter(*names), rows), strict=True), strict=True))
    said = {name: column for name, column in columns.items() if column.count(None) < len(rows)}
    statement = _insert(table, tuple(said), ()) if all_new else _upsert(table, tuple(said))
    values = {name: _json(table.c[name], column) for name, column in said.items()}
    await connection.execute(statement, {"tenant_id": tenant_id, **values})


async def insert(
    connection: AsyncConnection, table: Table, tenant_id: TenantId, columns: Mapping[str, Sequence[Any]]
) -> None:
    """Insert rows that cannot be there, given by columns; what is not given is null."""
    said = {name: column for name, column in columns.items() if column.count(None) < len(column)}
    one = {name: column[0] for name, column in said.items() if _is_one_text(column)}
    several = tuple(name for name in said if name not in one)
    values = {name: _json(table.c[name], said[name]) for name in several}
    await connection.execute(_insert(table, several, tuple(one)), {"tenant_id": tenant_id, **values, **one})


def _is_one_text(column: Sequence[Any]) -> bool:
    """Whether all rows say the same text."""
    return type(column[0]) is str and column[0] == column[-1] and column.count(column[0]) == len(column)


def _json(column: Column[Any], values: Sequence[Any]) -> str:
    told = orjson.dumps(values, default=str).decode()  # decimals as texts
    return told.replace(_LAST_INSTANT, _INFINITY) if isinstance(column.type, TIMESTAMP) else told


# The driver reads infinity as the last instant that Python knows, and writes that as infinity.
_LAST_INSTANT, _INFINITY = f'"{datetime.max.replace(tzinfo=UTC).isoformat()}"', '"infinity"'


@lru_cache
def _insert(table: Table, said: tuple[str, ...], one: tuple[str, ...]) -> TextClause:
    return text(_inserted(table, said, one))


def _inserted(table: Table, said: tuple[str, ...], one: tuple[str, ...] = ()) -> str:
    """Rows of which some columns are said, each by itself or `one` text of all; the others are null."""
    columns = ", ".join(_elements(name) for name in said)
    types = {name: _type(table, name) for name in own_columns(table)}
    values = dict.fromkeys(types, "NULL")
    values |= {name: f"{name}::{types[name]}" for name in said}
    values |= {name: f"CAST(CAST(:{name} AS text) AS {types[name]})" for name in one}
    return (
        f"INSERT INTO {table.name} (tenant_id, {', '.join(values)})"
        f" SELECT CAST(:tenant_id AS uuid), {', '.join(values.values())}"
        f" FROM ROWS FROM ({columns}) AS given({', '.join(said)})"
    )


@lru_cache
def _upsert(table: Table, said: tuple[str, ...]) -> TextClause:
    names = own_columns(table)
    key = [column.name for column in table.primary_key]
    changed = [f"{name} = excluded.{name}" for name in names if name not in key]
    if "version" in table.columns:
        changed += [f"version = {table.name}.version + 1", "updated_at = now()"]
    return text(f"{_inserted(table, said)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(changed)}")


def _type(table: Table, name: str) -> str:
    return str(table.c[name].type.compile(dialect=DIALECT)).partition("(")[0]


async def forget_past(connection: AsyncConnection, past: Table, tenant_id: TenantId, ids: Sequence[UUID]) -> None:
    """Remove all past states of these records."""
    if ids:
        await connection.execute(
            text(f"DELETE FROM {past.name} WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))"),
            {"tenant_id": tenant_id, "ids": list(ids)},
        )


async def delete(connection: AsyncConnection, table: Table, tenant_id: TenantId, record_id: UUID) -> None:
    """Remove a record; the database refuses while others refer to it."""
    await connection.execute(
        text(f"DELETE FROM {table.name} WHERE tenant_id = :tenant_id AND id = :id"),
        {"tenant_id": tenant_id, "id": record_id},
    )
