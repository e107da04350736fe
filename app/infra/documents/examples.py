"""Examples of what is sent and answered, made from the schemas, so that none can fall behind them."""

from importlib.resources import files
from typing import Any

import orjson

from app.infra.documents.operations import all_of

Schema = dict[str, Any]
PREFIX = "#/components/schemas/"
# Answers that are no JSON, and the samples that they have.
_OTHER_MEDIA = {"text/event-stream": "events", "text/plain": "text"}
_FALLBACKS = {"boolean": True, "null": None, "integer": 1, "number": 1}
_FORMS = {
    "uuid": "0199a1ff-7a7a-7b6b-8c5c-4d4d3e3e2f2f",
    "date": "2025-06-30",
    "date-time": "2025-06-30T12:00:00Z",
}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict,
    "null": type(None),
}  # fmt: skip


# What stands where `samples.json` has nothing that would do; a test sees to it that it stands nowhere.
LACKING = "(no example)"


class Samples:
    """Makes the examples of one document.

    What a field holds is looked up by its name in `samples.json`: values of which the first that the field takes is
    shown. `schemas` there holds whole examples, where fields have to go together.
    """

    def __init__(self, schemas: dict[str, Schema]) -> None:
        kept = orjson.loads(files(__package__).joinpath("samples.json").read_bytes())
        self._whole: dict[str, Any] = kept["schemas"]
        self._fields: dict[str, list[Any]] = kept["fields"]
        self._schemas = schemas

    def of(self, schema: Schema, name: str = "", owner: str = "") -> Any:
        """A value that the schema takes; `name` is the field's and `owner` its schema's."""
        known = [*self._fields.get(f"{owner}.{name}", ()), *schema.get("examples", ()), *self._fields.get(name, ())]
        for value in known:
            if self.takes(schema, value):
                return value
        if "$ref" in schema:
            within = schema["$ref"].removeprefix(PREFIX)
            new = f"New{within.removesuffix('Body')}"  # shows more than a change does
            return self.named(new if within.endswith("Body") and new in self._schemas else within)
        return self._made(schema, name, owner)

    def named(self, name: str) -> Any:
        """The example of a schema that has a name."""
        schema = self._schemas[name]
        if name in self._whole:
            return self._whole[name]
        if "examples" in schema:
            return schema["examples"][0]
        if "allOf" in schema:
            return self._of_a_new(schema)
        return self._made(schema, "", name)

    def _of_a_new(self, schema: Schema) -> Any:
        of: str = schema["allOf"][0]["$ref"].removeprefix(PREFIX)
        example = self._made(self._schemas[of], "", of)
        if "account" not in schema["required"] and "account" in example:
            del example["account"]
        return example

    def _made(self, schema: Schema, name: str, owner: str) -> Any:
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return self.of(schema[key][0], name, owner)
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema, owner)
        if kind == "array":
            return [self.of(schema["items"], name, owner)]
        if kind in _FALLBACKS:
            return schema.get("default", schema.get("minimum", _FALLBACKS[kind]))
        return _FORMS.get(schema.get("format", ""), LACKING)

    def _object(self, schema: Schema, owner: str) -> dict[str, Any]:
        fields = schema.get("properties", {})
        made = {name: self.of(each, name, owner) for name, each in fields.items()}
        needed = schema.get("required", ())
        # What may be left out is left out where nothing is said of it.
        return {name: value for name, value in made.items() if value is not None or name in needed}

    def takes(self, schema: Schema, value: Any) -> bool:
        """Whether a sample is of the schema's kind; whole validity is for the tests to see."""
        if "$ref" in schema:
            return isinstance(value, dict) and self.takes(self._schemas[schema["$ref"].removeprefix(PREFIX)], value)
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return any(self.takes(each, value) for each in schema[key])
        if "enum" in schema and value not in schema["enum"]:
            return False
        expected = _TYPES.get(schema.get("type", ""), object)
        if not isinstance(value, expected) or (isinstance(value, bool) and expected not in {bool, object}):
            return False
        if isinstance(value, dict) and "properties" in schema:
            return set(value) <= set(schema["properties"])
        return _fits(schema, value)


def _fits(schema: Schema, value: Any) -> bool:
    form = schema.get("format")
    if isinstance(value, str) and form in {"date", "date-time", "uuid"}:
        return {"date": 10, "uuid": 36}.get(form, 20) == len(value) and "-" in value
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        return bool(low <= value <= high)
    return True


def add(document: dict[str, Any]) -> None:
    """Give every parameter, body and answer of the document its example."""
    components = document["components"]
    samples = Samples(components["schemas"])
    kept = components.setdefault("examples", {})
    parameters = [*components["parameters"].values()]
    for _, _, operation in all_of(document):
        parameters += [each for each in operation.get("parameters", ()) if "$ref" not in each]
        for kind, media in _media(operation):
            schema = media.get("schema", {})
            if "$ref" in schema:
                name = schema["$ref"].removeprefix(PREFIX)
                kept[name] = {"value": samples.named(name)}
                media["examples"] = {"example": {"$ref": f"#/components/examples/{name}"}}
            elif "example" not in media:
                media["example"] = samples.of(schema, _OTHER_MEDIA.get(kind, ""))
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter["example"] = samples.of(parameter["schema"], parameter["name"], "path")


def _media(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [answer.get("content", {}) for answer in operation["responses"].values()]
    return [each for content in contents for each in content.items()]
