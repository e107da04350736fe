"""What is told to webhook endpoints, for the OpenAPI document: an entry of `webhooks` for each type of event."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from app.events.core.catalogue import CATALOGUE, EventType
from app.events.schemas.message import ToldAccount
from app.events.schemas.told import DATA
from app.infra.wire import Answer

PREFIX: Final = "#/components/schemas/"
_ID: Final = {"type": "string", "format": "uuid"}
_SIGNED: Final = (
    "`v1,` and the base64 of HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}` with the endpoint's secret;"
    " while a secret is being rotated one of each, with a space between them"
)
_HEADERS: Final = {
    "webhook-id": ("The event's id: the same with every attempt, so that what came twice is known", _ID),
    "webhook-timestamp": (
        "When this attempt was made, in seconds since 1970; refuse what is older than five minutes",
        {"type": "string", "pattern": "^[0-9]+$", "examples": ["1767607200"]},
    ),
    "webhook-signature": (
        _SIGNED,
        {"type": "string", "maxLength": 1000, "examples": ["v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="]},
    ),
}
_ENVELOPE: Final = {
    "id": {**_ID, "description": "The event's id, which is also the header webhook-id"},
    "timestamp": {"type": "string", "format": "date-time", "description": "When it happened"},
    "sequence": {
        "type": "integer",
        "minimum": 1,
        "description": "One up with each event of the account, or of the organization where it is of no account: what"
        " comes with a lower one than the last was overtaken",
        "examples": [17],
    },
    "account": {
        "description": "The account whose matter it is; null where it is the organization's",
        "anyOf": [{"$ref": f"{PREFIX}ToldAccount"}, {"type": "null"}],
    },
    "subject_id": {**_ID, "description": "The id of what it happened to"},
}
_ONCE: Final = (
    "Told on the transition only, and once, as an event with an id of its own; it is sent again, with the same id,"
    " until it is taken."
)
_ORDER: Final = ("id", "type", "timestamp", "sequence", "account", "subject", "subject_id", "data")


def told() -> tuple[dict[str, Any], dict[str, Any]]:
    """The entries of `webhooks`, and the schemas that they refer to by name."""
    return webhooks(), schemas()


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas that the messages refer to, by their names."""
    shapes: list[type[Answer]] = [ToldAccount, *dict.fromkeys(DATA.values())]
    _, document = models_json_schema([(shape, "serialization") for shape in shapes], ref_template=f"{PREFIX}{{model}}")
    found: dict[str, dict[str, Any]] = document["$defs"]
    return found


def webhooks() -> dict[str, dict[str, Any]]:
    """Of every type of event what is sent when it is told, as OpenAPI 3.1 has it; examples are made with the others."""
    return {type_.name: {"post": _told(type_, DATA)} for type_ in CATALOGUE.values()}


def _told(type_: EventType, data: Mapping[str, type[Answer]]) -> dict[str, Any]:
    message = {"schema": _message(type_, data[type_.name].__name__)}
    return {
        "operationId": f"told_{type_.name.replace('.', '_')}",
        "summary": type_.meaning,
        "description": f"{type_.when}\n\n{_ONCE}",
        "tags": ["webhooks"],
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": meaning, "schema": schema}
            for name, (meaning, schema) in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "description": "What happened",
            "content": {"application/json": message},
        },
        "responses": {
            "2XX": {"description": "Taken: it is not sent again"},
            "410": {"description": "Gone: the endpoint is disabled and told of nothing any more"},
            "4XX": {"description": "Not taken: it is sent again later, as after any other answer"},
        },
    }


def _message(type_: EventType, shape: str) -> dict[str, Any]:
    fields = {
        **_ENVELOPE,
        "type": {"const": type_.name, "type": "string", "description": "What happened"},
        "subject": {"const": type_.subject, "type": "string", "description": "The kind of thing that it happened to"},
        "data": {"$ref": f"{PREFIX}{shape}"},
    }
    return {
        "type": "object",
        "description": type_.meaning,
        "properties": {name: fields[name] for name in _ORDER},
        "required": list(_ORDER),
        "additionalProperties": False,
    }
