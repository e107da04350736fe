"""The use cases of settling a connection: making it, changing it, its credentials, its secrets, its field mapping."""

import secrets as chance
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, cast

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.connectors import CONNECTORS
from app.crm.core import webhook_secrets as kept
from app.crm.core.asked import Asked, Credentials, problems_of, secret_problems, signature_of, token_problems
from app.crm.core.connection import FieldMapping
from app.crm.core.kept_specs import kept_spec
from app.crm.core.settings_documents import settings_document
from app.crm.core.spec import AuthKind, ConnectorSpec, ObjectName
from app.crm.core.templates import names_in
from app.crm.core.webhook_secrets import Secret
from app.crm.queries import connections as queries
from app.crm.service import connections
from app.crm.service.connections import RESTED, SUBJECT
from app.infra.sealing import KeyRing
from app.kernel.errors import Conflict, FieldProblem, Invalid
from app.kernel.ids import ConnectionId, TenantId, new_id
from app.tenancy import service as tenancy

CUSTOM = "custom"


class SourceTaken(Conflict):
    """Another connection has the same source."""


class UnusableConnection(Invalid):
    """The connection cannot be so."""


class CredentialsNeeded(Conflict):
    """Where calls go is changed only together with the credentials."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a process has for connections: its keys, the address it is known by, whether this machine may be called."""

    keys: KeyRing
    public_url: str
    loopback: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """A connection's row, the webhook secret that was made for it just now, and until when those before are good."""

    row: RowMapping
    secret: str | None
    before_until: datetime | None = None


async def create(db: AsyncConnection, setup: Setup, tenant_id: TenantId, asked: Asked, secret: str | None) -> Settled:
    """A new connection; its webhook secret is the one given, else one of ours where the sender takes that."""
    _check(asked, setup, fresh=True)
    made = _made(asked) if secret is None else None
    if secret is not None:
        _check_secret(asked, secret, place="/webhook_secret")
    if await queries.source_taken(db, tenant_id, asked.source):
        problem = FieldProblem("/source", "taken", "is the source of another connection")
        raise SourceTaken(asked.source, errors=[problem])

    connection_id = ConnectionId(new_id())
    text = secret if made is None else made
    values = {
        "tenant_id": tenant_id,
        "id": connection_id,
        "provider": asked.spec.provider,
        "source": asked.source,
        **_plain_values(asked),
        **_credential_values(setup.keys, tenant_id, connection_id, asked.credentials),
        **_secret_values(setup.keys, tenant_id, connection_id, [] if text is None else [Secret(text)]),
    }

    await tenancy.lead(db, SUBJECT, str(connection_id), tenant_id)
    row = await queries.add(db, values)
    await connections.tell(db, row, "created")
    return Settled(row, made)


def _check(asked: Asked, setup: Setup, *, fresh: bool) -> None:
    """Refuse what cannot be so; `fresh` credentials are looked into, those that are sealed stay so."""
    problems = problems_of(asked, loopback=setup.loopback)
    if fresh:
        problems += token_problems(asked, loopback=setup.loopback)
    if problems:
        raise UnusableConnection("see errors", errors=problems)


def _check_secret(asked: Asked, text: str, *, place: str) -> None:
    problems = secret_problems(signature_of(asked.spec, asked.settings), text, place=place)
    if problems:
        raise UnusableConnection("see errors", errors=problems)


def _made(asked: Asked) -> str | None:
    """A secret of ours; None where the sender has one of its own."""
    signature = signature_of(asked.spec, asked.settings)
    ours = kept.takes_ours(asked.spec, signature)
    return kept.made_secret(signature, chance.token_bytes(kept.SECRET_BYTES)) if ours else None


def _plain_values(asked: Asked) -> dict[str, Any]:
    custom = kept_spec(asked.spec) if asked.spec.provider == CUSTOM else None
    return {
        "name": asked.name,
        "base_url": asked.base_url,
        "objects": list(asked.objects),
        "settings": settings_document(replace(asked.settings, custom=custom)),
    }


def _credential_values(
    keys: KeyRing, tenant_id: TenantId, connection_id: ConnectionId, credentials: Credentials
) -> dict[str, Any]:
    parts = dict(credentials.parts)
    return {
        "auth_kind": credentials.kind,
        "credentials": queries.sealed(keys, tenant_id, connection_id, "credentials", parts),
    }


def _secret_values(
    keys: KeyRing, tenant_id: TenantId, connection_id: ConnectionId, secrets: list[Secret]
) -> dict[str, bytes]:
    document = kept.secrets_document(secrets)
    return {"webhook_secrets": queries.sealed(keys, tenant_id, connection_id, "webhook_secrets", document)}


def asked_of(row: RowMapping) -> Asked:
    """A connection as it would be asked for to be as it is, less what its credentials hold."""
    there = connections.built(row)
    return Asked(
        name=there.name,
        source=there.source,
        base_url=there.base_url,
        objects=there.objects,
        settings=there.settings,
        spec=there.spec,
        credentials=Credentials(cast("AuthKind", there.auth_kind)),
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """What a change gives: parts of `Asked` and of its settings, by name; what is not given stays as it is."""

    parts: Mapping[str, Any]
    settings: Mapping[str, Any]


async def change(
    db: AsyncConnection,
    setup: Setup,
    tenant_id: TenantId,
    connection_id: ConnectionId,
    changes: Changes,
    *,
    version: int | None,
) -> RowMapping:
    """Settle some of a connection anew.

    The credentials must come along where calls would go elsewhere: who may change a connection need not know them, and
    must not be able to have them sent to an address of his own.
    """
    row = await connections.own(db, tenant_id, connection_id, version)
    before = asked_of(row)
    after = replace(before, **changes.parts, settings=replace(before.settings, **changes.settings))
    if "spec" in changes.parts and before.spec.provider != CUSTOM:
        _refuse("/connector", "unexpected", "must not be given: this provider's connector ships")
    given = "credentials" in changes.parts
    _check(after, setup, fresh=given)
    if not given and before.credentials.kind != "none" and _way(before) != _way(after):
        problem = FieldProblem("/credentials", "missing", "must be given with a new address, or another way to tokens")
        raise CredentialsNeeded("give the credentials too", errors=[problem])

    values = {name: value for name, value in _plain_values(after).items() if value != row[name]}
    if given:
        values |= _fresh(_credential_values(setup.keys, tenant_id, connection_id, after.credentials), row)
    return await _kept(db, row, values, "changed")


def _way(asked: Asked) -> tuple[object, ...]:
    """All that decides where credentials go: of the variables those that stand where tokens are asked for.

    A call's own path may hold others, but it is always called below the address, or on its host.
    """
    known = {**asked.spec.variables, **asked.settings.variables}
    named = names_in(asdict(asked.spec.authentication)) | {"token_url"}
    return asked.base_url, {name: known.get(name) for name in sorted(named)}, asked.spec.authentication


def _fresh(credential_values: Mapping[str, Any], row: RowMapping) -> dict[str, Any]:
    """New credentials: access that the old ones gave is forgotten, and a connection that lacked them works again."""
    values = {**credential_values, **RESTED, "tokens": None, "token_expires_at": None, "renewing_until": None}
    values["token_turn"] = row["token_turn"] + 1
    if row["state"] == "needs_reauth":
        values |= {"state": "active", "state_reason": None}
    return values


async def _kept(db: AsyncConnection, row: RowMapping, values: Mapping[str, Any], what: str) -> RowMapping:
    if not values:
        return row
    after = await queries.change(db, row["tenant_id"], row["id"], values)
    await connections.tell(db, after, what)
    if row["state"] != "active" and after["state"] == "active":
        await connections.wake(db, after)
    return after


async def replace_credentials(
    db: AsyncConnection,
    setup: Setup,
    tenant_id: TenantId,
    connection_id: ConnectionId,
    credentials: Credentials,
    *,
    version: int | None = None,
) -> RowMapping:
    """Open the CRM with these from now on; a connection that needed them works again."""
    row = await connections.own(db, tenant_id, connection_id, version)
    _check(replace(asked_of(row), credentials=credentials), setup, fresh=True)
    values = _fresh(_credential_values(setup.keys, tenant_id, connection_id, credentials), row)
    return await _kept(db, row, values, "credentials_replaced")


async def rotate(
    db: AsyncConnection,
    setup: Setup,
    tenant_id: TenantId,
    connection_id: ConnectionId,
    secret: str | None,
    *,
    overlap: timedelta,
) -> Settled:
    """A new webhook secret, given or made; the one before is good for the overlap, so that the CRM can follow."""
    row = await connections.own(db, tenant_id, connection_id, None)
    asked = asked_of(row)
    made = _made(asked) if secret is None else None
    text = secret if made is None else made
    if text is None:
        _refuse("/secret", "missing", "must be given: this sender signs with a secret of its own")
    _check_secret(asked, text, place="/secret")

    after = kept.rotated(connections.kept_secrets(setup.keys, row), text, datetime.now(UTC), overlap)

    values = _secret_values(setup.keys, tenant_id, connection_id, after)
    ends = [one.until for one in after if one.until is not None]
    return Settled(await _kept(db, row, values, "secret_rotated"), made, max(ends, default=None))


async def map_fields(
    db: AsyncConnection,
    setup: Setup,
    tenant_id: TenantId,
    connection_id: ConnectionId,
    mapping: Mapping[ObjectName, FieldMapping],
    *,
    version: int | None,
) -> RowMapping:
    """Read the CRM's fields so from now on; what was read before stays until its record is pulled again."""
    changes = Changes(parts={}, settings={"mapping": mapping})
    return await change(db, setup, tenant_id, connection_id, changes, version=version)


def connector(provider: str, custom: ConnectorSpec | None) -> ConnectorSpec:
    """The connector that a new connection asks for: one that ships, or with `custom` the one that it brings."""
    if provider == CUSTOM:
        return custom if custom is not None else _refuse("/connector", "missing", "must be given with `custom`")
    if custom is not None:
        return _refuse("/connector", "unexpected", "must not be given: this provider's connector ships")
    if provider in CONNECTORS:
        return CONNECTORS[provider]
    return _refuse("/provider", "unknown_provider", f"must be {CUSTOM} or one of: {', '.join(sorted(CONNECTORS))}")


def _refuse(pointer: str, code: str, message: str) -> NoReturn:
    raise UnusableConnection("see errors", errors=[FieldProblem(pointer, code, message)])
