"""What a guest sees of the calibration: where it stands, and how far each side is; nothing of the supplier's own."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.calibration.queries import reading
from app.calibration.service import guests, submissions
from app.calibration.service.guests import Guest
from app.kernel.ids import AccountId
from app.tenancy import service as tenancy

SHOWN = ("id", "state", "round", "started_on", "entered_on", "agreed_level", "agreed_on", "version")
OF_GUEST = ("name", "expires_at", "last_used_at")


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
        "guests": await _guests(connection, guest),
    }


async def _guests(connection: AsyncConnection, guest: Guest) -> list[dict[str, Any]]:
    """Who can read and write for the customer: its people see by it whom the supplier let in in their name."""
    now = datetime.now(UTC)
    return [
        {**{name: one[name] for name in OF_GUEST}, "invited_at": one["created_at"], "state": guests.state(one, now)}
        for one in await reading.guests(connection, guest.tenant_id, guest.calibration_id)
    ]
