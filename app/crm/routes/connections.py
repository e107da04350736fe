"""The doors of connections to CRMs: made, listed, changed, removed; their credentials and field mappings."""

from typing import Any

from fastapi import Response

from app.crm.core.addresses import fixed_base_url
from app.crm.core.asked import Asked, usual_objects
from app.crm.core.connection import Settings
from app.crm.core.spec import ConnectorSpec
from app.crm.routes.asking import (
    CHANGE,
    READ,
    WRITE,
    CurrentSetup,
    PathConnectionId,
    ReadConnection,
    secret_shown,
    shown,
)
from app.crm.schemas.connections import (
    ConnectionAnswer,
    ConnectionBody,
    ConnectionChangeBody,
    NewConnection,
    connection_shown,
)
from app.crm.schemas.credentials import CredentialsBody, credentials_of
from app.crm.schemas.mapping import FieldMappingAnswer, FieldMappingBody, mapping_shown
from app.crm.schemas.spec import UnusableConnector, spec_of
from app.crm.service import connecting, connections
from app.crm.service.connecting import Changes, CredentialsNeeded, SourceTaken, UnusableConnection
from app.crm.service.connections import ConnectionNotFound, ConnectionRow
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import tag
from app.kernel.ids import ConnectionId
from app.tenancy.deps import Connection, CurrentTenant, doors

router = doors(tags=["crm"])
SETTLE = (*CHANGE, UnusableConnection)


@router.get(
    "/crm/connections",
    response_model=Page[ConnectionAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=READ,
)
async def list_crm_connections(
    asked: AskedPage, setup: CurrentSetup, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List the connections, without their secrets."""
    found = await connections.page(connection, tenant_id, asked)
    data = [connection_shown(row, connections.built(row), setup.public_url) for row in found.data]
    return {"data": data, "next_cursor": found.next_cursor}


@router.post(
    "/crm/connections",
    status_code=201,
    response_model=NewConnection,
    responses=problems(SourceTaken, UnusableConnection, UnusableConnector),
    openapi_extra=WRITE,
)
async def create_crm_connection(
    body: ConnectionBody, setup: CurrentSetup, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Connect a CRM. Credentials and secrets are sealed, and never shown again; a secret made by us is shown here."""
    asked = _asked(body)
    settled = await connecting.create(connection, setup, tenant_id, asked, body.webhook_secret)
    response.headers["Location"] = f"/v1/crm/connections/{settled.row['id']}"
    return {**shown(settled.row, setup, response), **secret_shown(settled, setup, response)}


def _asked(body: ConnectionBody) -> Asked:
    spec = connecting.connector(body.provider, custom_spec(body))
    return Asked(
        name=body.name,
        source=body.source or spec.provider,
        base_url=(body.base_url or fixed_base_url(spec) or "").rstrip("/"),
        objects=usual_objects(spec) if body.objects is None else body.objects,
        settings=Settings(**body.settings(), mapping=body.field_mapping.mapping() if body.field_mapping else {}),
        spec=spec,
        credentials=credentials_of(body.credentials),
    )


@router.get(
    "/crm/connections/{connection_id}",
    response_model=ConnectionAnswer,
    responses=problems(ConnectionNotFound),
    openapi_extra=READ,
)
async def get_crm_connection(
    connection_id: PathConnectionId,
    setup: CurrentSetup,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Read a connection, and how it is doing; without its secrets."""
    return shown(await connections.row(connection, tenant_id, ConnectionId(connection_id)), setup, response)


@router.patch(
    "/crm/connections/{connection_id}",
    response_model=ConnectionAnswer,
    responses=problems(*SETTLE, UnusableConnector, CredentialsNeeded),
    openapi_extra=WRITE,
)
async def change_crm_connection(
    read: ReadConnection,
    body: ConnectionChangeBody,
    setup: CurrentSetup,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Settle some of a connection anew; where its calls would go elsewhere, the credentials come along."""
    changes = Changes(parts=_parts(body), settings=body.settings())
    row = await connecting.change(connection, setup, tenant_id, read.id, changes, version=read.version)
    return shown(row, setup, response)


def custom_spec(body: ConnectionBody | ConnectionChangeBody) -> ConnectorSpec | None:
    """The connector that the body brings along, if it does."""
    return None if body.connector is None else spec_of(body.connector)


def _parts(body: ConnectionChangeBody) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "name": body.name,
        "base_url": body.base_url and body.base_url.rstrip("/"),
        "objects": body.objects,
        "spec": custom_spec(body),
        "credentials": body.credentials and credentials_of(body.credentials),
    }
    return {name: value for name, value in parts.items() if value is not None}


@router.delete("/crm/connections/{connection_id}", status_code=204, responses=problems(*CHANGE), openapi_extra=WRITE)
async def remove_crm_connection(read: ReadConnection, tenant_id: CurrentTenant, connection: Connection) -> None:
    """Remove a connection with its secrets and all that it received; the facts that came by it stay."""
    await connections.remove(connection, tenant_id, read.id, version=read.version)


@router.put(
    "/crm/connections/{connection_id}/credentials",
    response_model=ConnectionAnswer,
    responses=problems(*SETTLE),
    openapi_extra=WRITE,
)
async def replace_crm_credentials(
    read: ReadConnection,
    body: CredentialsBody,
    setup: CurrentSetup,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Open the CRM with these from now on; a connection that was in want of them works again."""
    row = await connecting.replace_credentials(
        connection, setup, tenant_id, read.id, credentials_of(body), version=read.version
    )
    return shown(row, setup, response)


@router.get(
    "/crm/connections/{connection_id}/field-mapping",
    response_model=FieldMappingAnswer,
    responses=problems(ConnectionNotFound),
    openapi_extra=READ,
)
async def get_crm_field_mapping(
    connection_id: PathConnectionId, tenant_id: CurrentTenant, connection: Connection, response: Response
) -> Any:
    """Read what the connection says of fields beyond its connector."""
    row = await connections.row(connection, tenant_id, ConnectionId(connection_id))
    return _mapping_shown(row, response)


def _mapping_shown(row: ConnectionRow, response: Response) -> dict[str, Any]:
    tag(response, row["version"])
    return mapping_shown(connections.built(row).settings.mapping)


@router.put(
    "/crm/connections/{connection_id}/field-mapping",
    response_model=FieldMappingAnswer,
    responses=problems(*SETTLE),
    openapi_extra=WRITE,
)
async def replace_crm_field_mapping(
    read: ReadConnection,
    body: FieldMappingBody,
    setup: CurrentSetup,
    tenant_id: CurrentTenant,
    connection: Connection,
    response: Response,
) -> Any:
    """Read the CRM's fields so from now on; records that are known already follow when they are pulled again."""
    row = await connecting.map_fields(connection, setup, tenant_id, read.id, body.mapping(), version=read.version)
    return _mapping_shown(row, response)
