"""The customer's door: it lets in who shows an invitation, to one calibration; all else is as at the door for keys."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from starlette.requests import Request

from app.calibration.service import guests
from app.calibration.service.guests import Guest
from app.infra import request_ids
from app.tenancy.core.audit import Actor
from app.tenancy.deps import Door, Doorkeeper, count

INVITATION = "invitation"
# What a route of participants asks for, as its `openapi_extra`.
INVITED: dict[str, Any] = {"security": [{INVITATION: []}]}


class ParticipantDoor(Door):
    """A route that admits guests; an API key opens it as little as an invitation opens the others."""

    scheme: ClassVar[str] = INVITATION

    async def admit(self, request: Request, scope: str | None) -> Guest:  # noqa: ARG002  # an invitation has no scopes
        """The guest who calls."""
        keeper: Doorkeeper = request.app.state.doorkeeper
        address = request.client.host if request.client else ""
        shown = request.headers.get("authorization")
        guest = await guests.guest(keeper.database, keeper.bad_keys, shown, address)
        facts = request_ids.current()
        facts.tenant_id, facts.invitation_id = str(guest.tenant_id), str(guest.invitation_id)
        count(keeper, str(guest.invitation_id))
        return guest

    def actor(self, visitor: Guest) -> Actor:
        """The guest, known by the invitation."""
        return Actor("guest", actor_id=visitor.invitation_id)


def participant_doors(*, tags: list[str] | None = None) -> APIRouter:
    """A router whose routes all stand behind the customer's door, below `/v1/participant`."""
    return APIRouter(prefix="/v1/participant", tags=[*(tags or ["participant"])], route_class=ParticipantDoor)


# It waits for nothing, but FastAPI gives whatever is not `async` to a thread, which costs far more than it does.
async def _guest(request: Request) -> Guest:
    found: Guest = request.state.caller
    return found


CurrentGuest = Annotated[Guest, Depends(_guest)]
