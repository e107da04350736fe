"""Opens an account's page for whoever shows a link: while it is good, and within what its maker may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.cards.service import cards
from app.cards.service.links import Link
from app.tenancy import service as tenancy
from app.tenancy.service.good_keys import scopes_now


@dataclass(frozen=True, slots=True)
class Framed:
    """What a frame shows. card: None where the link, its maker's key or the account is no longer good."""

    ancestors: Sequence[str]
    card: dict[str, Any] | None


async def framed(connection: AsyncConnection, link: Link) -> Framed:
    """The page behind a link, and the origins whose pages may frame it."""
    organization = await tenancy.organization(connection, link.tenant_id)
    scopes = await _scopes(connection, link)
    if scopes is None:
        return Framed(organization.frame_ancestors, None)
    try:
        account_id = await accounts.require_account(connection, link.tenant_id, ACCOUNTS, link.account_id)
    except AccountNotFound:
        return Framed(organization.frame_ancestors, None)
    return Framed(organization.frame_ancestors, await cards.card(connection, link.tenant_id, account_id, scopes))


async def _scopes(connection: AsyncConnection, link: Link) -> Sequence[str] | None:
    """What may be read by the link; None once it is over. A connection's link shows what the CRM's card does."""
    if link.is_over(datetime.now(UTC)):
        return None
    if link.by_key is None:
        return cards.ALL_READ
    return await scopes_now(connection, link.tenant_id, link.by_key)
