"""Signing in by API key, who is signed in, and signing out."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.console.core.tokens import SECRET_BYTES, SessionToken
from app.console.core.visits import Visit
from app.console.queries import sessions as queries
from app.infra.db import Database
from app.infra.rate_limits import RateLimiter
from app.kernel.errors import Unauthenticated
from app.kernel.ids import KeyId, TenantId, UserId, new_id
from app.tenancy import service as tenancy
from app.tenancy.core.audit import About, Actor
from app.tenancy.core.caller import Caller
from app.tenancy.service import KnownKeys, auditing

LASTS = timedelta(hours=12)


class SignedOut(Unauthenticated):
    """Nobody is signed in."""


async def sign_in(known: KnownKeys, bad_keys: RateLimiter, database: Database, key: str, address: str) -> SessionToken:
    """Begin a session for whoever shows this key; raises KeyNotValid, or RateLimited after too many bad ones."""
    caller = await tenancy.caller(known, bad_keys, f"Bearer {key}", address)
    token = SessionToken(caller.tenant_id, new_id(), secrets.token_bytes(SECRET_BYTES))
    now = datetime.now(UTC)
    async with database.transaction(caller.tenant_id) as connection:
        await queries.forget_expired(connection, caller.tenant_id, now)
        await queries.add(
            connection,
            {
                "tenant_id": caller.tenant_id,
                "id": token.session_id,
                "digest": token.digest,
                "key_id": caller.key_id,
                "expires_at": now + LASTS,
            },
        )
        await _note(connection, caller, token, "console.sign_in")
    return token


async def _note(connection: AsyncConnection, caller: Caller, token: SessionToken, operation: str) -> None:
    actor = Actor("key", caller.key_id, caller.user_id)
    await auditing.note(connection, caller.tenant_id, actor, operation, (About(token.session_id), None))


async def visit(connection: AsyncConnection, token: SessionToken) -> Visit:
    """Who shows this token; raises SignedOut where the session, or the key that it was begun with, is over."""
    row = await queries.find(connection, token.tenant_id, token.session_id)
    if row is None or not token.matches(row["digest"]) or _over(row, datetime.now(UTC)):
        raise SignedOut("sign in with an API key")
    user_id = None if row["user_id"] is None else UserId(row["user_id"])
    caller = Caller(TenantId(token.tenant_id), KeyId(row["key_id"]), row["scopes"], user_id)
    return Visit(caller, token, row["organization"], row["simulated"], row["key_name"])


def _over(row: RowMapping, now: datetime) -> bool:
    ends = (row["expires_at"], row["key_expires_at"])
    return (
        row["ended_at"] is not None
        or row["revoked_at"] is not None
        or any(end is not None and end <= now for end in ends)
    )


async def sign_out(connection: AsyncConnection, visit: Visit) -> None:
    """End the session: from now on its token is nobody's."""
    await queries.end(connection, visit.token.tenant_id, visit.token.session_id)
    await _note(connection, visit.caller, visit.token, "console.sign_out")
