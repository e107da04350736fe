"""Brings in assessments from before they were kept here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.queries import assessment_history as queries
from app.kernel.ids import KeyId, TenantId, new_id


async def keep_past(
    connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId, bodies: Sequence[Mapping[str, Any]]
) -> None:
    """Keep assessments as they were: account_id, user_id, function, assessed_on and elements of each."""
    shared = {"tenant_id": tenant_id, "key_id": key_id}
    await queries.add_all(connection, [{"id": new_id(), **shared, **body} for body in bodies])
