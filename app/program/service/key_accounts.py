"""Which accounts are key on a day: what the summary and the audit count over."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.program.core.key_accounts import key_tiers
from app.selection.service.tiers import tiers


async def key_accounts(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> dict[AccountId, str]:
    """The tier of each key account at the end of a day, by id; one statement."""
    return key_tiers(await tiers(connection, tenant_id, as_of))
