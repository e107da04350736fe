"""Every field of what an operation takes, however deep."""

from collections.abc import Iterator
from typing import Any

from tests.openapi.reading import resolved

Field = tuple[str, str, dict[str, Any]]  # where it stands, its name, its schema


def fields_of(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[Field]:
    """As (`steps[*].owner_user_id`, `owner_user_id`, its schema)."""
    for media in resolved(document, operation.get("requestBody", {})).get("content", {}).values():
        yield from _below(document, media.get("schema", {}), "", ())


def _below(document: dict[str, Any], schema: dict[str, Any], place: str, seen: tuple[str, ...]) -> Iterator[Field]:
    """seen: the schemas on the way here, so that those that hold themselves come to an end."""
    reference = schema.get("$ref", "")
    if reference in seen:
        return
    schema, seen = resolved(document, schema), (*seen, reference) if reference else seen
    for name, field in schema.get("properties", {}).items():
        here = f"{place}.{name}" if place else name
        yield here, name, field
        yield from _below(document, field, here, seen)
    for each in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _below(document, each, place, seen)
    if isinstance(schema.get("items"), dict) and place:
        yield from _below(document, schema["items"], f"{place}[*]", seen)
