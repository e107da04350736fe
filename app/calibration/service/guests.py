"""Lets guests in: people of the customer, each by an invitation of their own, into one calibration and nothing else."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.invitations import OPEN, InvitationState, state_of
from app.calibration.queries import invitations as queries
from app.calibration.service.speaking import Speaker
from app.infra.db import Database
from app.infra.rate_limits import RateLimiter
from app.kernel.errors import Unauthenticated
from app.kernel.ids import TenantId
from app.tenancy import service as tenancy
from app.tenancy.core import keys

KIND: Final = "invitation"
PREFIX: Final = "kap_guest"
LAST_USED_EVERY = timedelta(minutes=1)


class InvitationNotValid(Unauthenticated):
    """The invitation is missing or not valid."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody of the customer who showed an invitation, and the one calibration that it opens."""

    tenant_id: TenantId
    calibration_id: UUID
    invitation_id: UUID
    contact_id: UUID | None
    name: str

    @property
    def keys_within(self) -> str:
        """Within what an Idempotency-Key is known again: each guest has their own."""
        return str(self.invitation_id)

    def speaker(self) -> Speaker:
        """The guest's voice: the customer's."""
        return Speaker(self.tenant_id, "customer", invitation_id=self.invitation_id)


async def guest(database: Database, bad_tokens: RateLimiter, authorization: str | None, address: str) -> Guest:
    """Who shows this Authorization header; an address that shows bad tokens again and again has to wait.

    Raises InvitationNotValid, whatever is wrong with the token; it tells nothing of why.
    """
    with tenancy.counting_bad(bad_tokens, address):
        return await _known(database, authorization)


async def _known(database: Database, authorization: str | None) -> Guest:
    token = keys.shown(authorization, PREFIX)
    if token is None:
        raise InvitationNotValid(f"send Authorization: Bearer {PREFIX}_…")
    row, now = await _row(database, token), datetime.now(UTC)
    if row is None or not token.matches(row["digest"]) or state(row, now) != OPEN:
        raise InvitationNotValid("this invitation is unknown, expired or revoked")
    found = Guest(TenantId(row["tenant_id"]), row["calibration_id"], row["id"], row["contact_id"], row["name"])
    if row["last_used_at"] is None or now - row["last_used_at"] > LAST_USED_EVERY:
        await _remember_use(database, found)
    return found


async def _row(database: Database, token: keys.ApiKey) -> RowMapping | None:
    tenant_id = await tenancy.shown_to(database, KIND, token.public_id)
    if tenant_id is None:
        return None
    async with database.transaction(tenant_id) as connection:
        return await queries.by_public_id(connection, tenant_id, token.public_id)


def state(row: Mapping[Any, Any], now: datetime) -> InvitationState:
    """What became of an invitation; `left` beside its columns: whether its contact has left the customer."""
    return state_of(revoked_at=row["revoked_at"], expires_at=row["expires_at"], left=row["left"], now=now)


async def _remember_use(database: Database, who: Guest) -> None:
    """Best effort: a database that only reads still serves, and what else is wrong the request itself will meet."""
    with suppress(SQLAlchemyError, OSError):
        async with database.transaction(who.tenant_id) as connection:
            await queries.touch(connection, who.tenant_id, who.invitation_id)


async def new_token(connection: AsyncConnection, tenant_id: TenantId) -> keys.ApiKey:
    """A token for a new invitation, which leads to the organization from now on."""
    return await tenancy.new_key(connection, tenant_id, KIND, PREFIX)
