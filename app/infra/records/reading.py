"""Reads records: one, or a page of those that the filters leave."""

import operator
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.paging import Keyset, PageRequest, Slice
from app.infra.records import statements
from app.infra.records.kind import Filter, Kind
from app.infra.rows import among
from app.kernel.ids import TenantId


async def one(connection: AsyncConnection, tenant_id: TenantId, kind: Kind, record_id: UUID) -> Mapping[str, Any]:
    """The record; raises the kind's refusal when there is none."""
    statement = select(kind.table).where(kind.table.c.tenant_id == tenant_id, kind.table.c.id == record_id)
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise kind.missing(str(record_id))
    return (await _with_children(connection, tenant_id, kind, [dict(row)]))[0]


async def held(connection: AsyncConnection, tenant_id: TenantId, kind: Kind, record_id: UUID) -> Mapping[str, Any]:
    """The record's own row, held against changes by others; raises the kind's refusal when there is none."""
    rows = await statements.by_key(connection, kind.table, tenant_id, ("id",), [(record_id,)])
    if not rows:
        raise kind.missing(str(record_id))
    return rows[0]


async def several(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, ids: Sequence[UUID]
) -> dict[UUID, Mapping[str, Any]]:
    """The records of these ids."""
    statement = select(kind.table).where(kind.table.c.tenant_id == tenant_id, among(kind.table.c.id, ids))
    rows = [dict(row) for row in (await connection.execute(statement)).mappings()]
    return {row["id"]: row for row in await _with_children(connection, tenant_id, kind, rows)}


async def page(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, asked: PageRequest, wanted: Mapping[str, Any]
) -> Slice[Mapping[str, Any]]:
    """A page of the records for which every wanted filter holds."""
    keyset = keyset_of(kind)
    statement: Select[Any] = select(kind.table).where(kind.table.c.tenant_id == tenant_id)
    for name, asked_for in kind.filters.items():
        value = wanted.get(name, False if asked_for.how == "null_unless_asked" else None)
        if value is not None:
            statement = statement.where(_condition(kind, tenant_id, asked_for, value))
    rows = (await connection.execute(keyset.page(statement, asked))).all()
    cut = keyset.cut(rows, asked, lambda row: dict(row._mapping))  # noqa: SLF001  # SQLAlchemy's public name for it
    return Slice(await _with_children(connection, tenant_id, kind, cut.data), cut.next_cursor)


async def _with_children(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    if kind.children is None or not rows:
        return list(rows)
    children = await kind.children(connection, tenant_id, [row["id"] for row in rows])
    return [{**row, **children[row["id"]]} for row in rows]


def keyset_of(kind: Kind) -> Keyset:
    """How lists of the kind are sorted; by age when nothing is asked, as ids grow with time.

    What is kept in lower case besides is sorted by that, which has the index.
    """
    kept = kind.table.c
    columns: dict[str, ColumnElement[Any]] = {name: kept.get(f"{name}_key", kept[name]) for name in ("id", *kind.sorts)}
    return Keyset(columns, tiebreak=kept.id, default="id")


def _condition(kind: Kind, tenant_id: TenantId, asked: Filter, value: Any) -> ColumnElement[bool]:
    column: ColumnElement[Any] = kind.table.c[asked.column]
    if asked.how == "is_null":
        return column.is_(None) if value else column.is_not(None)
    if asked.how == "null_unless_asked":
        return true() if value else column.is_(None)
    if asked.follows is not None:
        return column == _survivor(asked.follows, tenant_id, value)
    if asked.how == "in_any_case":
        value = value.strip().lower()
    compared: ColumnElement[bool] = _COMPARED[asked.how](column, value)
    return compared


def _survivor(table: Table, tenant_id: TenantId, record_id: UUID) -> ColumnElement[UUID]:
    """The record that a merged one was merged into, else the record itself; looked up once for the statement.

    The subquery is all there is to compare with: under row-level security no index is used for `coalesce` around it,
    which PostgreSQL does not know to be leakproof.
    """
    named = table.alias("named").c
    survivor = select(func.coalesce(named.merged_into_id, named.id))
    return survivor.where(named.tenant_id == tenant_id, named.id == record_id).scalar_subquery()


_COMPARED = {"equals": operator.eq, "in_any_case": operator.eq, "at_least": operator.ge, "at_most": operator.le}
