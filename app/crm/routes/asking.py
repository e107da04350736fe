"""What the doors of connections share: what they are given, and how a connection is shown."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path, Response
from starlette.requests import Request

from app.crm.client.reach import Reach
from app.crm.core.addresses import delivering_to, webhook_url
from app.crm.core.asked import signature_of
from app.crm.schemas.connections import connection_shown
from app.crm.service import connections
from app.crm.service.connecting import Settled, Setup
from app.crm.service.connections import ConnectionChanged, ConnectionNotFound, ConnectionRow
from app.infra.versions import IfMatch, UnreadableIfMatch, tag
from app.infra.wire import Id
from app.kernel.ids import ConnectionId
from app.tenancy.deps import needs

READ, WRITE = needs("crm:read"), needs("crm:write")
PathConnectionId = Annotated[Id, Path(description="The connection's id")]
CHANGE = (ConnectionNotFound, ConnectionChanged, UnreadableIfMatch)


async def _setup(request: Request) -> Setup:  # not `async`, it would be given to a thread
    found: Setup = request.app.state.crm_setup
    return found


async def _reach(request: Request) -> Reach:
    found: Reach = request.app.state.crm_reach
    return found


CurrentSetup = Annotated[Setup, Depends(_setup)]
CurrentReach = Annotated[Reach, Depends(_reach)]


@dataclass(frozen=True, slots=True)
class Read:
    """Which connection is meant, and the version of it that the caller read."""

    id: ConnectionId
    version: int | None


async def _read(connection_id: PathConnectionId, version: IfMatch) -> Read:
    return Read(ConnectionId(connection_id), version)


ReadConnection = Annotated[Read, Depends(_read)]


def shown(row: ConnectionRow, setup: Setup, response: Response) -> dict[str, Any]:
    tag(response, row["version"])
    return connection_shown(row, connections.built(row), setup.public_url)


def secret_shown(settled: Settled, setup: Setup, response: Response) -> dict[str, Any]:
    """What is shown once; nobody on the way is to keep it."""
    response.headers["Cache-Control"] = "no-store"
    there = connections.built(settled.row)
    if settled.secret is None:
        return {"webhook_secret": None, "deliver_to": None}
    url = webhook_url(setup.public_url, there)
    address = delivering_to(url, signature_of(there.spec, there.settings), settled.secret)
    return {"webhook_secret": settled.secret, "deliver_to": address}
