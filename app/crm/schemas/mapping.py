"""The wire of what a connection says of fields and stages."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from app.crm.core.connection import Attribute, FieldMapping, Stage
from app.crm.core.spec import OBJECTS, ObjectName, Transform
from app.crm.core.spec import Field as SpecField
from app.infra.wire import Answer, MetricKey, Name, Ratio01, WireModel, at_most

_SHOWN: dict[str, Any] = {
    "account": {
        "fields": {"industry": {"path": "properties.branch"}},
        "attributes": [{"key": "partner_level", "type": "text", "field": {"path": "properties.partner_level"}}],
        "metrics": {"customer_satisfaction": {"path": "properties.nps", "transform": "number"}},
    }
}
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Path = Annotated[str, StringConstraints(max_length=500)]
Word = Annotated[str, StringConstraints(max_length=500)]
Constant = Word | float | bool | None
_PATH = "Dotted; `a|b` is the first of both that says something"
_TRANSFORM = "How it is read: `percent` is 0 to 100 and becomes a share, `cents` hundredths, `map` looks into `values`"
_TYPE = "What it is kept as"
_LABEL = "What people call it"
_VALUES = "With the transform `map`: the CRM's value to ours; `*` stands for all others"
_CONSTANT = "Holds whatever the record says"
_FIELDS = "Our field, and where it stands, in place of the connector's"
_ATTRIBUTES = "Of accounts: custom fields that are kept"
_METRICS = "Of accounts: custom fields that are observed values of metrics"


class StageBody(WireModel):
    """What one of the CRM's stages means; null leaves it to the record."""

    name: Name | None = None
    status: Literal["open", "won", "lost"] | None = None
    probability: Ratio01 | None = None

    def stage(self) -> Stage:
        return Stage(self.name, self.status, self.probability)


class FieldBody(WireModel):
    """Where a value stands in the CRM's record, and how it is read."""

    path: Path = Field(
        default="",
        description=_PATH,
        examples=["properties.partner_score__c"],
    )
    transform: Transform = Field(default="text", description=_TRANSFORM)
    values: Annotated[dict[Word, Constant], at_most(500)] = Field(default={}, description=_VALUES)
    constant: Constant = Field(default=None, description=_CONSTANT, examples=[None])

    def field(self) -> SpecField:
        return SpecField(self.path, self.transform, dict(self.values), self.constant)


class AttributeBody(WireModel):
    """A custom field that is registered: kept under its key in the account's attributes."""

    key: FieldName = Field(examples=["partner_level"])
    type: Literal["text", "number", "boolean", "date"] = Field(description=_TYPE)
    field: FieldBody
    label: Name | None = Field(default=None, description=_LABEL, examples=["Partner level"])

    def attribute(self) -> Attribute:
        return Attribute(self.key, self.type, self.field.field(), self.label)


class ObjectMappingBody(WireModel):
    """What a connection says of one object beyond its connector."""

    fields: Annotated[dict[FieldName, FieldBody], at_most(100)] = Field(default={}, description=_FIELDS)
    attributes: Annotated[list[AttributeBody], Field(max_length=200)] = Field(default=[], description=_ATTRIBUTES)
    metrics: Annotated[dict[MetricKey, FieldBody], at_most(100)] = Field(default={}, description=_METRICS)

    def mapping(self) -> FieldMapping:
        return FieldMapping(
            fields={name: body.field() for name, body in self.fields.items()},
            attributes=tuple(body.attribute() for body in self.attributes),
            metrics={key: body.field() for key, body in self.metrics.items()},
        )


class FieldMappingBody(WireModel):
    """What a connection says of fields, by object; what is not given is read as the connector says."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SHOWN]})

    user: ObjectMappingBody | None = Field(default=None, description="Of users")
    account: ObjectMappingBody | None = Field(default=None, description="Of accounts")
    contact: ObjectMappingBody | None = Field(default=None, description="Of contacts")
    opportunity: ObjectMappingBody | None = Field(default=None, description="Of opportunities")

    def mapping(self) -> dict[ObjectName, FieldMapping]:
        given = {name: getattr(self, name) for name in OBJECTS}
        return {name: body.mapping() for name, body in given.items() if body is not None}


class StageAnswer(Answer):
    """What one of the CRM's stages means; null leaves it to the record."""

    name: str | None
    status: Literal["open", "won", "lost"] | None
    probability: float | None


class FieldAnswer(Answer):
    """Where a value stands in the CRM's record, and how it is read."""

    path: str = Field(description=_PATH, examples=["properties.partner_score__c"])
    transform: Transform = Field(description=_TRANSFORM)
    values: dict[str, Constant] = Field(description=_VALUES)
    constant: Constant = Field(description=_CONSTANT, examples=[None])


class AttributeAnswer(Answer):
    """A custom field that is registered: kept under its key in the account's attributes."""

    key: str = Field(examples=["partner_level"])
    type: Literal["text", "number", "boolean", "date"] = Field(description=_TYPE)
    field: FieldAnswer
    label: str | None = Field(description=_LABEL, examples=["Partner level"])


class ObjectMappingAnswer(Answer):
    """What a connection says of one object beyond its connector."""

    fields: dict[str, FieldAnswer] = Field(description=_FIELDS)
    attributes: list[AttributeAnswer] = Field(description=_ATTRIBUTES)
    metrics: dict[str, FieldAnswer] = Field(description=_METRICS)


class FieldMappingAnswer(Answer):
    """What a connection says of fields, by object; where it says nothing, the connector does."""

    user: ObjectMappingAnswer = Field(description="Of users")
    account: ObjectMappingAnswer = Field(description="Of accounts")
    contact: ObjectMappingAnswer = Field(description="Of contacts")
    opportunity: ObjectMappingAnswer = Field(description="Of opportunities")


def mapping_shown(mapping: Mapping[ObjectName, FieldMapping]) -> dict[str, Any]:
    """The mapping as it is sent."""
    return {name: mapping.get(name, FieldMapping()) for name in OBJECTS}
