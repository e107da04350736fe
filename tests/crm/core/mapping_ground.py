"""Connections as mapping sees them, without a database."""

from uuid import UUID

from app.crm.connectors import CONNECTORS
from app.crm.core.connection import Connection, Settings
from app.crm.core.mapping import Mapped, Unmappable, mapped
from app.crm.core.spec import OBJECTS, ConnectorSpec
from app.kernel.ids import ConnectionId, TenantId


def a_connection(spec: ConnectorSpec | str, *, objects=OBJECTS, source="crm", **settings) -> Connection:
    """A connection that reads everything, by the connector given or named."""
    spec = CONNECTORS[spec] if isinstance(spec, str) else spec
    return Connection(
        tenant_id=TenantId(UUID(int=1)),
        id=ConnectionId(UUID(int=2)),
        name=spec.title,
        provider=spec.provider,
        source=source,
        base_url="https://crm.example.com",
        objects=objects,
        auth_kind="token",
        state="active",
        settings=Settings(**settings),
        spec=spec,
        version=1,
    )


def fact(connection, name, record):
    """The record as our facts have it; it can be one."""
    found = mapped(connection, name, record)
    assert isinstance(found, Mapped), found
    return found


def faults(connection, name, record):
    """Where and why the record can be no fact: it cannot."""
    found = mapped(connection, name, record)
    assert isinstance(found, Unmappable), found
    assert found.reason
    return {(fault.pointer, fault.code) for fault in found.errors}


def rules_of(provider, name):
    """What a connector that ships says of one kind of record."""
    return CONNECTORS[provider].objects[name]
