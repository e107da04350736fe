"""SQL of the figures that were agreed with a customer, and of when they were last looked at together."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day

# The touchpoints at which figures are gone through with the customer.
REVIEWS: Final = ("qbr", "executive_review", "steering_committee")
_EXPECTATIONS = text(
    "SELECT metric, title, target, due_on FROM expectations"
    " WHERE tenant_id = :tenant_id AND calibration_id = :calibration_id AND metric IS NOT NULL"
    " AND created_at < :known_before AND (invalidated_at IS NULL OR invalidated_at >= :known_before)"
    " AND (withdrawn_on IS NULL OR withdrawn_on > :day) ORDER BY due_on, id"
)


async def expectations(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, day: date
) -> Sequence[RowMapping]:
    """What either side was held to by a figure at the end of a day."""
    values = {
        "tenant_id": tenant_id, "calibration_id": calibration_id, "day": day, "known_before": end_of_day(day),
    }  # fmt: skip
    return (await connection.execute(_EXPECTATIONS, values)).mappings().all()


_REVIEWED = text(
    "SELECT max(held_on) FROM engagements WHERE tenant_id = :tenant_id AND account_id = :account_id"
    " AND kind = ANY(CAST(:kinds AS text[])) AND held_on <= :day"
)


async def reviewed_on(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date
) -> date | None:
    """When the last review with the customer was held, up to a day."""
    values = {"tenant_id": tenant_id, "account_id": account_id, "kinds": list(REVIEWS), "day": day}
    found: date | None = await connection.scalar(_REVIEWED, values)
    return found
