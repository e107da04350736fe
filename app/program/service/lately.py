"""How far resources were used in the quarter that ends with a day: what the summary and the audit both tell."""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.kernel.periods import QUARTER_DAYS
from app.resourcing.service import utilization


async def used_lately(connection: AsyncConnection, tenant_id: TenantId, day: date) -> utilization.Report:
    """What was used of what was due in the 90 days that end with a day, over all accounts."""
    asked = utilization.Asked(from_on=day - timedelta(days=QUARTER_DAYS - 1), to_on=day, limit=1)
    return await utilization.report(connection, tenant_id, asked)
