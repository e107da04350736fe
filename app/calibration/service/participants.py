"""What a guest sees of the calibration: where it stands, and how far each side is; nothing of the supplier's own."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.calibration.service import submissions
from app.calibration.service.guests import Guest
from app.kernel.ids import AccountId
from app.tenancy import service as tenancy

SHOWN = ("id", "state", "round", "started_on", "entered_on", "agreed_level", "agreed_on", "version")


async def overview(connection: AsyncConnection, guest: Guest) -> dict[str, Any]:
    """The calibration, by the fields of its answer on the wire."""
    found = await submissions.shown_to(connection, guest.tenant_id, guest.calibration_id, "customer")
    account_id = AccountId(found.calibration["account_id"])
    names = await accounts.account_names(connection, guest.tenant_id, [account_id])
    organization = await tenancy.organization(connection, guest.tenant_id)
    return {
        **{name: found.calibration[name] for name in SHOWN},
        "organization": organization.name,
        "account": names[account_id],
        "name": guest.name,
        "revealed": found.revealed,
        "sides": [{"party": side.party, "sealed": side.sealed, "sealed_at": side.sealed_at} for side in found.sides],
    }
