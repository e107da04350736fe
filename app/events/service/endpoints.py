"""The use cases of webhook endpoints: made, found, changed, given a new secret, removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.core.catalogue import CATALOGUE
from app.events.core.patterns import meaningless
from app.events.core.secrets import Secret, rotated
from app.events.queries import endpoints as queries
from app.events.service import disabling, secrets
from app.events.tables import webhook_endpoints
from app.infra.outgoing import address_problem
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.infra.sealing import KeyRing
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound, Stale
from app.kernel.ids import EndpointId, TenantId, new_id
from app.tenancy import service as tenancy

MOST_ENDPOINTS = 1_000
KEYSET = Keyset({"created_at": webhook_endpoints.c.created_at}, tiebreak=webhook_endpoints.c.id, default="created_at")


class EndpointNotFound(NotFound):
    """No such webhook endpoint."""


class EndpointChanged(Stale):
    """The webhook endpoint was changed since it was read."""


class UnusableEndpoint(Invalid):
    """The webhook endpoint cannot be so."""


class TooManyEndpoints(Conflict):
    """The organization has as many webhook endpoints as it may."""


class EndpointDisabled(Conflict):
    """The webhook endpoint is disabled."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a process has for webhooks: its keys, and whether they may be sent to this machine."""

    keys: KeyRing
    loopback: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """An endpoint's row, the secret that was made for it just now, and until when the one before signs too."""

    row: RowMapping
    secret: str
    before_until: datetime | None = None


async def create(connection: AsyncConnection, setup: Setup, tenant_id: TenantId, asked: Mapping[str, Any]) -> Settled:
    """A new endpoint, which hears of all that happens from now on and that it asked for."""
    _check(asked, setup)
    await tenancy.locked_organization(connection, tenant_id)
    if await queries.count(connection, tenant_id) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(f"it has {MOST_ENDPOINTS}: remove one that is needed no more")
    endpoint_id, secret = EndpointId(new_id()), secrets.made()
    values = {
        **asked,
        "tenant_id": tenant_id,
        "id": endpoint_id,
        "secrets": secrets.sealed(setup.keys, tenant_id, endpoint_id, [Secret(secret)]),
    }
    return Settled(await queries.add(connection, values), secret)


def _check(asked: Mapping[str, Any], setup: Setup) -> None:
    problems = []
    wrong = address_problem(asked["url"], loopback=setup.loopback) if "url" in asked else None
    if wrong is not None:
        problems.append(FieldProblem("/url", "not_permitted", wrong))
    problems += [
        FieldProblem(f"/event_types/{at}", "unknown_event_type", "means no type of event that there is")
        for at in meaningless(asked.get("event_types", ()), CATALOGUE)
    ]
    if problems:
        raise UnusableEndpoint("see errors", errors=problems)


async def row(connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId) -> RowMapping:
    """An endpoint as it is kept, its secrets sealed."""
    return _there(await queries.row(connection, tenant_id, endpoint_id), endpoint_id)


async def own(
    connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, version: int | None = None
) -> RowMapping:
    """The endpoint's row, locked, as the caller read it: `version` is the one that was read, None for any."""
    before = _there(await queries.row(connection, tenant_id, endpoint_id, lock=True), endpoint_id)
    if version is not None and version != before["version"]:
        raise EndpointChanged(f"it has version {before['version']} by now")
    return before


def _there(found: RowMapping | None, endpoint_id: EndpointId) -> RowMapping:
    if found is None:
        raise EndpointNotFound(str(endpoint_id))
    return found


async def own_enabled(connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId) -> RowMapping:
    """The endpoint's row, locked; raises EndpointDisabled where nothing is sent to it."""
    before = await own(connection, tenant_id, endpoint_id)
    if before["state"] != "enabled":
        raise EndpointDisabled("enable it first")
    return before


async def page(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[RowMapping]:
    """A page of endpoints."""
    rows = (await connection.execute(KEYSET.page(queries.rows_of(tenant_id), asked))).all()
    return KEYSET.cut(rows, asked, by_name)


async def change(
    connection: AsyncConnection,
    setup: Setup,
    tenant_id: TenantId,
    endpoint_id: EndpointId,
    given: Mapping[str, Any],
    *,
    version: int | None,
) -> RowMapping:
    """Settle some of an endpoint anew. Disabled, it drops what waits; enabled again, it hears of what happens then."""
    before = await own(connection, tenant_id, endpoint_id, version)
    _check(given, setup)
    values = {name: value for name, value in given.items() if value != before[name]}
    state = values.pop("state", None)
    after = before if not values else await queries.change(connection, tenant_id, endpoint_id, values)
    if state == "disabled":
        return await disabling.disable(connection, tenant_id, endpoint_id)
    return after if state is None else await disabling.enable(connection, tenant_id, endpoint_id)


async def rotate(
    connection: AsyncConnection,
    setup: Setup,
    tenant_id: TenantId,
    endpoint_id: EndpointId,
    *,
    overlap: timedelta,
    version: int | None,
) -> Settled:
    """A new secret; the one before signs beside it for the overlap, so that the receiver can follow."""
    before = await own(connection, tenant_id, endpoint_id, version)
    made = secrets.made()

    after = rotated(secrets.kept(setup.keys, before), made, datetime.now(UTC), overlap)

    values = {"secrets": secrets.sealed(setup.keys, tenant_id, endpoint_id, after)}
    ends = [one.until for one in after if one.until is not None]
    return Settled(await queries.change(connection, tenant_id, endpoint_id, values), made, max(ends, default=None))


async def remove(
    connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, *, version: int | None
) -> None:
    """Remove an endpoint with its secrets, its deliveries and their attempts; the events stay."""
    await own(connection, tenant_id, endpoint_id, version)
    await queries.remove(connection, tenant_id, endpoint_id)
