"""SQL of who was selected elsewhere, and where accounts stood, before it was kept here."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.bulk import insert_all
from app.selection.tables import (
    account_standings,
    decision_records,
    lifecycle_moves,
    review_candidates,
    review_participants,
    review_votes,
    selection_reviews,
)

# In the order in which they refer to each other.
TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        selection_reviews, review_participants, review_candidates, review_votes, decision_records, account_standings,
        lifecycle_moves,
    )
}  # fmt: skip


async def add_all(connection: AsyncConnection, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Rows by table, a statement each."""
    for name, table in TABLES.items():
        await insert_all(connection, table, rows.get(name, ()))
