"""The doors of what is known of a CRM's records beyond their facts: gone, merged, in quarantine, not linked."""

from typing import Annotated, Any

from fastapi import Query

from app.crm.core.spec import ObjectName
from app.crm.queries import records
from app.crm.schemas.syncs import CrmRecord, RecordState
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(prefix="/v1/crm/records", tags=["crm"])


@router.get(
    "",
    response_model=Page[CrmRecord],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=needs("crm:read"),
)
async def list_crm_records(  # noqa: PLR0913, PLR0917  # its filters
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    connection_id: Annotated[Id | None, Query(description="Only those of this connection")] = None,
    state: Annotated[RecordState | None, Query(description="Only those in this state")] = None,
    object: Annotated[ObjectName | None, Query(description="Only those of this kind")] = None,  # noqa: A002  # its name on the wire
    external_id: Annotated[
        str | None, Query(max_length=255, pattern=r"^[^\x00]*$", description="Only this record")
    ] = None,
) -> Any:
    """List the CRM's records of which more is to be known than their facts say, what changed last first.

    Those in quarantine say what is wrong with them; they are read again when the CRM tells of them, or on replay.
    """
    asked_for = {"connection_id": connection_id, "state": state, "object": object, "external_id": external_id}
    wanted = {name: value for name, value in asked_for.items() if value is not None}
    found = await records.page(connection, tenant_id, asked, wanted)
    return {"data": found.data, "next_cursor": found.next_cursor}
