"""Saves changes of records, set-wise: load what is meant, decide by the kind's rule, store what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.records import references, statements
from app.infra.records.kind import Change, Columns, Kind, Moment, Outcome, Reference, Settled
from app.infra.records.references import UnknownReference
from app.kernel.errors import Conflict, FieldProblem, Invalid, Refusal, Stale
from app.kernel.ids import TenantId, new_id

IDENTITY = ("source", "external_id")
Key = tuple[Any, ...]


class RecordExists(Conflict):
    """There is a record of that identity."""


class TwiceInBatch(Conflict):
    """The batch names the same record twice."""


class RecordChanged(Stale):
    """The record was changed since it was read."""


class FieldsMissing(Invalid):
    """A field is needed."""


class HalfAnIdentity(Invalid):
    """`source` and `external_id` go together."""


@dataclass(slots=True)
class _Batch:
    """What the changes so far have come to: each record once, and each identity claimed once."""

    bearers: Mapping[Key, UUID]
    settled: dict[UUID, Settled] = field(default_factory=dict)
    claimed: set[Key] = field(default_factory=set)
    replacing: bool = False  # whether any of them is known already

    def claim(self, kind: Kind, after: Columns) -> None:
        keys, record_id = _identities(kind, after), after["id"]
        for key in keys:
            if key in self.bearers and self.bearers[key] != record_id:
                raise RecordExists(f"it has the id {self.bearers[key]}")
        if record_id in self.settled or not self.claimed.isdisjoint(keys):
            raise TwiceInBatch("an earlier item names the same record")
        self.claimed.update(keys)


async def save(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, changes: Sequence[Change], moment: Moment
) -> list[Outcome]:
    """What came of each change, in order; refused ones leave no trace and harm no other."""
    given, present = await _loaded(connection, tenant_id, kind, changes)
    bearers = await _bearers(connection, tenant_id, kind, given, present)

    batch = _Batch(bearers)
    outcomes = [
        _decided(kind, change, row, before, moment, batch)
        for change, row, before in zip(changes, given, present, strict=True)
    ]

    await _store(connection, tenant_id, kind, batch)
    return outcomes


async def _loaded(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, changes: Sequence[Change]
) -> tuple[list[dict[str, Any] | UnknownReference], list[Columns | None]]:
    """What each change gives, with ids for references, and the present row that it means (None: a new one)."""
    outer = [reference for reference in kind.references if not reference.within_account]
    inner = [reference for reference in kind.references if reference.within_account]
    nowhere: list[UUID | None] = [None] * len(changes)
    given = await references.resolve(connection, tenant_id, outer, [dict(c.given) for c in changes], nowhere)
    present = await _present(connection, tenant_id, kind, changes, given)
    if inner and (any(present) or any(each.name in row for each in inner for row in given if type(row) is dict)):
        accounts = [_account(row, before) for row, before in zip(given, present, strict=True)]
        given = [_moving(kind, inner, row, before) for row, before in zip(given, present, strict=True)]
        given = await references.resolve(connection, tenant_id, inner, given, accounts)
    return given, present


def _account(row: Columns | UnknownReference, before: Columns | None) -> UUID | None:
    if isinstance(row, UnknownReference):
        return None
    holder: Columns = row if "account_id" in row or before is None else before
    account: UUID | None = holder.get("account_id")
    return account


def _moving(
    kind: Kind, inner: Sequence[Reference], row: dict[str, Any] | UnknownReference, before: Columns | None
) -> dict[str, Any] | UnknownReference:
    """The row; if the record moves to another account, with what it refers to in the old one, which is then refused."""
    if isinstance(row, UnknownReference) or before is None:
        return row
    account = _account(row, before)
    if account == before["account_id"] or (account is None and "account_id" in kind.required):
        return row
    return {**{reference.name: before[reference.column] for reference in inner}, **row}


def _identities(kind: Kind, row: Columns) -> list[Key]:
    """Everything that names the record: its columns' names, then their values."""
    source, external_id = row.get("source"), row.get("external_id")
    keys: list[Key] = [] if source is None or external_id is None else [(IDENTITY, source, external_id)]
    if kind.natural_key:
        values = [row.get(name) for name in kind.natural_key]
        if None not in values:
            keys.append((tuple(kind.natural_key), *values))
    return keys


async def _bearers(
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: Kind,
    given: Sequence[dict[str, Any] | UnknownReference],
    present: Sequence[Columns | None],
) -> dict[Key, UUID]:
    """Who bears the identities that known records would newly get; nobody may bear another's."""
    wanted = {
        key
        for row, before in zip(given, present, strict=True)
        if before is not None and isinstance(row, dict)
        for key in set(_identities(kind, {**before, **row})) - set(_identities(kind, before))
    }
    bearers: dict[Key, UUID] = {}
    for columns in sorted({key[0] for key in wanted}):
        values = [key[1:] for key in wanted if key[0] == columns]
        for row in await statements.named(connection, kind.table, tenant_id, columns, values):
            bearers[(columns, *(row[name] for name in columns))] = row["id"]
    return bearers


def _keys(kind: Kind, change: Change, row: Columns | UnknownReference) -> list[Key]:
    """How the record that a change means is looked up; the first that is found decides."""
    if change.id is not None:
        return [(("id",), change.id)]
    return _identities(kind, row) if isinstance(row, dict) else []


async def _present(
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: Kind,
    changes: Sequence[Change],
    given: Sequence[dict[str, Any] | UnknownReference],
) -> list[Columns | None]:
    wanted = [_keys(kind, change, row) for change, row in zip(changes, given, strict=True)]
    found: dict[Key, Columns] = {}
    for columns in sorted({key[0] for keys in wanted for key in keys}):
        named = {key[1:] for keys in wanted for key in keys if key[0] == columns}
        # In one order, whoever asks: what is found is locked.
        values = sorted(named) if columns == IDENTITY else sorted(named, key=str)
        for row in await statements.by_key(connection, kind.table, tenant_id, columns, values):
            found[(columns, *(row[name] for name in columns))] = row
    if kind.children is not None and found:
        ids = list({row["id"] for row in found.values()})
        children = await kind.children(connection, tenant_id, ids)
        found = {key: {**row, **children[row["id"]]} for key, row in found.items()}
    if not found:
        return [None] * len(wanted)
    return [next((found[key] for key in keys if key in found), None) for keys in wanted]


def _decided(  # the decision's inputs, and the batch that it joins
    kind: Kind,
    change: Change,
    row: dict[str, Any] | UnknownReference,
    before: Columns | None,
    moment: Moment,
    batch: _Batch,
) -> Outcome:
    try:
        if isinstance(row, UnknownReference):
            raise row
        _check_expectations(kind, change, before)
        after = _after(kind, row, before)
        _check_required(kind, after)
        _check_identity(after)
        settled = kind.settle(before, after, row, moment)
        if settled is None:
            return Outcome("stale", after["id"])
        batch.claim(kind, settled.present)
    except Refusal as refusal:
        return Outcome("refused", before["id"] if before else None, refusal)
    if before is not None and _same(before, settled):
        return Outcome("unchanged", after["id"])
    batch.settled[after["id"]] = settled
    batch.replacing = batch.replacing or before is not None
    return Outcome("updated" if before else "created", after["id"])


def _check_expectations(kind: Kind, change: Change, before: Columns | None) -> None:
    if change.id is not None and before is None:
        raise kind.missing(str(change.id))
    if change.must_be_new and before is not None:
        raise RecordExists(f"it has the id {before['id']}")
    if change.version is not None and before is not None and change.version != before["version"]:
        raise RecordChanged(f"it has version {before['version']} by now")


def _after(kind: Kind, row: Columns, before: Columns | None) -> dict[str, Any]:
    """The row as the change would have it."""
    columns = statements.own_columns(kind.table)
    if before is not None:
        return {name: row[name] if name in row else before.get(name) for name in columns}
    after: dict[str, Any] = dict.fromkeys(columns)
    after["id"] = new_id()
    after.update(kind.defaults)
    after.update(row)
    if len(after) > len(columns):  # it says more than the row holds
        return {name: after[name] for name in columns}
    return after


def _check_required(kind: Kind, after: Columns) -> None:
    absent = [name for name in kind.required if after.get(name) is None]
    if absent:
        missing = list(dict.fromkeys(_field(kind, name) for name in absent))
        raise FieldsMissing(
            f"give {', '.join(missing)}", errors=[FieldProblem(f"/{name}", "missing", "is needed") for name in missing]
        )


def _field(kind: Kind, column: str) -> str:
    """The field of the body that fills the column: itself, a reference, or the whole that it is a part of."""
    names = (column, column.removesuffix("_id"), column.rpartition("_")[0])
    return next((name for name in names if name in kind.body.model_fields), column)


def _check_identity(after: Columns) -> None:
    if (after["source"] is None) != (after["external_id"] is None):
        absent = "source" if after["source"] is None else "external_id"
        raise HalfAnIdentity(
            f"give {absent} as well", errors=[FieldProblem(f"/{absent}", "missing", "goes with the other")]
        )


def _same(before: Columns, settled: Settled) -> bool:
    return all(_equal(before[name], value) for name, value in {**settled.present, **settled.children}.items())


def _equal(kept: Any, given: Any) -> bool:
    """Equal as JSON has it: to Python, 1 and true are the same."""
    if not isinstance(given, dict):
        return bool(kept == given)
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS) == orjson.dumps(given, option=orjson.OPT_SORT_KEYS)


async def _store(connection: AsyncConnection, tenant_id: TenantId, kind: Kind, batch: _Batch) -> None:
    settled = batch.settled
    rows = [outcome.present for outcome in settled.values()]
    await statements.write(connection, kind.table, tenant_id, rows, all_new=not batch.replacing)
    if kind.past is not None:
        rewritten = [record_id for record_id, outcome in settled.items() if outcome.whole_past]
        await statements.forget_past(connection, kind.past, tenant_id, rewritten)
        past = [state for outcome in settled.values() for state in outcome.past]
        await statements.write(connection, kind.past, tenant_id, past)
    if kind.save_children is not None and settled:
        await kind.save_children(connection, tenant_id, {key: outcome.children for key, outcome in settled.items()})
