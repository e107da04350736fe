"""Brings in who was selected, and where accounts stood, before it was kept here: with its days, untold.

Nothing is announced, since none of it is news, and nobody is entitled to anything by it: what accounts were given is
brought in as such.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import KeyId, TenantId, new_id
from app.selection.queries import history as queries

Body = Mapping[str, Any]


async def keep_past(
    connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId, bodies: Mapping[str, Sequence[Body]]
) -> None:
    """Keep bodies by table; they name their fields as the rows do, and `created_at` says when it was.

    A body without id gets one. Raises KeyError for a table that is none of these.
    """
    rows = {
        name: [_identified(queries.TABLES[name], body, tenant_id, key_id) for body in given]
        for name, given in bodies.items()
    }
    await queries.add_all(connection, rows)


def _identified(table: Table, body: Body, tenant_id: TenantId, key_id: KeyId) -> dict[str, Any]:
    known = {"tenant_id": tenant_id, "id": new_id(), "key_id": key_id}
    return {**{name: value for name, value in known.items() if name in table.columns}, **body}
