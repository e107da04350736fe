"""A connection's settings as the JSON that is kept of them, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, cast

from app.crm.core.connection import Attribute, AttributeType, FieldMapping, Settings, Stage
from app.crm.core.spec import Field, ObjectName

Document = dict[str, Any]
_PLAIN = ("public_url", "signature", "organization_id", "default_currency", "write_back", "variables", "custom")


def settings_document(settings: Settings) -> Document:
    """The settings as JSON; what is as it would be anyway is left out, so that {} are the settings of a fresh one."""
    usual = Settings()
    document: Document = {name: value for name in _PLAIN if (value := getattr(settings, name)) != getattr(usual, name)}
    if settings.stages:
        document["stages"] = {name: _without_none(asdict(stage)) for name, stage in settings.stages.items()}
    if settings.mapping:
        document["mapping"] = {name: mapping_document(mapping) for name, mapping in settings.mapping.items()}
    return document


def settings_from(document: Mapping[str, Any]) -> Settings:
    """The settings that were written as `document`; names that are not known (of a later release) are passed over."""
    return Settings(
        **{name: document[name] for name in _PLAIN if name in document},
        stages={name: Stage(**stage) for name, stage in document.get("stages", {}).items()},
        mapping={
            cast("ObjectName", name): mapping_from(mapping) for name, mapping in document.get("mapping", {}).items()
        },
    )


def mapping_document(mapping: FieldMapping) -> Document:
    """What a connection says of one object's fields, as JSON."""
    return {
        "fields": {name: field_document(field) for name, field in mapping.fields.items()},
        "attributes": [_attribute_document(attribute) for attribute in mapping.attributes],
        "metrics": {key: field_document(field) for key, field in mapping.metrics.items()},
    }


def mapping_from(document: Mapping[str, Any]) -> FieldMapping:
    """The way back of `mapping_document`."""
    return FieldMapping(
        fields={name: Field(**field) for name, field in document.get("fields", {}).items()},
        attributes=tuple(_attribute_from(attribute) for attribute in document.get("attributes", ())),
        metrics={key: Field(**field) for key, field in document.get("metrics", {}).items()},
    )


def field_document(field: Field) -> Document:
    """Where a value stands, as JSON; what is as it would be anyway is left out."""
    usual = Field()
    given = {each.name: getattr(field, each.name) for each in fields(Field)}
    return {name: value for name, value in given.items() if value != getattr(usual, name)}


def _attribute_document(attribute: Attribute) -> Document:
    document = {"key": attribute.key, "type": attribute.type, "field": field_document(attribute.field)}
    return document if attribute.label is None else {**document, "label": attribute.label}


def _attribute_from(document: Mapping[str, Any]) -> Attribute:
    kind = cast("AttributeType", document["type"])
    return Attribute(document["key"], kind, Field(**document["field"]), document.get("label"))


def _without_none(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None}
