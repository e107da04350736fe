"""Schemas as readers and generators of clients want them: short names, no noise, one place for each shape."""

import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import orjson

Schema = dict[str, Any]
PREFIX = "#/components/schemas/"
_MAPS = ("properties", "patternProperties", "$defs")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLES = ("items", "additionalProperties", "not", "contains", "propertyNames")
# Inside of a union it has a name of its own: generators of clients cannot make one up twice.
_ANY_OBJECT: Schema = {"type": "object", "additionalProperties": True}
_PAGE = re.compile(r"Page_(\w+)_")
_SHOWN = re.compile(r"(?<=[a-z])(?:Answer|Shown)$")
# Generators of clients trip over a schema that is called like one of its own fields, or like its owner's field.
_CALLED = {"Contribution": "ScoreContribution", "Scenarios": "HealthScenarios", "SyncCounts": "SyncTally"}


def tidied(document: Schema) -> Schema:
    """The document with its schemas in order."""
    named: dict[str, Schema] = document["components"]["schemas"]
    made = _renamed(document, _names(list(named)))
    made = changed(made, _plain)
    same = {orjson.dumps(schema, option=orjson.OPT_SORT_KEYS): name for name, schema in _shapes(made)}
    made = changed(made, lambda schema: _referring(schema, same))
    meanings: Mapping[str, str] = orjson.loads(files(__package__).joinpath("meanings.json").read_bytes())
    if f'"{PREFIX}AnyObject"'.encode() in orjson.dumps(made):
        made["components"]["schemas"]["AnyObject"] = {"description": "Any JSON object.", **_ANY_OBJECT}
    for name, schema in made["components"]["schemas"].items():
        _explain(name, schema, meanings)
    return made


def _explain(name: str, schema: Schema, meanings: Mapping[str, str]) -> None:
    """What a field does not say of itself is said by its name, which means the same everywhere; or by both names."""
    if name.endswith("Page"):
        schema.setdefault("description", "One page of a list.")
    for field, each in schema.get("properties", {}).items():
        meaning = meanings.get(f"{name}.{field}", meanings.get(field))
        if meaning is not None and "$ref" not in each:
            each.setdefault("description", meaning)


def _shapes(document: Schema) -> list[tuple[str, Schema]]:
    return [
        (name, schema) for name, schema in document["components"]["schemas"].items() if schema.get("type") == "object"
    ]


def _names(names: list[str]) -> dict[str, str]:
    """What each name becomes: `Page_JobShown_` is `JobPage`, `JobShown` is `Job`, unless there is another of it."""
    short = {name: _called(_SHOWN.sub("", name)) for name in names}
    taken = [*short.values()]
    for name in names:
        if (page := _PAGE.fullmatch(name)) is not None:
            short[name] = f"{short.get(page[1], page[1])}Page"
        elif taken.count(short[name]) > 1:
            short[name] = name
    return short


def _called(name: str) -> str:
    return _CALLED.get(name, name)


def _renamed(document: Schema, names: dict[str, str]) -> Schema:
    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rename(each) for key, each in value.items()}
        if isinstance(value, list):
            return [rename(each) for each in value]
        if isinstance(value, str) and value.startswith(PREFIX):
            return PREFIX + names[value.removeprefix(PREFIX)]
        return value

    made: Schema = rename(document)
    made["components"]["schemas"] = {names[name]: schema for name, schema in made["components"]["schemas"].items()}
    return made


def changed(document: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """The document with every schema changed, those within others first."""
    components = dict(document["components"])
    components["schemas"] = {
        name: rebuilt(schema, change, named=True) for name, schema in components["schemas"].items()
    }
    return {**document, "components": components, "paths": _in_paths(document["paths"], change)}


def _in_paths(value: Any, change: Callable[[Schema], Schema]) -> Any:
    if isinstance(value, list):
        return [_in_paths(each, change) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: rebuilt(each, change) if key == "schema" else _in_paths(each, change) for key, each in value.items()}


def rebuilt(schema: Schema, change: Callable[[Schema], Schema], *, named: bool = False) -> Schema:
    """The schema with each schema inside it changed, then itself; a named one is never made to refer to itself."""
    made = dict(schema)
    for key in _MAPS:
        if key in made:
            made[key] = {name: rebuilt(each, change) for name, each in made[key].items()}
    for key in _LISTS:
        if key in made:
            made[key] = [rebuilt(each, change) for each in made[key]]
    for key in _SINGLES:
        if isinstance(made.get(key), dict):
            made[key] = rebuilt(made[key], change)
    final = change(made)
    return made if named and "$ref" in final else final


def _plain(schema: Schema) -> Schema:
    """Without titles made of names, without a null that is no default, and with whole bounds as whole numbers."""
    made = {key: _whole(value) for key, value in schema.items() if key != "title"}
    if "default" in made and made["default"] is None:
        del made["default"]
    return _with_words_outside(_default_in_words(made))


def _default_in_words(schema: Schema) -> Schema:
    """An object that is taken when nothing is given is told in words: clients cannot have it as a default."""
    if not isinstance(schema.get("default"), dict):
        return schema
    made = {key: value for key, value in schema.items() if key != "default"}
    told = f"`{orjson.dumps(schema['default']).decode()}` when not given"
    return {**made, "description": f"{made['description']}; {told}" if "description" in made else told.capitalize()}


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _with_words_outside(schema: Schema) -> Schema:
    """What is said of the one type beside null is said of the field."""
    branches = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if len(branches) != 1 or "$ref" in branches[0]:
        return schema
    (branch,) = branches
    words = {key: branch[key] for key in ("description", "examples") if key in branch}
    bare = {key: value for key, value in branch.items() if key not in words}
    if bare == _ANY_OBJECT:
        bare = {"$ref": f"{PREFIX}AnyObject"}
    return {**words, **schema, "anyOf": [bare if each is branch else each for each in schema["anyOf"]]}


def _referring(schema: Schema, same: dict[bytes, str]) -> Schema:
    """A reference, where the schema is a named one written out."""
    if schema.get("type") != "object" or "properties" not in schema:
        return schema
    name = same.get(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS))
    return schema if name is None else {"$ref": PREFIX + name}
