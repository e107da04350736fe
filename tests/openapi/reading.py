"""Reads an OpenAPI document: its operations, references, and whether a value is what a schema says."""

from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # it has no types

METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Described:
    """An operation with the place where it stands."""

    path: str
    method: str
    body: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.body["operationId"])


def described(document: dict[str, Any]) -> list[Described]:
    return [
        Described(path, method, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a node refers to, or the node itself."""
    if "$ref" not in node:
        return node
    found: Any = document
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    assert isinstance(found, dict)
    return found


def faults(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """Why the value is not what the schema says; formats count."""
    whole = {**schema, "components": {"schemas": document["components"]["schemas"]}}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


def examples(document: dict[str, Any], media: dict[str, Any]) -> list[Any]:
    """The examples of a body or an answer."""
    if "example" in media:
        return [media["example"]]
    return [resolved(document, each)["value"] for each in media.get("examples", {}).values()]
