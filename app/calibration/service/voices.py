"""What those are called who spoke in a calibration: people of ours, and the guests that the customer sent."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.calibration.queries import voices as queries
from app.kernel.ids import TenantId, UserId


async def names(connection: AsyncConnection, tenant_id: TenantId, rows: Iterable[RowMapping]) -> dict[UUID, str]:
    """Names by the id of the user or of the invitation; rows: records that say by whom they are."""
    said = list(rows)
    users = sorted({UserId(row["user_id"]) for row in said if row["user_id"] is not None})
    guests = sorted({row["invitation_id"] for row in said if row["invitation_id"] is not None})
    found = await queries.guests(connection, tenant_id, guests) if guests else {}
    if users:
        found.update((await people.names(connection, tenant_id, users)).items())
    return found
