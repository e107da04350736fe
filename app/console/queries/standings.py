"""SQL of where all accounts of a portfolio stand, scored or not."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.kernel.periods import end_of_day


async def standings(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> Sequence[RowMapping]:
    """Every account that was there on the day, its newest score of then or earlier, and the manual tier that held."""
    values = {"tenant_id": tenant_id, "as_of": as_of, "there_until": end_of_day(as_of)}
    return (await connection.execute(_STANDINGS, values)).mappings().all()


_STANDINGS = text(
    "SELECT a.id AS account_id, a.name, s.id AS score_id, s.as_of, s.created_at AS scored_at, s.opportunity,"
    " s.alignment, s.composite, s.low, s.high, s.coverage, s.quadrant, coalesce(o.tier, s.tier) AS tier,"
    " s.tier AS computed_tier, coalesce(s.provisional, false) AS provisional, s.previous_composite AS previous,"
    " s.model_id, s.model_version FROM accounts AS a"
    " LEFT JOIN LATERAL (SELECT * FROM scores WHERE tenant_id = :tenant_id AND account_id = a.id AND as_of <= :as_of"
    "  ORDER BY as_of DESC, id DESC LIMIT 1) AS s ON true"
    " LEFT JOIN LATERAL (SELECT tier FROM tier_overrides WHERE tenant_id = :tenant_id AND account_id = a.id"
    "  AND from_on <= :as_of AND until_on >= :as_of AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 1) AS o ON true"
    " WHERE a.tenant_id = :tenant_id AND (s.id IS NOT NULL OR a.valid_from < :there_until)"
    " AND (a.removed_at IS NULL OR a.removed_at >= :there_until) ORDER BY a.name, a.id"
)


async def scores(connection: AsyncConnection, tenant_id: TenantId, score_ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """These scores, whole."""
    values = {"tenant_id": tenant_id, "score_ids": list(score_ids)}
    return (await connection.execute(_SCORES, values)).mappings().all()


_SCORES = text("SELECT * FROM scores WHERE tenant_id = :tenant_id AND id = ANY(CAST(:score_ids AS uuid[]))")
