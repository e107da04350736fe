"""Turns what a body names (an id, an external identity, a code, a name) into the id of the record meant, set-wise."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.records import statements
from app.infra.records.kind import Columns, Reference
from app.infra.records.wire import ExternalRef, as_id
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import TenantId

Key = tuple[Any, ...]
Found = Mapping[Key, Mapping[str, Any]]


class UnknownReference(Invalid):
    """A record that the body names does not exist."""


async def resolve(
    connection: AsyncConnection,
    tenant_id: TenantId,
    references: Sequence[Reference],
    rows: Sequence[dict[str, Any] | UnknownReference],
    accounts: Sequence[UUID | None],
) -> list[dict[str, Any] | UnknownReference]:
    """The rows, with ids put in place of the references; a row that names what does not exist becomes its refusal.

    `accounts` holds the account that each row stands below, for names that are unique within an account only.
    """
    for reference in references:
        if not any(type(row) is dict and reference.name in row for row in rows):
            continue
        wanted = [
            _wanted(reference, row, account) if type(row) is dict else ()
            for row, account in zip(rows, accounts, strict=True)
        ]
        every = {key for row_keys in set(wanted) for keys in row_keys for key in keys}
        found = await _found(connection, tenant_id, reference, every)
        rows = [
            _filled(reference, row, keys, found, account) if isinstance(row, dict) else row
            for row, keys, account in zip(rows, wanted, accounts, strict=True)
        ]
    return list(rows)


def _wanted(reference: Reference, row: Columns, account: UUID | None) -> tuple[tuple[Key, ...], ...]:
    """For each record that the row names, how it may be looked up."""
    value = row.get(reference.name)
    if value is None:
        return ()
    if type(value) is ExternalRef:
        return (_external(value.source, value.external_id),)
    return tuple(_keys(reference, item, account) for item in (value if isinstance(value, list) else [value]))


@lru_cache(maxsize=8192)
def _external(source: str, external_id: str) -> tuple[Key, ...]:
    return ((("source", "external_id"), source, external_id),)


def _keys(reference: Reference, value: Any, account: UUID | None) -> tuple[Key, ...]:
    """How the record may be looked up, by columns' names and then their values; the first that is found is meant."""
    if type(value) is ExternalRef:  # asked of a model, isinstance takes ten times as long
        return _external(value.source, value.external_id)
    if isinstance(value, UUID):
        return ((("id",), value),)
    record_id = as_id(value)  # a text may look like an id and be the code that another system uses
    by_id: tuple[Key, ...] = () if record_id is None else ((("id",), record_id),)
    if reference.text_column is None:
        return by_id
    if reference.within_account:
        return (*by_id, (("account_id", reference.text_column), account, value.lower()))
    return (*by_id, ((reference.text_column,), value))


async def _found(connection: AsyncConnection, tenant_id: TenantId, reference: Reference, keys: set[Key]) -> Found:
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for columns in {key[0] for key in keys}:
        values = [key[1:] for key in keys if key[0] == columns and None not in key]
        for row in await statements.named(connection, reference.table, tenant_id, columns, values):
            found[(columns, *(row[name] for name in columns))] = row
    return found


def _filled(
    reference: Reference, row: dict[str, Any], wanted: Sequence[Sequence[Key]], found: Found, account: UUID | None
) -> dict[str, Any] | UnknownReference:
    if reference.name not in row:
        return row
    meant = [_first_of(found, keys) for keys in wanted]
    foreign = reference.within_account and any(one is not None and one["account_id"] != account for one in meant)
    if foreign or None in meant:
        message = "belongs to another account" if foreign else "names no record of the organization"
        return UnknownReference(
            f"{reference.name} {message}", errors=[FieldProblem(f"/{reference.name}", "unknown_reference", message)]
        )
    named = row.pop(reference.name)
    # Who names a merged record means the one that stands for it.
    ids = [record.get("merged_into_id") or record["id"] for record in meant if record is not None]
    row[reference.column] = ids if isinstance(named, list) else (ids[0] if ids else None)
    for name in reference.brings:
        if meant and meant[0] is not None:
            row.setdefault(name, meant[0][name])
    return row


def _first_of(found: Found, keys: Sequence[Key]) -> Mapping[str, Any] | None:
    for key in keys:
        if key in found:
            return found[key]
    return None
