"""Takes in many records that nobody knew as whole columns; what is not so plain is left to `saving`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.records import statements
from app.infra.records.kind import Kind, Moment, Reference
from app.infra.records.wire import ExternalRef
from app.kernel.ids import TenantId, new_ids

IDENTITY = ("source", "external_id")


@dataclass(slots=True)
class Arriving:
    """Columns on their way into the table, and the places of the records that are left out."""

    columns: dict[str, Sequence[Any]]
    left: set[int] = field(default_factory=set)

    @property
    def size(self) -> int:
        return len(self.columns["external_id"])

    def kept(self) -> dict[str, Sequence[Any]]:
        """The columns of those that are not left out."""
        if not self.left:
            return self.columns
        chosen = [place not in self.left for place in range(self.size)]
        return {name: list(compress(column, chosen)) for name, column in self.columns.items()}


async def arrive(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, columns: Mapping[str, Sequence[Any]], moment: Moment
) -> tuple[set[int], dict[str, Sequence[Any]]]:
    """The places of the records that were not taken in, and the columns of those that were.

    columns: of bodies that all speak of the same, references as ExternalRef; each has a `source` and an `external_id`,
    which none of them shares. Left out are records that are known, that name what is not, or that the kind's rule
    (`arrive`) would refuse; of a kind without one, all.
    """
    page = Arriving(dict(columns))
    if kind.arrive is None:
        return set(range(page.size)), {}
    await _leave_known(connection, tenant_id, kind, page)
    for reference in kind.references:
        if reference.name in page.columns:
            await _refer(connection, tenant_id, reference, page)
    settled, refused = kind.arrive(page.columns, moment)
    page.columns.update(settled)
    page.left |= refused
    kept = page.kept()
    await _insert(connection, tenant_id, kind, kept)
    return page.left, kept


async def _leave_known(connection: AsyncConnection, tenant_id: TenantId, kind: Kind, page: Arriving) -> None:
    keys = list(zip(*(page.columns[name] for name in IDENTITY), strict=True))
    rows = await statements.named(connection, kind.table, tenant_id, IDENTITY, keys)
    known = {(row["source"], row["external_id"]) for row in rows}
    if known:
        page.left.update(place for place, key in enumerate(keys) if key in known)


async def _refer(connection: AsyncConnection, tenant_id: TenantId, reference: Reference, page: Arriving) -> None:
    """Put the ids of the records that are named in place of their names."""
    column = page.columns.pop(reference.name)
    named = {id(one): one for one in column if type(one) is ExternalRef and not reference.within_account}
    keys = sorted({(one.source, one.external_id) for one in named.values()})
    rows = await statements.named(connection, reference.table, tenant_id, IDENTITY, keys)
    # Who names a merged record means the one that stands for it.
    ids = {(row["source"], row["external_id"]): str(row.get("merged_into_id") or row["id"]) for row in rows}
    meant = {which: ids.get((one.source, one.external_id)) for which, one in named.items()}
    found = [None if one is None else meant.get(id(one)) for one in column]
    if found.count(None) > column.count(None):
        both = enumerate(zip(column, found, strict=True))
        page.left.update(place for place, (one, record_id) in both if one is not None and record_id is None)
    page.columns[reference.column] = found


async def _insert(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, columns: dict[str, Sequence[Any]]
) -> None:
    size = len(columns["external_id"])
    if size:
        known = statements.own_columns(kind.table)
        said = {name: column for name, column in columns.items() if name in known}
        await statements.insert(connection, kind.table, tenant_id, {"id": new_ids(size), **said})
