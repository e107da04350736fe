"""Brings in what people told of the program before it was kept here: with its days, untold."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import KeyId, TenantId, new_id
from app.program.queries import history as queries

Body = Mapping[str, Any]


async def keep_past(
    connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId, bodies: Mapping[str, Sequence[Body]]
) -> None:
    """Keep bodies by table; they name their fields as the rows do."""
    rows = {
        name: [{"tenant_id": tenant_id, "id": new_id(), "key_id": key_id, **body} for body in given]
        for name, given in bodies.items()
    }
    await queries.add_all(connection, rows)
