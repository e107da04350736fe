"""A part of the committed document: some operations, with whatever these refer to."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "openapi" / "openapi.json"


def part(used: Collection[str], folder: Path) -> Path:
    """The file of a document with the operations that are named; of their links those among them."""
    whole = json.loads(DOCUMENT.read_text())
    paths: dict[str, Any] = {}
    for path, item in whole["paths"].items():
        for method, operation in item.items():
            if operation["operationId"] in used:
                paths.setdefault(path, {})[method] = operation
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
