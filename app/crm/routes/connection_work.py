"""The doors of a connection at work: tried out, paused, resumed, given a new webhook secret."""

from datetime import timedelta
from typing import Any

from fastapi import Response

from app.crm.routes.asking import (
    CHANGE,
    WRITE,
    CurrentReach,
    CurrentSetup,
    PathConnectionId,
    ReadConnection,
    secret_shown,
    shown,
)
from app.crm.schemas.connections import ConnectionAnswer, ConnectionTestAnswer, RotatedSecret, RotationBody
from app.crm.service import connecting, connections, trying
from app.crm.service.connecting import UnusableConnection
from app.crm.service.connections import ConnectionNotFound
from app.infra.problems import problems
from app.infra.sealing import NotOpened
from app.kernel.ids import ConnectionId
from app.tenancy.deps import Connection, CurrentTenant, doors, unkept

router = doors(tags=["crm"])


@router.post(
    "/crm/connections/{connection_id}/test",
    response_model=ConnectionTestAnswer,
    responses=problems(ConnectionNotFound, NotOpened),
    openapi_extra=WRITE,
)
@unkept
async def try_crm_connection(connection_id: PathConnectionId, tenant_id: CurrentTenant, reach: CurrentReach) -> Any:
    """Make one real and harmless call to the CRM, and tell what came of it: 200 either way, the reason where it failed.

    An Idempotency-Key is of no account here: each request makes a call.
    """
    return await trying.tried(reach, tenant_id, ConnectionId(connection_id))


@router.post(
    "/crm/connections/{connection_id}/pause",
    response_model=ConnectionAnswer,
    responses=problems(*CHANGE),
    openapi_extra=WRITE,
)
async def pause_crm_connection(
    read: ReadConnection,
    setup: CurrentSetup,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Call the CRM no more. What it delivers is taken and kept, and pulled when the connection is resumed."""
    row = await connections.pause(connection, tenant_id, read.id, version=read.version)
    return shown(row, setup, response)


@router.post(
    "/crm/connections/{connection_id}/resume",
    response_model=ConnectionAnswer,
    responses=problems(*CHANGE),
    openapi_extra=WRITE,
)
async def resume_crm_connection(
    read: ReadConnection,
    setup: CurrentSetup,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Call the CRM again, with the credentials at hand, and pull what was heard of meanwhile."""
    row = await connections.resume(connection, tenant_id, read.id, version=read.version)
    return shown(row, setup, response)


@router.post(
    "/crm/connections/{connection_id}/rotate-secret",
    response_model=RotatedSecret,
    responses=problems(*CHANGE, UnusableConnection, NotOpened),
    openapi_extra=WRITE,
)
async def rotate_crm_webhook_secret(
    read: ReadConnection,
    body: RotationBody,
    setup: CurrentSetup,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Put a new webhook secret in place; the one before is good for the overlap, so that the CRM can follow."""
    await connections.own(connection, tenant_id, read.id, read.version)
    overlap = timedelta(hours=body.overlap_hours)
    settled = await connecting.rotate(connection, setup, tenant_id, read.id, body.secret, overlap=overlap)
    return {**secret_shown(settled, setup, response), "good_until": settled.before_until}
