"""SQL of what is known of a CRM's records beyond their facts: tombstones, merges, quarantine, what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, Select, Table, Text, Uuid, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.core.spec import ObjectName
from app.crm.queries.hints import Place
from app.crm.tables import crm_records
from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.ids import TenantId

records = crm_records.c
COLUMNS = (
    records.connection_id, records.object, records.external_id, records.state, records.at, records.survivor,
    records.awaits, records.reason, records.errors, records.created_at, records.updated_at,
)  # fmt: skip
# Records have no id of their own; a page needs one thing that tells them apart.
_TELLS_APART = cast(
    func.md5(cast(records.connection_id, Text) + "/" + records.object + "/" + records.external_id), Uuid
)
RECORDS = Keyset({"updated_at": records.updated_at}, tiebreak=_TELLS_APART, default="-updated_at")


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be known of a record; the columns of `crm_records`."""

    state: str
    at: datetime | None = None
    survivor: str | None = None
    awaits: str | None = None
    reason: str | None = None
    errors: Sequence[Mapping[str, str]] = field(default=())


async def known(connection: AsyncConnection, place: Place, ids: Sequence[str]) -> dict[str, Note]:
    """What is known of these records."""
    rows = await connection.execute(_KNOWN, place.values(ids=as_json(ids)))
    return {
        row.external_id: Note(row.state, row.at, row.survivor, row.awaits, row.reason, tuple(row.errors))
        for row in rows
    }


_HERE = "tenant_id = :tenant_id AND connection_id = :connection_id AND object = :object"
# As JSON, a page of ids takes a tenth of the time that the driver needs to encode an array of it.
_ANY_ID = "ANY(ARRAY(SELECT json_array_elements_text(CAST(:ids AS json))))"
_KNOWN = text(
    "SELECT external_id, state, at, survivor, awaits, reason, errors FROM crm_records"
    f" WHERE {_HERE} AND external_id = {_ANY_ID}"
)


def as_json(ids: Sequence[str]) -> str:
    return orjson.dumps(ids).decode()


async def keep(connection: AsyncConnection, place: Place, notes: Mapping[str, Note]) -> None:
    """Write down what is now known, in place of what was."""
    if not notes:
        return
    rows = [asdict(note) for note in notes.values()]
    columns = {name: [row[name] for row in rows] for name in ("state", "at", "survivor", "awaits", "reason")}
    errors = [orjson.dumps(row["errors"]).decode() for row in rows]
    await connection.execute(_KEEP, place.values(ids=list(notes), errors=errors, **columns))


_KEEP = text(
    "INSERT INTO crm_records (tenant_id, connection_id, object, external_id, state, at, survivor, awaits, reason,"
    "  errors)"
    " SELECT CAST(:tenant_id AS uuid), CAST(:connection_id AS uuid), CAST(:object AS text), given.id, given.state,"
    "  given.at, given.survivor, given.awaits, given.reason, given.errors::jsonb"
    " FROM unnest(CAST(:ids AS text[]), CAST(:state AS text[]), CAST(:at AS timestamptz[]), CAST(:survivor AS text[]),"
    "  CAST(:awaits AS text[]), CAST(:reason AS text[]), CAST(:errors AS text[]))"
    "  AS given(id, state, at, survivor, awaits, reason, errors)"
    " ON CONFLICT (tenant_id, connection_id, object, external_id) DO UPDATE SET state = excluded.state,"
    "  at = excluded.at, survivor = excluded.survivor, awaits = excluded.awaits, reason = excluded.reason,"
    "  errors = excluded.errors, version = crm_records.version + 1, updated_at = now()"
)


async def forget(connection: AsyncConnection, place: Place, ids: Sequence[str]) -> None:
    """Nothing beyond their facts is to be known of these records any more."""
    if ids:
        await connection.execute(_FORGET, place.values(ids=list(ids)))


_FORGET = text(f"DELETE FROM crm_records WHERE {_HERE} AND external_id = ANY(CAST(:ids AS text[]))")


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A record that waits for another: an unlinked one for its account, a merged one for its survivor."""

    object: ObjectName
    external_id: str
    state: str
    awaits: str
    at: datetime


async def awaiting(connection: AsyncConnection, place: Place, arrived: Sequence[str]) -> list[Awaiting]:
    """The records that wait for one of these, locked."""
    rows = await connection.execute(_AWAITING, place.values(ids=as_json(arrived)))
    return [Awaiting(row.object, row.external_id, row.state, row.awaits, row.at or row.updated_at) for row in rows]


_AWAITING = text(
    "SELECT object, external_id, state, awaits, at, updated_at FROM crm_records"
    " WHERE tenant_id = :tenant_id AND connection_id = :connection_id AND awaits = "
    f"{_ANY_ID} AND CASE WHEN state = 'merged' THEN object = :object ELSE CAST(:object AS text) = 'account' END"
    " ORDER BY object, external_id FOR UPDATE"
)


async def arrived(connection: AsyncConnection, place: Place, ids: Sequence[str]) -> None:
    """These records wait for nothing any more."""
    if ids:
        await connection.execute(_ARRIVED, place.values(ids=list(ids)))


_ARRIVED = text(
    "UPDATE crm_records SET awaits = NULL, version = version + 1, updated_at = now()"
    f" WHERE {_HERE} AND external_id = ANY(CAST(:ids AS text[]))"
)


async def facts(
    connection: AsyncConnection, table: Table, tenant_id: TenantId, source: str, ids: Sequence[str]
) -> Sequence[Row[Any]]:
    """The facts of these records: external id, id, when their source changed them, whether they are removed."""
    dated = "removed_at" in table.columns
    told = "source_modified_at AS modified_at, removed_at IS NOT NULL AS removed"
    statement = text(
        f"SELECT external_id, id, {told if dated else 'NULL::timestamptz AS modified_at, NOT active AS removed'}"
        f" FROM {table.name}"
        " WHERE tenant_id = :tenant_id AND source = :source AND external_id = ANY(CAST(:ids AS text[]))"
    )
    return (await connection.execute(statement, {"tenant_id": tenant_id, "source": source, "ids": list(ids)})).all()


async def untouched(
    connection: AsyncConnection, table: Table, values: Mapping[str, Any], *, after: str, limit: int
) -> list[str]:
    """External ids of a source's facts that nothing has changed since an instant, in their order, from `after` on."""
    there = "removed_at IS NULL" if "removed_at" in table.columns else "active"
    statement = text(
        f"SELECT external_id FROM {table.name} WHERE tenant_id = :tenant_id AND source = :source AND {there}"
        " AND updated_at < :before AND external_id > :after ORDER BY external_id LIMIT :limit"
    )
    return list(await connection.scalars(statement, {**values, "after": after, "limit": limit}))


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Mapping[str, Any]
) -> Slice[dict[str, Any]]:
    """A page of what is known of records, what changed last first."""
    statement: Select[Any] = select(*COLUMNS).where(records.tenant_id == tenant_id)
    for name, value in wanted.items():
        statement = statement.where(records[name] == value)
    rows = (await connection.execute(RECORDS.page(statement, asked))).all()
    return RECORDS.cut(rows, asked, lambda row: {column.name: getattr(row, column.name) for column in COLUMNS})
