"""The doors of events."""

from typing import Annotated, Any

from fastapi import Depends, Query

from app.events import service
from app.events.core.sought import Within
from app.events.schemas.events import EventAnswer, TypePattern
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page, Slice
from app.infra.problems import problems
from app.infra.wire import AwareInstant, Id
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["events"])
OfType = Annotated[TypePattern | None, Query(description="Only events of this type, or of a family: `warning.*`")]
OfSubject = Annotated[Id | None, Query(description="Only what happened to this one")]
OfAccount = Annotated[Id | None, Query(description="Only what is this account's matter")]
Since = Annotated[AwareInstant | None, Query(description="Only what happened then or later")]
Until = Annotated[AwareInstant | None, Query(description="Only what happened earlier")]


# Not `async`, a dependency would be given to a thread.
async def _within(account_id: OfAccount = None, since: Since = None, until: Until = None) -> Within:
    return Within(account_id, since, until)


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
    within: Annotated[Within, Depends(_within)],
    type: OfType = None,  # noqa: A002  # its name on the wire
    subject_id: OfSubject = None,
) -> Slice[Any]:
    """List what happened, the newest first: each event was written with the change that it tells of."""
    return await service.page(connection, tenant_id, asked, type_=type, subject_id=subject_id, within=within)
