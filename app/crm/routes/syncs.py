"""The doors of syncs: asked for, listed, read; and what webhooks missed."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from app.crm.schemas.syncs import DriftAnswer, SyncAnswer, SyncBody, SyncKind, sync_shown
from app.crm.service import starting
from app.crm.service.connections import ConnectionNotFound
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.jobs.schemas import JobAccepted, accepted
from app.kernel.ids import ConnectionId, SyncId
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(prefix="/v1/crm", tags=["crm"])
read, write = needs("crm:read"), needs("crm:write")
PathConnectionId = Annotated[Id, Path(description="The connection's id")]
PathSyncId = Annotated[Id, Path(description="The sync's id, which is its job's too")]


@router.post(
    "/connections/{connection_id}/syncs",
    status_code=202,
    response_model=JobAccepted,
    responses=problems(ConnectionNotFound, starting.SyncRuns, starting.ConnectionRests, starting.NothingToRead),
    openapi_extra=write,
)
async def start_crm_sync(
    connection_id: PathConnectionId, body: SyncBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Read everything from a CRM, or what has changed; users first, then accounts, contacts and deals.

    What was read stays, whatever happens: a sync that is broken off goes on at the page where it was, and one that has
    used up the day's calls goes on when there are new ones. Once everything was read the portfolio is scored.
    """
    asked = starting.Asked(body.kind, body.objects, body.since if body.kind == "changes" else None)
    job = await starting.start(connection, caller.tenant_id, ConnectionId(connection_id), asked, caller.key_id)
    return accepted(job, response)


@router.get(
    "/connections/{connection_id}/drift",
    response_model=DriftAnswer,
    responses=problems(ConnectionNotFound),
    openapi_extra=read,
)
async def get_crm_drift(
    connection_id: PathConnectionId,
    tenant_id: CurrentTenant,
    connection: Connection,
    hours: Annotated[int, Query(ge=1, le=168, description="How far back to look")] = 24,
) -> Any:
    """Tell what webhooks missed: changes that only a sweep found, two minutes or more after they were made."""
    return await starting.drift(connection, tenant_id, ConnectionId(connection_id), hours)


@router.get(
    "/syncs", response_model=Page[SyncAnswer], responses=problems(InvalidCursor, InvalidSort), openapi_extra=read
)
async def list_crm_syncs(
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    connection_id: Annotated[Id | None, Query(description="Only those of this connection")] = None,
    kind: Annotated[SyncKind | None, Query(description="Only those of this kind")] = None,
) -> Any:
    """List syncs, the newest first."""
    asked_for = {"connection_id": connection_id, "kind": kind}
    wanted = {name: value for name, value in asked_for.items() if value is not None}
    found = await starting.page(connection, tenant_id, asked, wanted)
    return {"data": [sync_shown(dict(row)) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/syncs/{sync_id}", response_model=SyncAnswer, responses=problems(starting.SyncNotFound), openapi_extra=read
)
async def get_crm_sync(sync_id: PathSyncId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a sync: how far it is, and what came of the records."""
    return sync_shown(dict(await starting.one(connection, tenant_id, SyncId(sync_id))))
