"""Finds the account that a CRM's record is, or belongs to."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, CONTACTS, OPPORTUNITIES
from app.infra.records.kind import Kind
from app.kernel.ids import AccountId, TenantId

# What HubSpot calls them.
_BELONGING: Final[Mapping[str, Kind]] = {"CONTACT": CONTACTS, "DEAL": OPPORTUNITIES}
COMPANY = "COMPANY"


async def account_of(
    connection: AsyncConnection, tenant_id: TenantId, source: str, kind: str, external_id: str
) -> AccountId | None:
    """The account of a company, contact or deal of that id there; None where it is not known, or is nobody's."""
    if kind == COMPANY:
        found = await accounts.ids_by_external(connection, tenant_id, ACCOUNTS, source, [external_id])
        return AccountId(found[external_id]) if found else None
    belonging = _BELONGING[kind]
    found = await accounts.ids_by_external(connection, tenant_id, belonging, source, [external_id])
    if not found:
        return None
    record = await accounts.one(connection, tenant_id, belonging, found[external_id])
    return None if record["account_id"] is None else AccountId(record["account_id"])
