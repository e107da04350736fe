"""The doors of write-backs."""

from typing import Annotated

from fastapi import Path, Query

from app.crm.schemas.write_backs import WriteBack, WriteBackResult, shown
from app.crm.service import write_back
from app.crm.service.connections import ConnectionNotFound
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.kernel.ids import ConnectionId
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["crm"])


@router.get(
    "/crm/connections/{connection_id}/write-backs",
    response_model=Page[WriteBack],
    responses=problems(ConnectionNotFound, InvalidCursor, InvalidSort),
    openapi_extra=needs("crm:read"),
)
async def list_crm_write_backs(
    connection_id: Annotated[Id, Path(description="The connection's id")],
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    result: Annotated[WriteBackResult | None, Query(description="Only those that came to this")] = None,
) -> Page[WriteBack]:
    """List what was last written to each account record of the CRM, the latest first."""
    wanted = {} if result is None else {"result": str(result)}
    found = await write_back.page(connection, tenant_id, ConnectionId(connection_id), asked, wanted)
    return Page[WriteBack](data=[shown(dict(row)) for row in found.data], next_cursor=found.next_cursor)
