"""Schemas in the words of OpenAPI 3.0, each with one type: what importers of CRMs understand.

OpenAPI 3.1 says with alternatives what 3.0 has other words for, or none:

- null beside one type is `nullable`; beside a list of choices these are told in the description instead, since in 3.0
  null would have to be one of them, and importers refuse that;
- what may be given as an id of ours or by the id that the CRM has is given by the CRM's (an object);
- a value that may be a number, a text or a flag is of any type;
- an object of one of several kinds is any object;
- bounds that are no part of their range, constants, and forms of text that 3.0 does not name are told in its words.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.infra.documents.plugins import LEFT_OUT

Schema = dict[str, Any]
PREFIX = "#/components/schemas/"
FORMS = frozenset({"date", "date-time", "int32", "int64", "float", "double", "byte", "binary"})
_KEPT = (
    "type", "description", "enum", "default", "minimum", "maximum", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "minProperties", "maxProperties", "required",
)  # fmt: skip
_WORDS = ("description",)
_NUMBERS = {"integer", "number"}


class Plainer:
    """Tells the schemas of one document in plainer terms, and remembers which it was asked for."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def of(self, schema: Schema, owner: str = "") -> Schema:
        """The schema in plainer terms; `owner` is the name of the schema that it stands in."""
        words = {key: schema[key] for key in _WORDS if key in schema}
        if "$ref" in schema:
            return {"$ref": schema["$ref"]}
        if "allOf" in schema:
            return {**self._completed(schema), **words}
        branches = schema.get("anyOf") or schema.get("oneOf")
        return self._one_of(branches, words, owner) if branches else self._itself(schema, owner)

    def reached(self, told: Any) -> dict[str, Schema]:
        """Every named schema that is reached from what is told, in plainer terms, by name."""
        made: dict[str, Schema] = {}
        waiting = sorted(_named_in(told))
        while waiting:
            name = waiting.pop()
            if name not in made:
                made[name] = self.of(self._schemas[name], name)
                waiting += sorted(_named_in(made[name]) - made.keys())
        return dict(sorted(made.items()))

    def _completed(self, schema: Schema) -> Schema:
        """A named schema with more fields needed, written out."""
        of: str = schema["allOf"][0]["$ref"].removeprefix(PREFIX)
        made = self.of(self._schemas[of], of)
        needed = {*made.get("required", ()), *schema.get("required", ())}
        return {**made, "required": sorted(needed)} if needed else made

    def _one_of(self, branches: list[Schema], words: Schema, owner: str) -> Schema:
        told = [each for each in branches if each.get("type") != "null"]
        made = self._alone(told, owner)
        return _or_null(made, words) if len(told) < len(branches) else _with_words(made, words)

    def _alone(self, told: list[Schema], owner: str) -> Schema:
        """The one way of saying it that is left of several."""
        if len(told) == 1:
            return self.of(told[0], owner)
        objects = [each for each in told if "$ref" in each or each.get("type") == "object"]
        if objects and len(objects) < len(told):
            return self.of(objects[0], owner)
        if objects:
            return {"type": "object", "additionalProperties": True}
        kinds = {each.get("type") for each in told}
        if len(kinds) == 1:
            return {"type": kinds.pop()}
        return {"type": "number"} if kinds == _NUMBERS else {}

    def _itself(self, schema: Schema, owner: str) -> Schema:
        made = {key: schema[key] for key in _KEPT if key in schema}
        if schema.get("format") in FORMS:
            made["format"] = schema["format"]
        made |= _bounds(schema) | _constant(schema)
        if "items" in schema:
            made["items"] = self.of(schema["items"], owner)
        if made.get("type") == "object":
            made |= self._fields(schema, owner)
        return made

    def _fields(self, schema: Schema, owner: str) -> Schema:
        fields = {
            name: self.of(each, owner)
            for name, each in schema.get("properties", {}).items()
            if f"{owner}.{name}" not in LEFT_OUT
        }
        if fields:
            return {"properties": fields}
        others = schema.get("additionalProperties") or next(iter(schema.get("patternProperties", {}).values()), True)
        return {"additionalProperties": self.of(others, owner) if isinstance(others, dict) else True}


def _bounds(schema: Schema) -> Schema:
    made: Schema = {}
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.title()}"
        if exclusive in schema:
            made |= {bound: schema[exclusive], exclusive: True}
    return made


def _constant(schema: Schema) -> Schema:
    return {"type": schema.get("type", "string"), "enum": [schema["const"]]} if "const" in schema else {}


def _or_null(made: Schema, words: Schema) -> Schema:
    if "$ref" in made:
        return {"type": "object", "nullable": True, "allOf": [made], **words}
    if "enum" in made:
        choices = f"One of: {', '.join(str(each) for each in made['enum'])}"
        told = words.get("description", "").rstrip(".")
        return {"type": made["type"], "nullable": True, "description": f"{told}. {choices}" if told else choices}
    return {**made, **words, "nullable": True} if "type" in made else {**made, **words}


def _with_words(made: Schema, words: Schema) -> Schema:
    return made if "$ref" in made else {**made, **words}


def _named_in(told: Any) -> set[str]:
    return {each.removeprefix(PREFIX) for each in _references(told)}


def _references(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        if isinstance(told.get("$ref"), str):
            yield told["$ref"]
        for each in told.values():
            yield from _references(each)
    elif isinstance(told, list):
        for each in told:
            yield from _references(each)
