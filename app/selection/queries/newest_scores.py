"""SQL of where accounts stand on a day, with who cares for them and the manual tier that holds."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day


async def newest_scores(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId] | None
) -> Sequence[RowMapping]:
    """Each account's newest score of the day or earlier: of these, scored or not, else of all that have one."""
    values = {"tenant_id": tenant_id, "as_of": as_of, "there_until": end_of_day(as_of)}
    if account_ids is None:
        return (await connection.execute(_ALL, values)).mappings().all()
    return (await connection.execute(_THESE, {**values, "account_ids": list(account_ids)})).mappings().all()


_COLUMNS = (
    "SELECT a.id AS account_id, a.kam_user_id, s.opportunity, s.alignment, s.composite, s.quadrant, s.tier,"
    " s.gate_inputs, s.model_id, s.model_version, o.tier AS manual_tier"
)
_SCORE = (
    "(SELECT * FROM scores WHERE tenant_id = :tenant_id AND account_id = a.id AND as_of <= :as_of"
    " ORDER BY as_of DESC, id DESC LIMIT 1) AS s"
)
_OVERRIDE = (
    " LEFT JOIN LATERAL (SELECT tier FROM tier_overrides WHERE tenant_id = :tenant_id AND account_id = a.id"
    "  AND from_on <= :as_of AND until_on >= :as_of AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 1) AS o ON true"
)
_ALL = text(
    f"{_COLUMNS} FROM accounts AS a CROSS JOIN LATERAL {_SCORE}{_OVERRIDE}"
    " WHERE a.tenant_id = :tenant_id AND (a.removed_at IS NULL OR a.removed_at >= :there_until) ORDER BY a.id"
)
_THESE = text(
    f"{_COLUMNS} FROM accounts AS a LEFT JOIN LATERAL {_SCORE} ON true{_OVERRIDE}"
    " WHERE a.tenant_id = :tenant_id AND a.id = ANY(CAST(:account_ids AS uuid[])) ORDER BY a.id"
)
