"""SQL of exchange rates in force on a day."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId


async def rates(
    connection: AsyncConnection, tenant_id: TenantId, currencies: Collection[str], into: str, as_of: date
) -> dict[str, Decimal]:
    """What one of each of these currencies is worth in another on a day; those without a rate are left out."""
    values = {"tenant_id": tenant_id, "currencies": sorted(currencies), "into": into, "as_of": as_of}
    return {row.currency: row.rate for row in await connection.execute(_RATES, values)}


_RATES = text(
    "SELECT DISTINCT ON (currency) currency, rate FROM exchange_rates WHERE tenant_id = :tenant_id"
    " AND currency = ANY(CAST(:currencies AS text[])) AND into_currency = :into AND from_on <= :as_of"
    " ORDER BY currency, from_on DESC"
)
