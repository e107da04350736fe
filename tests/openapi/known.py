"""What a service has already, told to schemathesis, so that most of what it makes up is about records that are there."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.openapi.asking import CONFIG
from tests.openapi.reading import described, resolved
from tests.security.world import everything

OFTEN = 0.7  # how often a record that is there is meant; else one of which nobody knows
Known = Mapping[str, list[str]]


async def known(client: httpx.AsyncClient) -> Known:
    """What can be named after everything was done once: by its name in paths (`account_id`), all that there is."""
    mine = await everything(client)
    found: dict[str, set[str]] = {}
    for ids in (mine.ids, *mine.told.values()):
        for name, value in ids.items():
            found.setdefault(name, set()).add(value)
    return {name: sorted(values) for name, values in found.items() if name.endswith("_id") and name != "external_id"}


def told_of(ids: Known, document: dict[str, Any], folder: Path) -> Path:
    """The configuration of schemathesis with the records that are there."""
    places = {name: f"path.{name}" for name in ids}
    named = {f"path.{name}": name for name in places}
    for operation in described(document):
        for place, field in body_ids(document, operation.body):
            if kind := kind_of(field, ids):
                named[f"body.{place}"] = kind
    lines = [CONFIG.read_text(), "[parameters]"]
    lines += [f'"{place}" = {{ dictionary = "{name}", probability = {OFTEN} }}' for place, name in named.items()]
    for name, values in ids.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    written = folder / "schemathesis.toml"
    written.write_text("\n".join(lines) + "\n")
    return written


def body_ids(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where the ids of other records stand in what an operation takes: (`steps[*].owner_user_id`, `owner_user_id`)."""
    for media in resolved(document, operation.get("requestBody", {})).get("content", {}).values():
        yield from _ids_in(document, media.get("schema", {}), "", ())


def _ids_in(
    document: dict[str, Any], schema: dict[str, Any], place: str, seen: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """seen: the schemas on the way here, so that those that hold themselves come to an end."""
    reference = schema.get("$ref", "")
    if reference in seen:
        return
    schema, seen = resolved(document, schema), (*seen, reference) if reference else seen
    for name, field in schema.get("properties", {}).items():
        here = f"{place}.{name}" if place else name
        if name.endswith("_id"):
            yield here, name
        yield from _ids_in(document, field, here, seen)
    for each in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _ids_in(document, each, place, seen)
    if isinstance(schema.get("items"), dict) and place:
        yield from _ids_in(document, schema["items"], f"{place}[*]", seen)


def kind_of(field: str, ids: Mapping[str, Any]) -> str | None:
    """What a field names: `owner_user_id` a user, as `user_id` does; none where there is no such thing."""
    while field not in ids:
        _, found, field = field.partition("_")
        if not found:
            return None
    return field
