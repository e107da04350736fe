"""What callers rely on, in short: operations, what they take and answer, without words, examples and order.

A schema is written as what its values are: `string`, `string(date)`, `integer[1..500]`, `#Account` for a named one;
`{"one of": […]}` for choices, `[…]` for alternatives, `{"list of": …}`, `{"map of": …}`, and `{"fields": {…}}` where a
field that is sure to be there, or needed, has a `!` after its name.
"""

from typing import Any

import orjson

from app.infra.documents.operations import all_of
from app.infra.documents.schemas import PREFIX, Schema

Surface = dict[str, Any]
Shape = Any
JSON = "application/json"
PARAMETERS = "#/components/parameters/"
_LOW = {"string": "minLength", "array": "minItems", "object": "minProperties"}
_HIGH = {"string": "maxLength", "array": "maxItems", "object": "maxProperties"}


def surface(document: dict[str, Any]) -> Surface:
    """The surface of an OpenAPI 3.1 document."""
    webhooks = document.get("webhooks", {})
    return {
        "operations": {
            f"{method.upper()} {path}": _operation(each, document) for path, method, each in all_of(document)
        },
        "webhooks": {
            name: _contents(each["requestBody"]["content"])
            for name, item in webhooks.items()
            for each in item.values()
            if "requestBody" in each
        },
        "schemas": {name: shape(schema) for name, schema in document["components"]["schemas"].items()},
    }


def text(told: Surface) -> bytes:
    """The surface as it is committed: a line for each operation and schema, so that a difference shows what changed."""
    groups = [
        b"%s: {\n%s\n}"
        % (
            orjson.dumps(group),
            b",\n".join(b"%s: %s" % (orjson.dumps(name), _line(entries[name])) for name in sorted(entries)),
        )
        for group, entries in told.items()
    ]
    return b"{\n%s\n}\n" % b",\n".join(groups)


def _line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _operation(operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"id": operation["operationId"], "scopes": _scopes(operation)}
    taken: dict[str, Shape] = {}
    for each in operation.get("parameters", ()):
        told = document["components"]["parameters"][each["$ref"].removeprefix(PARAMETERS)] if "$ref" in each else each
        taken[f"{told['in']} {told['name']}{'!' if told.get('required') else ''}"] = shape(told["schema"])
    if taken:
        made["takes"] = taken
    if "requestBody" in operation:
        body = operation["requestBody"]
        made["body!" if body.get("required") else "body"] = _contents(body["content"])
    made["answers"] = {
        status: _contents(answer.get("content", {}))
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    }
    return made


def _scopes(operation: dict[str, Any]) -> list[str]:
    """What the caller has to show: a kind of key, and the scopes that it needs."""
    needed = [(scheme, scopes) for one in operation.get("security", ()) for scheme, scopes in one.items()]
    return sorted({*(scheme for scheme, _ in needed), *(scope for _, scopes in needed for scope in scopes)})


def _contents(content: dict[str, Any]) -> Shape:
    """What a body holds: JSON goes without saying."""
    told = {kind: shape(media["schema"]) for kind, media in content.items()}
    return told[JSON] if told.keys() == {JSON} else {"media": told}


def shape(schema: Schema) -> Shape:
    """What the values of a schema are."""
    if "$ref" in schema:
        return "#" + schema["$ref"].removeprefix(PREFIX)
    if "allOf" in schema:
        return {"all of": [shape(each) for each in schema["allOf"]], "needs": sorted(schema.get("required", ()))}
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return [shape(each) for each in schema[key]]
    if "enum" in schema or "const" in schema:
        return {"one of": sorted(schema.get("enum", [schema.get("const")]), key=str)}
    return _typed(schema)


def _typed(schema: Schema) -> Shape:
    kind = schema.get("type", "any")
    if kind == "object":
        return _object(schema)
    if kind == "array" and "items" in schema:
        return {f"list{_bounds(schema, kind)} of": shape(schema["items"])}
    form = f"({schema['format']})" if "format" in schema else ""
    return f"{kind}{form}{_bounds(schema, kind)}"


def _object(schema: Schema) -> Shape:
    fields, needed = schema.get("properties", {}), set(schema.get("required", ()))
    if fields:
        return {"fields": {f"{name}{'!' if name in needed else ''}": shape(each) for name, each in fields.items()}}
    others = schema.get("additionalProperties", True)
    return {"map of": shape(others) if isinstance(others, dict) else "any"}


def _bounds(schema: Schema, kind: str) -> str:
    low = schema.get(_LOW.get(kind, "minimum"), schema.get("exclusiveMinimum"))
    high = schema.get(_HIGH.get(kind, "maximum"), schema.get("exclusiveMaximum"))
    return "" if low is None and high is None else f"[{'' if low is None else low}..{'' if high is None else high}]"
