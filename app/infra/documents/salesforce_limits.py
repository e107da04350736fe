"""What Salesforce External Services take and refuse, each limit as Salesforce Help documents it.

Sources: the articles System Limits; Schema Definitions; OpenAPI 2.0 and 3.0 Support; Naming and Description
Conventions; Apex Reserved Keywords; Operation Output Parameters (platform.external_services_*), as of Summer '26.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import orjson

from app.infra.documents.limits import Document, Limit, Schema, media_of, named_schemas, schemas_of
from app.infra.documents.operations import all_of

MAX_CHARACTERS = 10_000_000
MAX_OPERATIONS = 3_000
MAX_OBJECTS = 3_000
MAX_PROPERTIES = 400_000
MAX_DESCRIPTION = 1_333
MAX_IDENTIFIER = 255  # of an Apex identifier
METHODS = frozenset({"get", "patch", "put", "post", "delete"})
SENT = frozenset({"application/json", "application/x-www-form-urlencoded", "text/plain"})
ANSWERED = SENT | {"application/octet-stream"}
TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array"})
FORMATS = frozenset({"date", "date-time", "int32", "int64", "float", "double", "binary"})
NO_LONGER = frozenset({"const", "examples", "patternProperties", "propertyNames", "prefixItems"})
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def _version(document: Document) -> Iterator[str]:
    if not str(document.get("openapi", "")).startswith("3.0."):
        yield f"openapi is {document.get('openapi')}"


def _size(document: Document) -> Iterator[str]:
    size = len(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
    if size > MAX_CHARACTERS:
        yield f"{size} characters"


def _counts(document: Document) -> Iterator[str]:
    schemas = [schema for _, schema in schemas_of(document)]
    counted = {
        "operations": (sum(1 for _ in all_of(document)), MAX_OPERATIONS),
        "objects": (sum("properties" in schema for schema in schemas), MAX_OBJECTS),
        "properties": (sum(len(schema.get("properties", ())) for schema in schemas), MAX_PROPERTIES),
    }
    yield from (f"{count} {kind}" for kind, (count, most) in counted.items() if count > most)


def _descriptions(document: Document) -> Iterator[str]:
    for _, _, operation in all_of(document):
        for each in (operation, *operation.get("parameters", ())):
            if len(each.get("description", "")) > MAX_DESCRIPTION:
                yield f"{operation['operationId']} {each.get('name', '')}"


def _methods(document: Document) -> Iterator[str]:
    for path, item in document["paths"].items():
        yield from (f"{method} {path}" for method in item if method not in METHODS)


def _bodies(document: Document) -> Iterator[str]:
    for path, method, operation in all_of(document):
        if method == "get" and "requestBody" in operation:
            yield path


def _media(document: Document) -> Iterator[str]:
    for _, _, operation in all_of(document):
        sent = operation.get("requestBody", {}).get("content", {})
        yield from (f"{operation['operationId']} takes {kind}" for kind in sent if kind not in SENT)
        for kind, _media_of in media_of({**operation, "requestBody": {}}):
            if kind not in ANSWERED:
                yield f"{operation['operationId']} answers {kind}"


def _headers(document: Document) -> Iterator[str]:
    for _, _, operation in all_of(document):
        yield from (operation["operationId"] for answer in operation["responses"].values() if "headers" in answer)


def _types(document: Document) -> Iterator[str]:
    for place, schema in schemas_of(document):
        if "type" in schema and schema["type"] not in TYPES:
            yield f"{place} is of the type {schema['type']}"
        if "format" in schema and schema["format"] not in FORMATS:
            yield f"{place} has the format {schema['format']}"


def _words(document: Document) -> Iterator[str]:
    for place, schema in schemas_of(document):
        yield from (f"{place} says {word}" for word in schema.keys() & NO_LONGER)
        if None in schema.get("enum", ()):
            yield f"{place} has null as a choice"
        if any(not isinstance(schema.get(f"exclusive{bound}", False), bool) for bound in ("Minimum", "Maximum")):
            yield f"{place} has a bound of OpenAPI 3.1"


def _alternatives(document: Document) -> Iterator[str]:
    for place, schema in schemas_of(document):
        if schema.keys() & {"anyOf", "oneOf", "discriminator"}:
            yield place


def _nested(document: Document) -> Iterator[str]:
    for place, schema in schemas_of(document):
        if schema.get("type") == "array" and schema["items"].get("type") == "array":
            yield place


def _empty(document: Document) -> Iterator[str]:
    for place, schema in schemas_of(document):
        if schema.get("type") == "object" and not schema.keys() & {"properties", "additionalProperties", "allOf"}:
            yield place


def _operation_ids(document: Document) -> Iterator[str]:
    told = [operation.get("operationId", "") for _, _, operation in all_of(document)]
    yield from (f"{name!r} stands {count} times" for name, count in Counter(told).items() if count > 1 or not name)
    yield from _unfit("operation", told)


def _parameters(document: Document) -> Iterator[str]:
    for _, _, operation in all_of(document):
        yield from (operation["operationId"] for each in operation.get("parameters", ()) if not each.get("name"))


def _names(document: Document) -> Iterator[str]:
    yield from _unfit("schema", named_schemas(document))
    for place, schema in schemas_of(document):
        yield from _unfit(place, schema.get("properties", ()))


def _unfit(place: str, names: Iterable[str]) -> Iterator[str]:
    names = list(names)
    yield from (
        f"{place} {name}" for name in names if not _IDENTIFIER.fullmatch(name) or _encoded(name) > MAX_IDENTIFIER
    )
    alike = Counter(name.lower() for name in set(names))
    yield from (f"{place} {name} in two cases" for name, count in alike.items() if count > 1)


def _encoded(name: str) -> int:
    """How long a name gets in Apex, where an underscore and the like are written as their codes."""
    return sum(1 if each.isalnum() else 3 for each in name)


def _any_needed_left_out(document: Document) -> Iterator[str]:
    for place, schema in schemas_of(document):
        fields: Schema = schema.get("properties", {})
        yield from (f"{place}.{name}" for name in schema.get("required", ()) if fields and name not in fields)


LIMITS = (
    Limit("version", "JSON of OpenAPI 3.0 (or 2.0) is registered, 3.1 is not", _version),
    Limit("size", f"A schema has at most {MAX_CHARACTERS:,} characters of JSON", _size),
    Limit("counts", f"An org has at most {MAX_OPERATIONS:,} active operations, {MAX_OBJECTS:,} objects", _counts),
    Limit("descriptions", f"Descriptions of more than {MAX_DESCRIPTION:,} characters are cut off", _descriptions),
    Limit("methods", "GET, PATCH, PUT, POST and DELETE can be used", _methods),
    Limit("no body in GET", "A GET with a body is a validation error", _bodies),
    Limit("media types", "JSON, forms and plain text are taken; octet streams answered too", _media),
    Limit("no headers of answers", "Response headers are not supported", _headers),
    Limit("types", "Types and formats are those that are listed as supported; there is no type null", _types),
    Limit("words of 3.0", "What OpenAPI 3.1 added is not understood", _words),
    Limit(
        "no alternatives", "Only compositions of objects are types; a discriminator's mapping is ignored", _alternatives
    ),
    Limit("no list of lists", "A list of lists cannot be a field of what a flow handles", _nested),
    Limit("no empty object", "An object has fields, or is a map", _empty),
    Limit(
        "operation ids",
        "The action's name is the operationId: there, unique in any case, an identifier",
        _operation_ids,
    ),
    Limit("parameters are named", "Each parameter must have a name", _parameters),
    Limit("names", "Objects and fields become Apex classes and fields: identifiers, unique in any case", _names),
    Limit("needed fields are there", "A property that is required must be described", _any_needed_left_out),
)
