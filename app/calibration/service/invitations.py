"""Invitations of people of the customer: each has a token of their own, which ends, and can be revoked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS
from app.calibration.core.states import ACTIVE, STEPS, check_in
from app.calibration.queries import invitations as queries
from app.calibration.service import calibrations, guests
from app.calibration.service.speaking import Speaker
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.errors import FieldProblem, Invalid, NotFound
from app.kernel.ids import AccountId, TenantId, new_id

USUAL: Final = timedelta(days=90)
LONGEST: Final = timedelta(days=366)
KEYSET = Keyset({"created_at": queries.rows.created_at}, tiebreak=queries.rows.id, default="-created_at")


class InvitationNotFound(NotFound):
    """No such invitation."""


class UnusableInvitation(Invalid):
    """Nobody can be invited so."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to invite, and until when."""

    contact_id: UUID | None = None
    name: str | None = None
    email: str | None = None
    expires_at: datetime | None = None


async def invite(
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, wanted: Wanted
) -> tuple[dict[str, Any], str]:
    """A new invitation, and the text of its token, which is shown this once."""
    tenant_id, now = speaker.tenant_id, datetime.now(UTC)
    calibration = await calibrations.require(connection, tenant_id, calibration_id)
    check_in(calibration["state"], (*STEPS, ACTIVE))
    who = await _who(connection, calibration, wanted)
    token = await guests.new_token(connection, tenant_id)
    values = {
        "tenant_id": tenant_id,
        "id": new_id(),
        "calibration_id": calibration_id,
        **who,
        "public_id": token.public_id,
        "digest": token.digest,
        "expires_at": _end(wanted.expires_at, now),
        **speaker.ours(),
    }
    row = await queries.add(connection, values)
    await _tell(connection, speaker, "invitation.issued", calibration, row["id"])
    return _shown({**row, "left": False}, now), token.text


async def _who(connection: AsyncConnection, calibration: RowMapping, wanted: Wanted) -> dict[str, Any]:
    """The columns of whom is invited; the contact has to be an active one of the account."""
    known = None
    if wanted.contact_id is not None:
        tenant_id, account_id = calibration["tenant_id"], AccountId(calibration["account_id"])
        standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, account_id)
        known = await queries.contact(connection, tenant_id, standing, wanted.contact_id)
        if known is None:
            raise _unusable("contact_id", "unknown_contact", "names no active contact of the account")
    name = wanted.name or (known and known["name"])
    if not name:
        raise _unusable("name", "missing", "is needed where no contact is named")
    return {"contact_id": wanted.contact_id, "name": name, "email": wanted.email or (known and known["email"])}


def _end(wanted: datetime | None, now: datetime) -> datetime:
    if wanted is None:
        return now + USUAL
    if not now < wanted <= now + LONGEST:
        raise _unusable("expires_at", "out_of_range", f"must lie ahead, by {LONGEST.days} days at most")
    return wanted


def _unusable(field: str, code: str, message: str) -> UnusableInvitation:
    return UnusableInvitation(f"{field} {message}", errors=[FieldProblem(f"/{field}", code, message)])


async def find(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, invitation_id: UUID
) -> dict[str, Any]:
    """An invitation, without its token."""
    row = await queries.find(connection, tenant_id, calibration_id, invitation_id)
    if row is None:
        raise InvitationNotFound(f"invitation {invitation_id}")
    return _shown(row, datetime.now(UTC))


async def page(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, asked: PageRequest
) -> Slice[dict[str, Any]]:
    """A page of a calibration's invitations, the newest first."""
    await calibrations.require(connection, tenant_id, calibration_id)
    rows = (await connection.execute(KEYSET.page(queries.of_calibration(tenant_id, calibration_id), asked))).all()
    now = datetime.now(UTC)
    return KEYSET.cut(rows, asked, lambda row: _shown(row._mapping, now))  # noqa: SLF001  # SQLAlchemy's public name


async def revoke(connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, invitation_id: UUID) -> None:
    """From now on nobody gets in with its token; what was revoked before stays so."""
    await find(connection, speaker.tenant_id, calibration_id, invitation_id)
    at = datetime.now(UTC)
    if await queries.revoke(connection, speaker.tenant_id, calibration_id, invitation_id, at):
        calibration = await calibrations.require(connection, speaker.tenant_id, calibration_id)
        await _tell(connection, speaker, "invitation.revoked", calibration, invitation_id)


async def _tell(
    connection: AsyncConnection, speaker: Speaker, type_: str, calibration: RowMapping, invitation_id: UUID
) -> None:
    data = {
        "account_id": str(calibration["account_id"]),
        "invitation_id": str(invitation_id),
        "user_id": None if speaker.user_id is None else str(speaker.user_id),
    }
    await events.record(connection, speaker.tenant_id, type_, "calibration", calibration["id"], data)


def _shown(row: Mapping[Any, Any], now: datetime) -> dict[str, Any]:
    return {**{column.name: row[column.name] for column in queries.SHOWN}, "state": guests.state(row, now)}
