"""Access to a CRM: what calls show of themselves, renewed by one process at a time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import stamina
import structlog

from app.crm.client import grants, passing
from app.crm.client.failures import CrmDown, CrmRefuses, NeedsReauth
from app.crm.client.reach import Reach
from app.crm.core import templates
from app.crm.core.connection import Connection
from app.crm.queries import connections, tokens
from app.crm.queries.tokens import Given, Held
from app.events import service as events
from app.infra.faults import database_refusal
from app.infra.outgoing import Bounds

GRANTED = frozenset({"client_credentials", "refresh_token", "jwt_bearer"})
LEASE = timedelta(seconds=45)  # longer than a request for a token and the keeping of its answer can take
ASKING = Bounds(call_seconds=20, answer_bytes=1024 * 1024)
PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_EARLY = timedelta(seconds=60)
NEEDS_REAUTH = "connection.needs_reauth"


@dataclass(frozen=True, slots=True)
class Access:
    """What calls show, and where they go. turn: of which renewal it is. stale_at: when it is renewed ahead of time."""

    header: tuple[str, str] | None = field(repr=False)
    base_url: str
    turn: int
    stale_at: datetime | None
    busy_until: datetime | None
    credentials: Mapping[str, str] = field(repr=False)


async def access(reach: Reach, connection: Connection) -> Access:
    """Access as the database has it; a token is fetched if there is none yet, or if it is about to end."""
    held = await _held(reach, connection)
    if connection.auth_kind not in GRANTED:
        return _fixed(connection, held)
    found = _granted(connection, held)
    if found is None or is_stale(found, reach.now()):
        return await renewed(reach, connection, held.turn)
    return found


def is_stale(found: Access, now: datetime) -> bool:
    return found.stale_at is not None and found.stale_at <= now


async def replaced(reach: Reach, connection: Connection, refused: Access) -> Access:
    """Access in place of one that the CRM has refused.

    Raises NeedsReauth where there is no other, and the failures of calls.
    """
    if connection.auth_kind in GRANTED:
        return await renewed(reach, connection, refused.turn)
    found = _fixed(connection, await _held(reach, connection))
    if found.credentials == refused.credentials:
        await give_up(reach, connection, refused.turn, "the CRM refuses the credentials")
    return found


async def renewed(reach: Reach, connection: Connection, turn: int) -> Access:
    """Access of a later turn than `turn`: whoever asks meanwhile, in this process or another, shares one renewal."""
    running = reach.renewals.get(connection.id)
    if running is None:
        running = asyncio.create_task(_renewed(reach, connection, turn))
        reach.renewals[connection.id] = running
        running.add_done_callback(lambda done: _forget(reach, connection, done))
    # Not cancelled with the one who waits: a refresh token that has been replaced must be kept.
    found: Access = await asyncio.shield(running)
    return found if found.turn > turn else await renewed(reach, connection, turn)


def _forget(reach: Reach, connection: Connection, done: "asyncio.Task[Access]") -> None:
    if reach.renewals.get(connection.id) is done:
        del reach.renewals[connection.id]
    if not done.cancelled():
        done.exception()  # looked at, even if nobody waits any more


async def _renewed(reach: Reach, connection: Connection, turn: int) -> Access:
    """Renew, or wait for the process that does."""
    waited = False
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_SECONDS
    while loop.time() < end:
        held = await _held(reach, connection)
        if held.turn > turn and (found := _granted(connection, held)) is not None:
            return found
        if held.state == "needs_reauth" and (waited or connection.state != "needs_reauth"):
            # Somebody has found out meanwhile. (Who asks knowing of it, to see if it still holds, may try.)
            raise NeedsReauth(held.state_reason or "the CRM takes the credentials no longer")
        async with reach.database.transaction(connection.tenant_id) as db:
            until = await tokens.lease(db, connection.tenant_id, connection.id, held, LEASE)
        if until is not None:
            await _renew(reach, connection, held, until)
        else:
            waited = True
            await asyncio.sleep(_LOOK_SECONDS)
    raise CrmDown("another process takes too long to renew its access")


async def _renew(reach: Reach, connection: Connection, held: Held, until: datetime) -> None:
    """Ask for a token and keep it; what is kept is read again by the caller, whoever kept it."""
    refresh_token = held.tokens.get("refresh_token") or held.credentials.get("refresh_token")
    try:
        asked = grants.grant_request(
            connection, held.credentials, refresh_token, reach.now(), loopback=reach.settings.loopback_crms
        )
        answered = await passing.asked(reach, asked, ASKING)
        grant = grants.grant_of(connection, answered, reach.now())
    except NeedsReauth as refused:
        await give_up(reach, connection, held.turn, refused.detail)
        return
    except BaseException:
        await _release(reach, connection, until)
        raise
    await _keep(reach, connection, held.turn, grant, refresh_token)


async def _keep(
    reach: Reach, connection: Connection, turn: int, grant: grants.Grant, refresh_token: str | None
) -> None:
    now = reach.now()
    expires_at = None if grant.life_seconds is None else now + timedelta(seconds=grant.life_seconds)
    kept = grants.kept_tokens(grant, refresh_token)
    if expires_at is not None:
        early = min(_EARLY, (expires_at - now) / 10)
        kept["stale_at"] = (expires_at - early).isoformat()
    sealed = connections.sealed(reach.keys, connection.tenant_id, connection.id, "tokens", kept)
    # A database that is away for a moment must not cost the only refresh token that the CRM still takes.
    async for attempt in stamina.retry_context(lambda error: database_refusal(error) is not None, attempts=6):
        with attempt:
            async with reach.database.transaction(connection.tenant_id) as db:
                await tokens.keep(db, connection.tenant_id, connection.id, Given(turn, sealed, expires_at))


async def give_up(reach: Reach, connection: Connection, turn: int, reason: str) -> None:
    """The CRM takes the credentials of this turn no longer: stop the connection and tell so, once; raises NeedsReauth.

    Returns where they have been replaced meanwhile.
    """
    async with reach.database.transaction(connection.tenant_id) as db:
        row = await connections.row(db, connection.tenant_id, connection.id, lock=True)
        if row is None or row["token_turn"] != turn:
            return
        await connections.note(db, connection.tenant_id, connection.id, {"renewing_until": None})
        if await connections.need_reauth(db, connection.tenant_id, connection.id, reason):
            states = {"previous": "active", "current": "needs_reauth"}
            data = {"name": connection.name, "provider": connection.provider, "reason": reason, **states}
            await events.record(db, connection.tenant_id, NEEDS_REAUTH, "crm_connection", connection.id, data)
            structlog.get_logger().warning(
                "connection_needs_reauth",
                tenant_id=str(connection.tenant_id),
                connection_id=str(connection.id),
                provider=connection.provider,
            )
    raise NeedsReauth(reason)


async def _release(reach: Reach, connection: Connection, until: datetime) -> None:
    async with reach.database.transaction(connection.tenant_id) as db:
        await tokens.release(db, connection.tenant_id, connection.id, until)


async def _held(reach: Reach, connection: Connection) -> Held:
    async with reach.database.transaction(connection.tenant_id) as db:
        held = await tokens.held(db, reach.keys, connection.tenant_id, connection.id)
    if held is None:
        raise CrmRefuses("the connection is gone", status=404)
    return held


def _granted(connection: Connection, held: Held) -> Access | None:
    token = held.tokens.get("access_token")
    if token is None:
        return None
    rules = connection.spec.authentication
    said = held.tokens.get("stale_at")
    return Access(
        header=_header(connection, rules.token_header_name, rules.token_header, {"token": token}),
        base_url=held.tokens.get("base_url") or connection.base_url,
        turn=held.turn,
        stale_at=datetime.fromisoformat(said) if said else None,
        busy_until=held.busy_until,
        credentials=held.credentials,
    )


def _fixed(connection: Connection, held: Held) -> Access:
    rules, given = connection.spec.authentication, held.credentials
    header = None
    if connection.auth_kind == "token":
        name = rules.fixed_token_header_name or rules.token_header_name
        header = _header(connection, name, rules.fixed_token_header or rules.token_header, given)
    elif connection.auth_kind == "basic":
        header = ("Authorization", grants.basic(given.get("user", ""), given.get("password", "")))
    return Access(header, connection.base_url, held.turn, None, held.busy_until, given)


def _header(connection: Connection, name: str, template: str, given: Mapping[str, str]) -> tuple[str, str]:
    value = templates.filled(template, {**connection.spec.variables, **connection.settings.variables, **given})
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise NeedsReauth("its credentials cannot be shown in a header")
    return name, value
