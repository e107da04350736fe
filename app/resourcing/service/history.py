"""Brings in what was given, promised and in the way before it was kept here: with its days, untold.

Nothing is announced, since none of it is news, and nothing is asked to be scored: whoever brings in the past of whole
accounts scores them afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import KeyId, TenantId, new_id
from app.resourcing.queries import history as queries

Body = Mapping[str, Any]
_MOVES = {"commitments": ("commitment_moves", "commitment_id"), "roadblocks": ("roadblock_moves", "roadblock_id")}


async def keep_past(
    connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId, bodies: Mapping[str, Sequence[Body]]
) -> None:
    """Keep bodies by table; they name their fields as the rows do, and commitments and roadblocks have their `moves`.

    A body without id gets one. The bodies of a table name the same fields, or null stands for the others.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in queries.TABLES}
    for name, given in bodies.items():
        for body in given:
            for table, row in _rows(name, body):
                rows[table].append(_identified(table, row, tenant_id, key_id))
    await queries.add_all(connection, rows)


def _rows(name: str, body: Body) -> Iterator[tuple[str, dict[str, Any]]]:
    """The row of a body, then those of its moves, each with its table."""
    if name not in _MOVES:
        yield name, dict(body)
        return
    moves, column = _MOVES[name]
    own_id = body.get("id") or new_id()
    yield name, {**{field: value for field, value in body.items() if field != "moves"}, "id": own_id}
    for move in body["moves"]:
        yield moves, {**move, column: own_id}


def _identified(table: str, row: dict[str, Any], tenant_id: TenantId, key_id: KeyId) -> dict[str, Any]:
    columns = queries.TABLES[table].columns
    found = {**row, "tenant_id": tenant_id}
    if "id" in columns and "id" not in found:
        found["id"] = new_id()
    return found | ({"key_id": key_id} if "key_id" in columns else {})
