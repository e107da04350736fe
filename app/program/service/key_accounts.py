"""Which accounts are key on a day: one answer for all that is told over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.program.core.key_accounts import KeyBasis, key_tiers, tiers_in_force
from app.program.queries import key_accounts as queries
from app.selection.service.tiers import tiers


@dataclass(frozen=True, slots=True)
class KeyAccounts:
    """The key accounts of a day with their tiers, and what makes them key.

    in_force: the tiers by which accounts are treated, those of the high-potential track and of none included.
    """

    basis: KeyBasis
    tiers: Mapping[AccountId, str]
    in_force: Mapping[AccountId, str]


async def known(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> KeyAccounts:
    """The key accounts at the end of a day; two statements."""
    basis: KeyBasis = "chosen" if await queries.ever_selected(connection, tenant_id, as_of) else "scored"
    found = await tiers(connection, tenant_id, as_of)
    return KeyAccounts(basis, key_tiers(found, basis), tiers_in_force(found, basis))


async def key_accounts(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> Mapping[AccountId, str]:
    """The tier of each key account at the end of a day, by id."""
    return (await known(connection, tenant_id, as_of)).tiers
