"""A connection to a CRM as its owner settled it: what is read, how it is understood, what is written back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from app.crm.core.spec import ConnectorSpec, Field, ObjectName
from app.kernel.ids import ConnectionId, TenantId

AttributeType = Literal["text", "number", "boolean", "date"]
WritableValue = Literal["composite", "opportunity", "alignment", "tier", "quadrant"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A custom field that is registered: kept under its key in the account's attributes, as the type that it states."""

    key: str
    type: AttributeType
    field: Field
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What one of the CRM's stages means; None leaves it to the record."""

    name: str | None = None
    status: Literal["open", "won", "lost"] | None = None
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """What a connection says of one object beyond its connector: fields put in place of the connector's, or beside."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    attributes: Sequence[Attribute] = ()  # accounts only
    metrics: Mapping[str, Field] = field(default_factory=dict)  # accounts only: metric key -> an observed value


@dataclass(frozen=True, slots=True)
class Settings:
    """What is kept of a connection as JSON; nothing in it is secret."""

    public_url: str = ""  # the webhook's address as the CRM knows it
    signature: str = ""  # which of the connector's schemes; empty: the first
    organization_id: str = ""  # the sender that deliveries must name, where they name one
    default_currency: str | None = None
    stages: Mapping[str, Stage] = field(default_factory=dict)
    mapping: Mapping[ObjectName, FieldMapping] = field(default_factory=dict)
    write_back: Mapping[WritableValue, str] = field(default_factory=dict)  # our value -> the CRM's field
    variables: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, Any] | None = None  # the document of a custom connector


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection, with its connector; secrets are not part of it."""

    tenant_id: TenantId
    id: ConnectionId
    name: str
    provider: str
    source: str
    base_url: str
    objects: Sequence[ObjectName]
    auth_kind: str
    state: Literal["active", "paused", "needs_reauth"]
    settings: Settings
    spec: ConnectorSpec
    version: int
    token_turn: int = 0
    failures: int = 0
    resting_until: datetime | None = None
    resting_reason: str | None = None
