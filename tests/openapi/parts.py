"""A part of the committed document: some operations, with whatever these refer to."""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tests.openapi.fields import fields_of
from tests.openapi.reading import Described, described, resolved

DOCUMENT = Path(__file__).parents[2] / "openapi" / "openapi.json"


def part(used: Collection[str], folder: Path, *, untold: Collection[str] = ()) -> Path:
    """The file of a document with the operations that are named; of their links those among them.

    untold: names of parameters that no operation takes there.
    """
    whole = json.loads(DOCUMENT.read_text())
    paths: dict[str, Any] = {}
    for path, item in whole["paths"].items():
        for method, operation in item.items():
            if operation["operationId"] in used:
                paths.setdefault(path, {})[method] = operation
                taken = operation.get("parameters", [])
                operation["parameters"] = [one for one in taken if resolved(whole, one)["name"] not in untold]
                for answer in operation["responses"].values():
                    if "links" in answer:
                        answer["links"] = {name: link for name, link in answer["links"].items() if name in used}
    components: dict[str, Any] = {"securitySchemes": whole["components"]["securitySchemes"]}
    waiting = _references(paths)
    while waiting:
        kind, name = waiting.pop().removeprefix("#/components/").split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = whole["components"][kind][name]
            waiting += _references(components[kind][name])
    place = folder / "openapi.json"
    place.write_text(json.dumps({**whole, "paths": paths, "components": components, "webhooks": {}}))
    return place


def _references(told: Any) -> list[str]:
    if isinstance(told, list):
        return [one for each in told for one in _references(each)]
    if not isinstance(told, dict):
        return []
    own = [told["$ref"]] if isinstance(told.get("$ref"), str) else []
    return own + [one for each in told.values() for one in _references(each)]


def around(tag: str, document: dict[str, Any]) -> set[str]:
    """The operations of a tag, and those that make what these name: by their links, from wherever they are."""
    operations = {operation.name: operation for operation in described(document)}
    makers = _makers(document)
    found = {name for name, operation in operations.items() if tag in operation.body["tags"]}
    waiting = list(found)
    while waiting:
        for field in _named(document, operations[waiting.pop()]):
            new = makers.get(ending(field, makers) or "", set()) - found
            found |= new
            waiting += new
    return found


def ending(name: str, known: Collection[str]) -> str | None:
    """What is known by the end of a name: `owner_user_id` as `user_id`; none where nothing is."""
    while name not in known:
        _, found, name = name.partition("_")
        if not found:
            return None
    return name


def _makers(document: dict[str, Any]) -> Mapping[str, set[str]]:
    """Whose answers hold what a path wants, as their links say."""
    makers: dict[str, set[str]] = {}
    for operation in described(document):
        for answer in operation.body["responses"].values():
            for link in answer.get("links", {}).values():
                for name, told in resolved(document, link)["parameters"].items():
                    if told == "$response.body#/id" and operation.method == "post":
                        makers.setdefault(name, set()).add(operation.name)
    return makers


def _named(document: dict[str, Any], operation: Described) -> set[str]:
    fields = {name for _, name, _ in fields_of(document, operation.body) if name.endswith("_id")}
    return fields | set(re.findall(r"{(\w+)}", operation.path))
