"""SQL of what was given, promised and in the way elsewhere, before it was kept here."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.bulk import insert_all
from app.resourcing.tables import (
    account_entitlements,
    commitment_moves,
    commitments,
    entitlement_rules,
    function_leaders,
    guarded_requests,
    guardrails,
    resource_ratings,
    resources,
    roadblock_moves,
    roadblocks,
    sponsorships,
    usage_entries,
    withdrawal_holds,
)

# In the order in which they refer to each other.
TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        resources, function_leaders, entitlement_rules, account_entitlements, commitments, commitment_moves,
        usage_entries, resource_ratings, roadblocks, roadblock_moves, sponsorships, guardrails, guarded_requests,
        withdrawal_holds,
    )
}  # fmt: skip


async def add_all(connection: AsyncConnection, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Rows by table, a statement each."""
    for name, table in TABLES.items():
        await insert_all(connection, table, rows.get(name, ()))
