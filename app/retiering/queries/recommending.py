"""SQL of what a recommendation rests on, as of a day: the newest score, and the appraisal under way."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day

TREND_DAYS = 90


async def score(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date
) -> RowMapping | None:
    """The newest score of the day or earlier, with the composite of 90 days before the day (`before_90`)."""
    return await _one(connection, _SCORE, tenant_id, account_id, as_of, before=as_of - timedelta(days=TREND_DAYS))


async def appraisal(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date
) -> RowMapping | None:
    """The appraisal that was under way at the end of the day, as far as that is known."""
    return await _one(connection, _APPRAISAL, tenant_id, account_id, as_of, known_before=end_of_day(as_of))


async def _one(  # a statement, of which account, as of when
    connection: AsyncConnection,
    statement: Any,
    tenant_id: TenantId,
    account_id: AccountId,
    as_of: date,
    **more: Any,
) -> RowMapping | None:
    values = {"tenant_id": tenant_id, "account_id": account_id, "as_of": as_of, **more}
    row: RowMapping | None = (await connection.execute(statement, values)).mappings().one_or_none()
    return row


_OF_ACCOUNT = "tenant_id = :tenant_id AND account_id = :account_id"
_SCORE = text(
    "SELECT s.as_of, s.opportunity, s.alignment, s.composite, s.utilities, s.tier, s.provisional, s.model_id,"
    " s.model_version, (SELECT b.composite FROM scores AS b WHERE b.tenant_id = :tenant_id"
    "  AND b.account_id = :account_id AND b.as_of <= :before AND b.model_id = s.model_id"
    "  ORDER BY b.as_of DESC, b.id DESC LIMIT 1) AS before_90"
    f" FROM scores AS s WHERE s.{_OF_ACCOUNT.replace('AND ', 'AND s.')} AND s.as_of <= :as_of"
    " ORDER BY s.as_of DESC, s.id DESC LIMIT 1"
)
# A diagnosis has no day of its own: one that may have been made after the day asked for is left out.
_APPRAISAL = text(
    "SELECT id, CASE WHEN reevaluation_on <= :as_of THEN 'reevaluation' WHEN closed_on IS NULL AND state = 'open'"
    " THEN 'open' ELSE 'action_plan' END AS state, CASE WHEN updated_at < :known_before THEN diagnosis END AS diagnosis"
    f" FROM appraisals WHERE {_OF_ACCOUNT} AND opened_on <= :as_of AND (closed_on IS NULL OR closed_on > :as_of)"
    " ORDER BY opened_on DESC, id DESC LIMIT 1"
)
