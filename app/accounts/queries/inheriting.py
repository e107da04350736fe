"""SQL of what the account that stands for two takes over, as each table's own rule decides (`info["merging"]`).

Of a row that becomes another account's it is kept whose it was until then, for whoever asks of an earlier day.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.core.inheriting import Follows, Heir, Inherits, Legacy
from app.accounts.tables import accounts, merged_rows
from app.infra.records import statements
from app.infra.records.statements import BOOKKEEPING
from app.kernel.ids import TenantId, new_id


async def inherit(
    connection: AsyncConnection, tenant_id: TenantId, loser: UUID, survivor: UUID, at: datetime
) -> dict[str, list[str]]:
    """Let the survivor take over what it has nothing of; what was `taken_over`, and what was `kept_apart`."""
    heir = Heir(survivor, at.astimezone(UTC).date())
    told: dict[str, dict[str, None]] = {"taken_over": {}, "kept_apart": {}}
    for table in accounts.metadata.sorted_tables:
        rule = table.info.get("merging")
        if isinstance(rule, Inherits):
            legacy = await _decided(connection, tenant_id, table, rule, loser, heir)
            await _store(connection, tenant_id, table, legacy, loser, heir, at)
            if legacy.changed or legacy.added:
                told["taken_over"][rule.what] = None
            if legacy.apart:
                told["kept_apart"][rule.what] = None
        elif isinstance(rule, Follows):
            values = {"tenant_id": tenant_id, "loser": loser, "survivor": survivor}
            await connection.execute(text(_following(table, rule)), values)
    return {name: list(found) for name, found in told.items()}


async def _decided(
    connection: AsyncConnection, tenant_id: TenantId, table: Table, rule: Inherits, loser: UUID, heir: Heir
) -> Legacy:
    # Both accounts are held by who merges them; to hold what is only ever added to takes a right that nobody has.
    statement = f"SELECT * FROM {table.name} WHERE tenant_id = :tenant_id AND account_id = ANY(CAST(:ids AS uuid[]))"
    values = {"tenant_id": tenant_id, "ids": [loser, heir.account_id]}
    rows = [dict(row) for row in (await connection.execute(text(statement), values)).mappings()]
    lost = [row for row in rows if row["account_id"] == loser]
    return rule.decide(lost, [row for row in rows if row["account_id"] != loser], heir) if lost else Legacy()


async def _store(  # noqa: PLR0913, PLR0917  # whose, of what, from whom, to whom, and when
    connection: AsyncConnection,
    tenant_id: TenantId,
    table: Table,
    legacy: Legacy,
    loser: UUID,
    heir: Heir,
    at: datetime,
) -> None:
    await statements.write(connection, table, tenant_id, legacy.changed)
    if legacy.added:
        await connection.execute(insert(table), [_new(row) for row in legacy.added])
    moved = [row["id"] for row in legacy.changed if "id" in row and row["account_id"] == heir.account_id]
    if moved:
        rows = [{"tenant_id": tenant_id, "row_id": one, "account_id": loser, "until_at": at} for one in moved]
        await connection.execute(insert(merged_rows), rows)


def _new(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in row.items() if name not in BOOKKEEPING}, "id": new_id()}


def _following(table: Table, rule: Follows) -> str:
    bookkeeping: Sequence[str] = ("version = t.version + 1", "updated_at = now()")
    return (
        f"UPDATE {table.name} t SET {', '.join(['account_id = :survivor', *bookkeeping])} FROM {rule.table} p"
        " WHERE t.tenant_id = :tenant_id AND t.account_id = :loser"
        f" AND p.tenant_id = :tenant_id AND p.id = t.{rule.column} AND p.account_id = :survivor"
    )
