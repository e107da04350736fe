"""What tiers bring follows where accounts stand: with a tier come resources, and with leaving the program they end."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId, UserId
from app.resourcing.service import entitlements
from app.resourcing.service.entitlements import By
from app.selection.core.lifecycle import IN_PROGRAM, Standing
from app.selection.queries import lifecycle as queries
from app.selection.service.keeping import today
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller


async def follow(  # noqa: PLR0913  # whose move, from where to where, by whom, on which day
    connection: AsyncConnection,
    caller: Caller,
    account_id: AccountId,
    before: Standing,
    after: Standing,
    user_id: UserId | None,
    *,
    on: date,
) -> None:
    """Entitle an account that moves on a day to what its tier brings from then on, where its tier is another.

    Raises ConversationNotRecorded where that takes something from it of which the customer was not told.
    """
    tier = tier_of(after)
    if tier != tier_of(before):
        by = By(caller.key_id, user_id)
        await entitlements.tier_became(connection, caller.tenant_id, account_id, tier, on=on, by=by)


def tier_of(standing: Standing) -> str | None:
    """The tier that an account has while it is in the program."""
    return standing.tier if standing.state in IN_PROGRAM else None


async def entitle(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Entitle all accounts of the program to what their tiers bring by now, from today on; twice is as once."""
    await tenancy.locked_organization(connection, tenant_id)  # nobody moves an account meanwhile
    tiers: dict[AccountId, str | None] = {**await queries.tiers(connection, tenant_id, IN_PROGRAM)}
    await entitlements.tiers_became(connection, tenant_id, tiers, on=today())
