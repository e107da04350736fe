"""Set-wise SQL for any kind: read what is meant, write what was settled, whole columns at a time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
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
    arrays = ", ".join(f"CAST(:{name} AS {_type(table, name)}[])" for name in columns)
    match = " AND ".join(f"wanted.{name} = kept.{name}" for name in columns)
    return await _rows(
        connection,
        f"SELECT {wanted} FROM unnest({arrays}) AS wanted({', '.join(columns)})"
        f" JOIN {table.name} AS kept ON kept.tenant_id = :tenant_id AND {match}{lock}",
        tenant_id=tenant_id,
        **{name: [key[place] for key in keys] for place, name in enumerate(columns)},
    )


async def _rows(connection: AsyncConnection, statement: str, **values: Any) -> list[Mapping[str, Any]]:
    return [dict(row) for row in (await connection.execute(text(statement), values)).mappings()]


async def write(
    connection: AsyncConnection, table: Table, tenant_id: TenantId, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert the rows, or replace the ones whose key is there; a replaced row's version goes up by one."""
    if not rows:
        return
    # As JSON, a column takes a tenth of the time that the driver needs to encode an array of it.
    columns = {name: _json(table.c[name], [row[name] for row in rows]) for name in own_columns(table)}
    await connection.execute(_upsert(table), {"tenant_id": tenant_id, **columns})


def _json(column: Column[Any], values: list[Any]) -> str:
    told = orjson.dumps(values, default=str).decode()  # decimals as texts
    return told.replace(_LAST_INSTANT, _INFINITY) if isinstance(column.type, TIMESTAMP) else told


# The driver reads infinity as the last instant that Python knows, and writes that as infinity.
_LAST_INSTANT, _INFINITY = f'"{datetime.max.replace(tzinfo=UTC).isoformat()}"', '"infinity"'


@lru_cache
def _upsert(table: Table) -> TextClause:
    names = own_columns(table)
    key = [column.name for column in table.primary_key]
    changed = [f"{name} = excluded.{name}" for name in names if name not in key]
    if "version" in table.columns:
        changed += [f"version = {table.name}.version + 1", "updated_at = now()"]
    columns = ", ".join(f"json_array_elements_text(CAST(:{name} AS json))" for name in names)
    cast = ", ".join(f"{name}::{_type(table, name)}" for name in names)
    return text(
        f"INSERT INTO {table.name} (tenant_id, {', '.join(names)})"
        f" SELECT CAST(:tenant_id AS uuid), {cast} FROM ROWS FROM ({columns}) AS given({', '.join(names)})"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(changed)}"
    )


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
