"""The use cases of tenancy: letting callers in, keys, what an organization has settled."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import Database, enter
from app.infra.paging import Keyset, PageRequest, Slice
from app.infra.rate_limits import RateLimited, RateLimiter
from app.infra.sharing import Shared
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound, Stale, Unauthenticated
from app.kernel.ids import KeyId, TenantId, UserId, new_id
from app.tenancy import queries
from app.tenancy.core import keys
from app.tenancy.core.audit import About
from app.tenancy.core.caller import Caller
from app.tenancy.core.organization import Organization
from app.tenancy.core.scopes import SCOPES
from app.tenancy.service.auditing import by_command_line
from app.tenancy.service.settling import changed, check_currency
from app.tenancy.tables import api_keys

LAST_USED_EVERY = timedelta(minutes=1)


class OrganizationNotFound(NotFound):
    """No such organization."""


class NoSuchOrganization(NotFound):
    """There is no organization of that name."""


class OrganizationChanged(Stale):
    """The organization was changed since it was read."""


class NameTaken(Conflict):
    """There is an organization of that name."""


class KeyNotFound(NotFound):
    """No such API key."""


class UnknownScope(Invalid):
    """No such scope."""


class UnknownUser(Invalid):
    """No such user to act with the key."""


class KeyNotValid(Unauthenticated):
    """The API key is missing or not valid."""


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """The keys in the database: each request looks its own up, and those that come together look together."""

    database: Database
    found: Shared[str, Mapping[str, Any] | None]


def known_keys(database: Database) -> KnownKeys:
    """The keys of a database, for the life of the process; nothing of them is kept in it."""
    return KnownKeys(database, Shared(partial(queries.key_row, database)))


@contextmanager
def counting_bad(bad_keys: RateLimiter, address: str) -> Iterator[None]:
    """Let nobody in who is not known inside the block; an address that tries again and again has to wait."""
    verdict = bad_keys.peek(address)
    if not verdict.allowed:
        raise RateLimited("too many bad keys came from this address", retry_after_seconds=verdict.retry_after_seconds)
    try:
        yield
    except Unauthenticated:
        bad_keys.check(address)
        raise


async def caller(known: KnownKeys, bad_keys: RateLimiter, authorization: str | None, address: str) -> Caller:
    """Who shows this Authorization header; an address that shows bad keys again and again has to wait."""
    with counting_bad(bad_keys, address):
        return await _known(known, authorization)


async def _known(known: KnownKeys, authorization: str | None) -> Caller:
    key = keys.shown(authorization)
    if key is None:
        raise KeyNotValid("send Authorization: Bearer kap_live_…")
    row = await known.found(key.public_id)
    now = datetime.now(UTC)
    who = None if row is None else caller_of(key, row, now)
    if row is None or who is None:
        raise KeyNotValid("this key is unknown, expired or revoked")
    if use_is_news(row, now):
        await _remember_use(known.database, who)
    return who


def caller_of(key: keys.ApiKey, row: Mapping[str, Any], now: datetime) -> Caller | None:
    """Who shows the key that was looked up; None where it is another, or does not hold any more."""
    if not key.matches(row["digest"]) or _ended(row, now):
        return None
    user_id = queries.user_id(row["user_id"])
    return Caller(TenantId(row["tenant_id"]), KeyId(row["key_id"]), row["scopes"], user_id, row.get("written"))


def use_is_news(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether it is to be kept that the key is used now."""
    return row["last_used_at"] is None or now - row["last_used_at"] > LAST_USED_EVERY


def _ended(row: Mapping[str, Any], now: datetime) -> bool:
    return row["revoked_at"] is not None or (row["expires_at"] is not None and row["expires_at"] <= now)


async def _remember_use(database: Database, who: Caller) -> None:
    """Best effort: a database that only reads still serves, and what else is wrong the request itself will meet."""
    with suppress(SQLAlchemyError, OSError):
        async with database.transaction(who.tenant_id) as connection:
            await queries.touch_key(connection, who.tenant_id, who.key_id)


async def organization(connection: AsyncConnection, tenant_id: TenantId) -> Organization:
    """The organization that the transaction entered."""
    found = await queries.organization(connection, tenant_id)
    if found is None:
        raise OrganizationNotFound("the organization is gone")
    return found


async def locked_organization(connection: AsyncConnection, tenant_id: TenantId) -> Organization:
    """The organization, held against changes by others until the transaction ends."""
    found = await queries.organization(connection, tenant_id, lock=True)
    if found is None:
        raise OrganizationNotFound("the organization is gone")
    return found


async def change_organization(
    connection: AsyncConnection,
    tenant_id: TenantId,
    values: Mapping[str, Any],
    *,
    version: int | None,
    currency: str | None = None,
) -> Organization:
    """Settle something anew; `version` is the one the caller read, `currency` that of the threshold given."""
    before = await locked_organization(connection, tenant_id)
    if version is not None and version != before.version:
        raise OrganizationChanged(f"it has version {before.version} by now")
    check_currency(before, values, currency)
    given = changed(before, values)
    if given:
        await queries.change_organization(connection, tenant_id, given)
    return await organization(connection, tenant_id)


async def organization_named(connection: AsyncConnection, name: str) -> TenantId | None:
    """The tenant of that name, if there is one."""
    return await queries.tenant_of(connection, "organization", name)


async def entered(connection: AsyncConnection, name: str) -> TenantId:
    """Let the open transaction see the rows of the organization of that name."""
    tenant_id = await organization_named(connection, name)
    if tenant_id is None:
        raise NoSuchOrganization(f"there is no organization {name}; import some data or create a key first")
    await enter(connection, tenant_id)
    return tenant_id


async def found(connection: AsyncConnection, name: str, *, simulated: bool = False) -> TenantId:
    """Make a new organization and enter it."""
    tenant_id = TenantId(new_id())
    if not await queries.lead(connection, "organization", name, tenant_id):
        raise NameTaken(name)
    await enter(connection, tenant_id)
    await queries.add_organization(connection, tenant_id, name, simulated=simulated)
    return tenant_id


async def lead(connection: AsyncConnection, kind: str, handle: str, tenant_id: TenantId) -> bool:
    """Let a handle that comes without a key lead to the organization; False when it is taken."""
    return await queries.lead(connection, kind, handle, tenant_id)


async def led_to(connection: AsyncConnection, kind: str, handle: str) -> TenantId | None:
    """The organization that a handle leads to, which whoever comes without a key has shown."""
    return await queries.tenant_of(connection, kind, handle)


async def shown_to(database: Database, kind: str, handle: str) -> TenantId | None:
    """As `led_to`, for a caller who is not let in yet: by the fast lane, before there is a transaction."""
    return await queries.tenant_shown(database, kind, handle)


async def new_key(connection: AsyncConnection, tenant_id: TenantId, kind: str, prefix: str) -> keys.ApiKey:
    """A key that nobody has had, whose public id leads to the organization from now on."""
    key = keys.made_from(secrets.token_bytes(38), prefix)
    while not await queries.lead(connection, kind, key.public_id, tenant_id):
        key = keys.made_from(secrets.token_bytes(38), prefix)
    return key


async def lead_no_more(connection: AsyncConnection, kind: str, handle: str, tenant_id: TenantId) -> None:
    """From now on the handle leads nowhere."""
    await queries.lead_no_more(connection, kind, handle, tenant_id)


async def all_tenants(connection: AsyncConnection) -> Sequence[TenantId]:
    """Every organization of this service, for work that goes round."""
    return await queries.tenants(connection)


async def issue_key(
    connection: AsyncConnection,
    tenant_id: TenantId,
    *,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None = None,
    user_id: UserId | None = None,
) -> tuple[Row[Any], str]:
    """A new key and its text, which is shown this once."""
    unknown = [place for place, scope in enumerate(scopes) if scope not in SCOPES]
    if unknown:
        raise UnknownScope(
            f"scopes are {', '.join(sorted(SCOPES))}",
            errors=[FieldProblem(f"/scopes/{place}", "unknown_scope", "names no scope") for place in unknown],
        )
    key = await new_key(connection, tenant_id, "api_key", keys.PREFIX)
    values = {
        "tenant_id": tenant_id,
        "id": new_id(),
        "public_id": key.public_id,
        "digest": key.digest,
        "name": name,
        "scopes": sorted(set(scopes)),
        "user_id": user_id,
        "expires_at": expires_at,
    }
    try:
        return await queries.add_key(connection, values), key.text
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != "23503":
            raise
        problem = FieldProblem("/user_id", "unknown_reference", "names no user of the organization")
        raise UnknownUser("user_id names no user of the organization", errors=[problem]) from error


async def revoke_key(connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId) -> None:
    """From now on nobody gets in with this key."""
    if not await queries.revoke_key(connection, tenant_id, key_id, datetime.now(UTC)):
        raise KeyNotFound(str(key_id))


async def key(connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId) -> Row[Any]:
    """One key, without its secret."""
    row = await queries.key(connection, tenant_id, key_id)
    if row is None:
        raise KeyNotFound(str(key_id))
    return row


KEYS = Keyset({"created_at": api_keys.c.created_at}, tiebreak=api_keys.c.id, default="-created_at")


async def key_page(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[Row[Any]]:
    """A page of the organization's keys."""
    rows = await connection.execute(KEYS.page(queries.keys_of(tenant_id), asked))
    return KEYS.cut(rows.all(), asked, lambda row: row)


async def key_for(
    database: Database,
    organization_name: str,
    scopes: Sequence[str],
    key_name: str,
    *,
    command: str = "kap keys create",
) -> str:
    """The text of a new key of the organization of that name, which is made when it is new; `command` asks for it."""
    async with database.engine.begin() as connection:
        tenant_id = await organization_named(connection, organization_name) or await found(
            connection, organization_name
        )
        await enter(connection, tenant_id)
        row, text = await issue_key(connection, tenant_id, name=key_name, scopes=scopes)
        said = {"organization": organization_name, "name": key_name, "scopes": list(scopes)}
        await by_command_line(connection, tenant_id, command, said, about=About(row.id))
    return text
