"""SQL of the tiers of accounts on a day, by what each of them rests on."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day


async def tiers(
    connection: AsyncConnection,
    tenant_id: TenantId,
    as_of: date,
    *,
    in_program: Sequence[str],
    account_ids: Sequence[AccountId] | None,
) -> Sequence[RowMapping]:
    """Of these accounts, or of all: the tier that was decided, the manual one, and that of the newest score."""
    values = {
        "tenant_id": tenant_id,
        "as_of": as_of,
        "there_until": end_of_day(as_of),
        "in_program": list(in_program),
    }
    if account_ids is None:
        return (await connection.execute(_ALL, values)).mappings().all()
    return (await connection.execute(_THESE, {**values, "account_ids": list(account_ids)})).mappings().all()


_TIERS = (
    "SELECT a.id AS account_id, m.tier AS decided, o.tier AS manual, s.tier AS computed FROM accounts AS a"
    " LEFT JOIN LATERAL (SELECT CASE WHEN to_state = ANY(CAST(:in_program AS text[])) THEN tier END AS tier"
    "  FROM lifecycle_moves WHERE tenant_id = :tenant_id AND account_id = a.id AND moved_on <= :as_of"
    "  ORDER BY id DESC LIMIT 1) AS m ON true"
    " LEFT JOIN LATERAL (SELECT tier FROM tier_overrides WHERE tenant_id = :tenant_id AND account_id = a.id"
    "  AND from_on <= :as_of AND until_on >= :as_of AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 1) AS o ON true"
    " LEFT JOIN LATERAL (SELECT tier FROM scores WHERE tenant_id = :tenant_id AND account_id = a.id"
    "  AND as_of <= :as_of ORDER BY as_of DESC, id DESC LIMIT 1) AS s ON true"
    " WHERE a.tenant_id = :tenant_id"
)
_ALL = text(f"{_TIERS} AND (a.removed_at IS NULL OR a.removed_at >= :there_until)")
_THESE = text(f"{_TIERS} AND a.id = ANY(CAST(:account_ids AS uuid[]))")
