"""What the doors of webhooks share: what they are given, and what they may refuse."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request

from app.events.service.endpoints import EndpointChanged, EndpointNotFound, Setup
from app.infra.versions import IfMatch, UnreadableIfMatch
from app.infra.wire import Id
from app.kernel.ids import EndpointId
from app.tenancy.deps import needs

READ, WRITE = needs("webhooks:read"), needs("webhooks:write")
PathEndpointId = Annotated[Id, Path(description="The webhook endpoint's id")]
CHANGE = (EndpointNotFound, EndpointChanged, UnreadableIfMatch)


async def _setup(request: Request) -> Setup:  # not `async`, it would be given to a thread
    found: Setup = request.app.state.webhook_setup
    return found


CurrentSetup = Annotated[Setup, Depends(_setup)]


@dataclass(frozen=True, slots=True)
class Read:
    """Which endpoint is meant, and the version of it that the caller read."""

    id: EndpointId
    version: int | None


async def _read(endpoint_id: PathEndpointId, version: IfMatch) -> Read:
    return Read(EndpointId(endpoint_id), version)


ReadEndpoint = Annotated[Read, Depends(_read)]
