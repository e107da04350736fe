"""SQL of assessments that were made elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.tables import assessments
from app.infra.bulk import insert_all


async def add_all(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Many of them, in one statement."""
    await insert_all(connection, assessments, rows)
