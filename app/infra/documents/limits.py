"""What importers of documents refuse: a limit with its name, and how a document is held against it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.infra.documents.operations import all_of

Document = dict[str, Any]
Schema = dict[str, Any]


@dataclass(frozen=True)
class Limit:
    """One limit of an importer: what it says, and what in a document goes against it."""

    name: str
    says: str
    found: Callable[[Document], Iterable[str]]


def faults(document: Document, limits: Sequence[Limit]) -> list[str]:
    """What goes against the limits, each with the limit's name."""
    return [f"{limit.name}: {found}" for limit in limits for found in limit.found(document)]


def named_schemas(document: Document) -> dict[str, Schema]:
    """The named schemas of a document of either version."""
    kept: dict[str, Schema] = document.get("definitions") or document.get("components", {}).get("schemas", {})
    return kept


def schemas_of(document: Document) -> Iterator[tuple[str, Schema]]:
    """Every schema of a document with the place where it stands, those inside of others too."""
    for name, schema in named_schemas(document).items():
        yield from within(schema, name)
    for _, _, operation in all_of(document):
        for place, schema in _of_operation(operation):
            yield from within(schema, f"{operation.get('operationId', '')} {place}")


def _of_operation(operation: dict[str, Any]) -> Iterator[tuple[str, Schema]]:
    for parameter in operation.get("parameters", ()):
        if "schema" in parameter:
            yield parameter["name"], parameter["schema"]
    for status, answer in operation["responses"].items():
        if "schema" in answer:
            yield status, answer["schema"]
    for place, media in media_of(operation):
        yield place, media["schema"]


def media_of(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The media of an operation's body and answers, each with its type."""
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [answer.get("content", {}) for answer in operation["responses"].values()]
    for content in contents:
        yield from content.items()


def within(schema: Schema, place: str) -> Iterator[tuple[str, Schema]]:
    """The schema and every schema inside of it, each with its place; references are not followed."""
    yield place, schema
    for name, each in schema.get("properties", {}).items():
        yield from within(each, f"{place}.{name}")
    for key in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(key, ()):
            yield from within(each, place)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from within(schema[key], f"{place}[]")


def in_all(schema: Schema, named: dict[str, Schema], depth: int = 40) -> int:
    """How many schemas there are in a schema with those that it refers to, each as often as it stands there."""
    if depth == 0:
        return 1
    count = 0
    for _, each in within(schema, ""):
        count += 1
        if "$ref" in each:
            count += in_all(named[each["$ref"].rpartition("/")[2]], named, depth - 1) - 1
    return count
