"""The doors of events."""

from typing import Annotated, Any

from fastapi import Query

from app.events import service
from app.events.schemas import EventAnswer
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page, Slice
from app.infra.problems import problems
from app.infra.wire import Code, Id
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["events"])


@router.get(
    "/events",
    response_model=Page[EventAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=needs("webhooks:read"),
)
async def list_events(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    type: Annotated[Code | None, Query(description="Only events of this type")] = None,  # noqa: A002  # its name on the wire
    subject_id: Annotated[Id | None, Query(description="Only what happened to this one")] = None,
) -> Slice[Any]:
    """List what happened, the newest first: each event was written with the change that it tells of."""
    return await service.page(connection, tenant_id, asked, type_=type, subject_id=subject_id)
