"""The one shape of tenant tables: led by `tenant_id` in every key, and with their past kept where attributes change."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    TIMESTAMP,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    any_,
    bindparam,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)

Instant = TIMESTAMP(timezone=True)


def tenant_table(name: str, *items: SchemaItem, key: Sequence[str] = ("id",)) -> Table:
    """A table of tenant rows: `tenant_id` leads the primary key, and the row carries its version and times."""
    identity: list[SchemaItem] = [Column("id", Uuid, nullable=False)] if "id" in key else []
    return Table(
        name,
        metadata,
        Column("tenant_id", Uuid, nullable=False),
        *identity,
        *items,
        Column("version", Integer, nullable=False, server_default=text("1")),
        Column("created_at", Instant, nullable=False, server_default=func.now()),
        Column("updated_at", Instant, nullable=False, server_default=func.now()),
        PrimaryKeyConstraint("tenant_id", *key),
    )


def external_identity(*, checks: str | None = None) -> list[SchemaItem]:
    """The columns by which a record of another system is known: unique together within the tenant, or both absent."""
    return [
        Column("source", Text),
        Column("external_id", Text),
        UniqueConstraint("tenant_id", "source", "external_id"),
        CheckConstraint("(source IS NULL) = (external_id IS NULL)", name=checks or "external_identity"),
    ]


def refers(column: str, table: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A reference between tenant rows: the pair makes a row of another tenant impossible."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def tenant_index(table: str, *columns: Any, where: Any = None) -> Index:
    """An index led by the tenant."""
    names = "_".join(str(getattr(column, "name", column)) for column in columns)
    return Index(f"{table}_{names}_idx", "tenant_id", *columns, postgresql_where=where)


def among(column: ColumnElement[UUID], ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Whether the column is one of the ids; they go as one array, so that the statement is the same for any number."""
    return column == any_(bindparam(None, list(ids), type_=ARRAY(Uuid)))


def past_of(table: Table, *, without: Sequence[str] = ()) -> Table:
    """The states that rows of `table` had before: the same columns, and until when (`valid_to`, not included).

    without: columns that tell of the record rather than of a state of it.
    """
    columns = [
        Column(column.name, column.type, nullable=column.nullable)
        for column in table.columns
        if column.name not in {"valid_from", "created_at", "updated_at", "version", *without}
    ]
    return Table(
        f"{table.name}_past",
        metadata,
        *columns,
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant, nullable=False),
        PrimaryKeyConstraint("tenant_id", "id", "valid_from"),
        ForeignKeyConstraint(["tenant_id", "id"], [f"{table.name}.tenant_id", f"{table.name}.id"], ondelete="CASCADE"),
        CheckConstraint("valid_from < valid_to", name="valid_order"),
    )
