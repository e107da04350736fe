"""The use case of telling other systems which account is meant: by its name, and by their own ids of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.queries.identities import known_as
from app.events.core.message import Whose
from app.kernel.ids import TenantId


async def whose(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> dict[UUID, Whose]:
    """Accounts by their ids, as other systems know them; without those that are not there."""
    names: dict[UUID, str] = {}
    identities: dict[UUID, list[tuple[str, str]]] = {}
    for row in await known_as(connection, tenant_id, ids):
        names[row.id] = row.name
        known = identities.setdefault(row.id, [])
        if row.source is not None:
            known.append((row.source, row.external_id))
    return {account_id: Whose(name, identities[account_id]) for account_id, name in names.items()}
