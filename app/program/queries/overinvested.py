"""SQL of how accounts score, for whoever holds what they cost against it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId


async def newest(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, ids: Sequence[AccountId]
) -> dict[AccountId, RowMapping]:
    """By account, the newest score of the day or earlier: as it was computed, whatever tier people gave it."""
    values = {"tenant_id": tenant_id, "as_of": as_of, "ids": list(ids)}
    rows = (await connection.execute(_NEWEST, values)).mappings()
    return {AccountId(row["account_id"]): row for row in rows}


_NEWEST = text(
    "SELECT DISTINCT ON (account_id) account_id, tier, composite, quadrant, provisional FROM scores"
    " WHERE tenant_id = :tenant_id AND account_id = ANY(CAST(:ids AS uuid[])) AND as_of <= :as_of"
    " ORDER BY account_id, as_of DESC, id DESC"
)
