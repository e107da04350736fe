"""The doors of what CRMs told: listed, read with the delivery as it came, and replayed."""

from typing import Annotated, Any

from fastapi import Path, Query

from app.crm.core.spec import ObjectName
from app.crm.schemas.events import (
    CrmEvent,
    CrmEventInFull,
    EventState,
    ReplayBody,
    Replayed,
    shown,
    shown_in_full,
)
from app.crm.service import inbox
from app.crm.service.connections import ConnectionNotFound
from app.crm.service.inbox import EventNotFound, NothingToPull, StillWaiting
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import ConnectionId
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(prefix="/v1/crm/events", tags=["crm"])
read, write = needs("crm:read"), needs("crm:write")
PathEventId = Annotated[Id, Path(description="The event's id")]


@router.get("", response_model=Page[CrmEvent], openapi_extra=read, responses=problems(InvalidCursor, InvalidSort))
async def list_crm_events(  # noqa: PLR0913, PLR0917  # its filters
    connection: Connection,
    tenant_id: CurrentTenant,
    asked: AskedPage,
    connection_id: Annotated[Id | None, Query(description="Only those that came by this connection")] = None,
    state: Annotated[EventState | None, Query(description="Only those in this state")] = None,
    object: Annotated[ObjectName | None, Query(description="Only those of this kind of record")] = None,  # noqa: A002  # its name on the wire
    external_id: Annotated[str | None, Query(max_length=255, description="Only those of this record")] = None,
    conflict: Annotated[bool | None, Query(description="Only those that contradict another, or that do not")] = None,
) -> Page[CrmEvent]:
    """List what CRMs told, the newest first."""
    asked_for: dict[str, Any] = {
        "connection_id": connection_id,
        "state": state,
        "object": object,
        "external_id": external_id,
        "conflict": conflict,
    }
    filters = {name: value for name, value in asked_for.items() if value is not None}
    found = await inbox.page(connection, tenant_id, asked, filters)
    return Page[CrmEvent](data=[shown(event) for event in found.data], next_cursor=found.next_cursor)


@router.get("/{event_id}", response_model=CrmEventInFull, openapi_extra=read, responses=problems(EventNotFound))
async def get_crm_event(connection: Connection, tenant_id: CurrentTenant, event_id: PathEventId) -> CrmEventInFull:
    """Read what a CRM told in full, with the delivery as it came while that is kept."""
    return shown_in_full(*await inbox.event(connection, tenant_id, event_id))


@router.post(
    "/{event_id}/replay",
    status_code=202,
    response_model=CrmEvent,
    openapi_extra=write,
    responses=problems(EventNotFound, StillWaiting, NothingToPull),
)
async def replay_crm_event(connection: Connection, tenant_id: CurrentTenant, event_id: PathEventId) -> CrmEvent:
    """Pull the record of an event once more, whatever became of the event.

    One that could not be understood, or was of no interest, is read again as the connection is now. Refused while it
    waits already, and where it still names no record.
    """
    return shown(await inbox.replay(connection, tenant_id, event_id))


@router.post(
    "/replay",
    status_code=202,
    response_model=Replayed,
    openapi_extra=write,
    responses=problems(ConnectionNotFound),
)
async def replay_crm_events(connection: Connection, tenant_id: CurrentTenant, body: ReplayBody) -> Replayed:
    """Pull the records of quarantined or dead events once more, up to 1,000 at once.

    They are those of one connection, in the order in which they came.
    """
    connection_id = ConnectionId(body.connection_id)
    found = await inbox.replay_all(connection, tenant_id, connection_id, body.state, body.after)
    return Replayed(replayed=found.replayed, left=found.left, next_after=found.next_after)
