"""SQL of merges: every row that refers to the record that is gone refers to the one that stands for it.

Which rows those are is read from the foreign keys of all tables, so that a table made later is not forgotten. A row
stays with the record that is gone

- where a unique key says that the survivor has its own: its buying center of that name, say;
- targets whose period overlaps one of the survivor's for the same metric, and ratings of a metric by somebody who has
  rated it for the survivor as well: both together would count twice, and the survivor's own holds;
- in tables that say so themselves (`info["merging"]`): what belongs to that very record, or is never changed; or what
  passes on by a rule of its own (see `inheriting`).

Where a table keeps past states the move is one of them: until the merge the row belonged where it did, so that what was
computed as of an earlier day comes out the same.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts, buying_centers
from app.kernel.ids import TenantId

_AT = "CAST(:at AS timestamptz)"
_KEPT_APART = {
    "targets": """EXISTS (SELECT FROM targets o WHERE o.tenant_id = t.tenant_id AND o.account_id = :survivor
        AND o.metric = t.metric AND o.period_from <= t.period_to AND o.period_to >= t.period_from)""",
    "ratings": """EXISTS (SELECT FROM ratings o WHERE o.tenant_id = t.tenant_id AND o.account_id = :survivor
        AND o.metric = t.metric AND o.function = t.function AND o.user_id IS NOT DISTINCT FROM t.user_id)""",
}
# A child that stands above the survivor cannot come to stand below it: it moves up to where the lost account stood.
_ABOVE = """WITH RECURSIVE above(id, parent_id) AS (
    SELECT id, parent_id FROM accounts WHERE tenant_id = :tenant_id AND id = :survivor
    UNION SELECT a.id, a.parent_id FROM above JOIN accounts a ON a.tenant_id = :tenant_id AND a.id = above.parent_id)"""
_NEW_PARENT = """CASE WHEN t.id IN (SELECT id FROM above)
    THEN (SELECT l.parent_id FROM accounts l WHERE l.tenant_id = :tenant_id AND l.id = :loser)
    ELSE CAST(:survivor AS uuid) END"""


async def repoint(
    connection: AsyncConnection, tenant_id: TenantId, table: Table, loser: UUID, survivor: UUID, at: datetime
) -> None:
    """Let everything that refers to `loser`, a row of `table`, refer to `survivor` from `at` on."""
    values = {"tenant_id": tenant_id, "loser": loser, "survivor": survivor, "at": at}
    for referring, column in _references_to(table):
        for statement in _moves(referring, column):
            await connection.execute(text(statement), values if ":at" in statement else _without(values, "at"))
    if table is accounts:
        for referring, column in _references_to(buying_centers):
            await connection.execute(text(_same_center(referring, column)), _without(values, "at"))


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _references_to(table: Table) -> Iterator[tuple[Table, str]]:
    """Each table and column that names a row of `table` and may come to name another."""
    for referring in table.metadata.sorted_tables:
        if "merging" in referring.info:
            continue
        for key in referring.constraints:
            if isinstance(key, ForeignKeyConstraint) and key.referred_table is table:
                column = key.column_keys[-1]
                if column != "id":  # past states belong to their own record
                    yield referring, column


def _moves(table: Table, column: str) -> Sequence[str]:
    """The statements by which the rows of a table move."""
    of_loser = " AND ".join([f"t.tenant_id = :tenant_id AND t.{column} = :loser", *_unless(table, column)])
    parents = table is accounts and column == "parent_id"
    above, new = (_ABOVE, _NEW_PARENT) if parents else ("", "CAST(:survivor AS uuid)")
    changed = ", ".join([f"{column} = {new}", *_bookkeeping(table)])
    past = table.metadata.tables.get(f"{table.name}_past")
    if past is None or column == "merged_into_id":
        return [f"{above} UPDATE {table.name} t SET {changed} WHERE {of_loser}"]
    states = [each.name for each in past.columns if each.name != "valid_to"]
    ended = (
        f"INSERT INTO {past.name} ({', '.join(states)}, valid_to)"
        f" SELECT {', '.join(f't.{name}' for name in states)}, {_AT} FROM {table.name} t"
        f" WHERE {of_loser} AND t.valid_from < {_AT}"
    )
    begun = f"greatest(t.valid_from, {_AT})"  # of removed records it is infinity, and stays it
    return [ended, f"{above} UPDATE {table.name} t SET {changed}, valid_from = {begun} WHERE {of_loser}"]


def _bookkeeping(table: Table) -> list[str]:
    return ["version = t.version + 1", "updated_at = now()"] if "version" in table.columns else []


def _unless(table: Table, column: str) -> Iterator[str]:
    """What keeps a row where it is: that the survivor has one of the same key, or one that excludes it."""
    for key in table.constraints:
        if isinstance(key, (PrimaryKeyConstraint, UniqueConstraint)) and column in key.columns:
            same = " AND ".join(_same(each, column) for each in key.columns)
            yield f"NOT EXISTS (SELECT FROM {table.name} o WHERE {same})"
    if table.name in _KEPT_APART:
        yield f"NOT {_KEPT_APART[table.name]}"


def _same(column: Column[Any], moved: str) -> str:
    return f"o.{column.name} = " + (":survivor" if column.name == moved else f"t.{column.name}")


def _same_center(table: Table, column: str) -> str:
    """What names a buying center that stayed behind names the survivor's of the same name."""
    return (
        f"UPDATE {table.name} t SET {', '.join([f'{column} = s.id', *_bookkeeping(table)])}"
        " FROM buying_centers l JOIN buying_centers s ON s.tenant_id = l.tenant_id AND s.name_key = l.name_key"
        " WHERE l.tenant_id = :tenant_id AND l.account_id = :loser AND s.account_id = :survivor"
        f" AND t.tenant_id = :tenant_id AND t.{column} = l.id"
    )
