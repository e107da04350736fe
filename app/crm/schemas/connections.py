"""The wire of connections: what is given, secrets included, and what is shown, secrets left out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from app.crm.core.addresses import webhook_url
from app.crm.core.connection import Connection
from app.crm.core.spec import ObjectName
from app.crm.schemas.credentials import NO_CREDENTIALS, CredentialsBody, printable
from app.crm.schemas.mapping import FieldMappingBody, StageAnswer, StageBody
from app.crm.schemas.spec import document_of
from app.infra.wire import Answer, Code, CurrencyCode, Name, SourceName, WireModel, at_most

State = Literal["active", "paused", "needs_reauth"]
Writable = Literal["composite", "opportunity", "alignment", "tier", "quadrant"]
Address = Annotated[str, StringConstraints(min_length=1, max_length=500)]
SecretText = Annotated[
    str, StringConstraints(min_length=8, max_length=1000, strip_whitespace=False), AfterValidator(printable)
]
VariableName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
MAX_OVERLAP_HOURS = 168

Objects = Annotated[list[ObjectName], Field(min_length=1, max_length=4)]
Stages = Annotated[dict[Code, StageBody], at_most(500)]
Variables = Annotated[dict[VariableName, Name], at_most(50)]
WriteBack = dict[Writable, Code]
_DELIVER_TO = "The address to deliver to, where the secret is part of it"
_URL = "The webhook's address as the CRM knows it, where that is not the service's own (behind a proxy, say)"
_BASE = "The address of the CRM's API, where each of its customers has one"
_AT = "https://hooks.acme.example/kap"
_CURRENCY = "Of amounts of which the CRM names none (ISO 4217)"
_SENDER = "The sender's own id in the CRM (an organization id), which deliveries must then name"
_STAGES = "What the CRM's stages mean, by its own word; what is not told is left to the record"
_WRITE = "Our value, and the field of the CRM's account record that it is written to; none is written unless told"
_STAGES_SHOWN = {"closedwon": {"name": "Closed won", "status": "won", "probability": 1}}
_WRITE_SHOWN = {"composite": "kap_score", "tier": "kap_tier"}
_VARIABLES = "What the connector's templates need of this connection, such as a directory id; nothing secret"
_CONNECTOR = "With the provider `custom`: what the CRM looks like, as GET /v1/crm/connectors shows the shipped ones"


class SettingsBody(WireModel):
    """What may be settled of a connection at any time."""

    signature: Code | None = Field(
        default=None,
        description="Which of the connector's schemes shows who sent a delivery; its first by default",
        examples=["v3"],
    )
    organization_id: Code | None = Field(default=None, description=_SENDER, examples=["62515"])
    public_url: Address | None = Field(default=None, description=_URL, examples=[_AT])
    default_currency: CurrencyCode | None = Field(default=None, description=_CURRENCY)
    stages: Stages | None = Field(default=None, description=_STAGES, examples=[_STAGES_SHOWN])
    write_back: WriteBack | None = Field(default=None, description=_WRITE, examples=[_WRITE_SHOWN])
    variables: Variables | None = Field(default=None, description=_VARIABLES)
    connector: dict[str, Any] | None = Field(default=None, description=_CONNECTOR, examples=[None])

    def settings(self) -> dict[str, Any]:
        """The settings that the body gives; null sets one back."""
        given = {name: getattr(self, name) for name in _PLAIN if name in self.model_fields_set}
        settings = {name: _EMPTY[name] if value is None else value for name, value in given.items()}
        if "stages" in self.model_fields_set:
            settings["stages"] = {name: stage.stage() for name, stage in (self.stages or {}).items()}
        return settings


_EMPTY: dict[str, Any] = {
    "signature": "",
    "organization_id": "",
    "public_url": "",
    "default_currency": None,
    "write_back": {},
    "variables": {},
}
_PLAIN = tuple(_EMPTY)


class ConnectionBody(SettingsBody):
    """A connection to be made."""

    name: Name = Field(examples=["HubSpot, Europe"])
    provider: Code = Field(
        description="A connector that ships, `push` for plain JSON sent to us, or `custom`",
        examples=["hubspot"],
    )
    source: SourceName | None = Field(
        default=None,
        description="The `source` of the facts that come by it; the provider by default",
        examples=["hubspot"],
    )
    base_url: Address | None = Field(
        default=None,
        description=_BASE,
        examples=["https://api.hubapi.com"],
    )
    objects: Objects | None = Field(default=None, description="What is read; all that the connector knows by default")
    credentials: CredentialsBody = NO_CREDENTIALS
    webhook_secret: SecretText | None = Field(
        default=None,
        repr=False,
        examples=["the client secret of the app"],
        description="What deliveries are signed with, or show. When none is given, one is made where the sender takes"
        " ours, and shown in this answer alone; else no delivery is believed until one is given",
    )
    field_mapping: FieldMappingBody | None = Field(
        default=None, description="Fields in place of the connector's or beside them, by object"
    )


class ConnectionChangeBody(SettingsBody):
    """What is settled anew; what is not given stays as it is."""

    name: Name | None = None
    base_url: Address | None = Field(
        default=None,
        description="Needs `credentials` too, as do `variables` that say where tokens are asked for, and a connector"
        " that asks elsewhere for them",
        examples=["https://api.hubapi.com"],
    )
    objects: Objects | None = Field(default=None, description="What is read")
    credentials: CredentialsBody | None = Field(default=None, description="Put in place of those before")


class RotationBody(WireModel):
    """A new webhook secret."""

    secret: SecretText | None = Field(
        default=None,
        repr=False,
        description="The sender's own; when none is given, one is made and shown once",
        examples=["the new client secret"],
    )
    overlap_hours: Annotated[int, Field(ge=0, le=MAX_OVERLAP_HOURS)] = Field(
        default=24, description="For how long the secret before is good too; 0 when it is known to others"
    )


class CredentialsAnswer(Answer):
    """What is told of credentials: never what they hold."""

    kind: str = Field(examples=["token"])
    expires_at: datetime | None = Field(description="When the access token at hand ends; it is renewed by itself")


class ConnectionAnswer(Answer):
    """A connection; no secret is ever part of it."""

    id: UUID
    name: str = Field(examples=["HubSpot, Europe"])
    provider: str = Field(description="A connector that ships, or `custom`", examples=["hubspot"])
    source: str = Field(examples=["hubspot"])
    base_url: str | None = Field(description=_BASE, examples=["https://api.hubapi.com"])
    objects: list[ObjectName] = Field(description="What is read")
    state: State = Field(
        description="Paused or in want of credentials, it calls the CRM no more; what arrives is kept and waits"
    )
    state_reason: str | None = Field(description="Why it is so, where that is known", examples=[None])
    credentials: CredentialsAnswer
    webhook_url: str = Field(
        description="Where the CRM delivers; where the secret is part of the address, it has to be added",
        examples=["https://kap.example/v1/crm/webhooks/0199a1f7-3c3c-7d4d-8e5e-6f6f7a7a8b8b"],
    )
    signature: str = Field(description="The scheme that shows who sent a delivery", examples=["v3"])
    organization_id: str | None = Field(description=_SENDER, examples=["62515"])
    public_url: str | None = Field(description=_URL, examples=[_AT])
    default_currency: str | None = Field(description=_CURRENCY, examples=["EUR"])
    stages: dict[str, StageAnswer] = Field(description=_STAGES, examples=[_STAGES_SHOWN])
    write_back: dict[str, str] = Field(description=_WRITE, examples=[_WRITE_SHOWN])
    variables: dict[str, str] = Field(description=_VARIABLES)
    connector: dict[str, Any] | None = Field(description=_CONNECTOR, examples=[None])
    failures: int = Field(description="How many calls failed in a row")
    resting_until: datetime | None = Field(description="Until when the CRM is left alone, since it asked for that")
    resting_reason: str | None = Field(description="Why", examples=["the CRM allows no more calls for now"])
    quota_left: int | None = Field(description="How many calls the CRM still allows today, where it tells")
    quota_resets_at: datetime | None = Field(description="When it allows more again")
    last_event_at: datetime | None = Field(description="When the CRM last delivered")
    last_pull_at: datetime | None = Field(description="When records were last pulled")
    version: int
    created_at: datetime
    updated_at: datetime


class NewConnection(ConnectionAnswer):
    """A new connection, with the webhook secret that was made for it, which is shown this once."""

    webhook_secret: str | None = Field(description="Null where it was given, or is the sender's own", examples=[None])
    deliver_to: str | None = Field(description=_DELIVER_TO, examples=[None])


class RotatedSecret(Answer):
    """A new webhook secret, which is shown this once."""

    webhook_secret: str | None = Field(description="Null where it was given", examples=[None])
    deliver_to: str | None = Field(description=_DELIVER_TO, examples=[None])
    good_until: datetime | None = Field(description="Until when the secret before is good; null if it is no more")


class ConnectionTestAnswer(Answer):
    """What came of a real call to the CRM."""

    __test__ = False  # not a test of ours

    ok: bool = Field(description="Whether the CRM answered, and took the credentials")
    reason: str | None = Field(description="Why it failed", examples=["the CRM does not take the token"])
    calls_left: int | None = Field(description="How many calls the CRM still allows, where it tells")
    ms: float = Field(description="How long it took, in milliseconds")


def connection_shown(row: Mapping[Any, Any], there: Connection, public_url: str) -> dict[str, Any]:
    """A connection as it is sent, of its row and of what was built of that."""
    settings = there.settings
    chosen = there.spec.signatures
    return {
        **{name: row[name] for name in _OF_THE_ROW},
        "base_url": there.base_url or None,
        "objects": list(there.objects),
        "credentials": {"kind": there.auth_kind, "expires_at": row["token_expires_at"]},
        "webhook_url": webhook_url(public_url, there),
        "signature": settings.signature if settings.signature in chosen else next(iter(chosen)),
        "organization_id": settings.organization_id or None,
        "public_url": settings.public_url or None,
        "default_currency": settings.default_currency,
        "stages": dict(settings.stages),
        "write_back": dict(settings.write_back),
        "variables": dict(settings.variables),
        "connector": None if settings.custom is None else document_of(there.spec),
    }


_OF_THE_ROW = (
    "id",
    "name",
    "provider",
    "source",
    "state",
    "state_reason",
    "failures",
    "resting_until",
    "resting_reason",
    "quota_left",
    "quota_resets_at",
    "last_event_at",
    "last_pull_at",
    "version",
    "created_at",
    "updated_at",
)
