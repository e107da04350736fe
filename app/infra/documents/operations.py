"""Operations as they are read: short ids, summaries, who may call them, and the headers that all of a kind take."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.infra import idempotency
from app.infra.problems import name_of, title_of
from app.kernel.errors import Refusal

Operation = dict[str, Any]
PARAMETERS = "#/components/parameters/"
METHODS = ("get", "put", "post", "patch", "delete")
_SENTENCE_ENDS = re.compile(r"[.:;]\s|\.$")
_ALWAYS_NEEDED = "if_match_needed"  # other refusals by 428 depend on what is there
_HEADERS = {"if-match": "If-Match"}  # FastAPI tells the names of headers in lower case
_SHARED = {
    "limit": "Limit",
    "cursor": "Cursor",
    "sort": "Sort",
    "If-Match": "IfMatch",
    "Idempotency-Key": "IdempotencyKey",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of the caller's own, such as a UUID: sent again with it, the request has no second effect"
    " and gets the first answer, for 24 hours",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": idempotency.MAX_KEY_LENGTH,
        "examples": ["6f1c2d9e-close-q4"],
    },
}
_ONCE: dict[str, tuple[type[Refusal], ...]] = {
    "400": (idempotency.IdempotencyKeyUnusable,),
    "409": (idempotency.StillRunning,),
    "422": (idempotency.IdempotencyKeyReused,),
}


def complete(document: dict[str, Any], app: FastAPI) -> None:
    """Complete every operation of the document with what its route and its method tell."""
    routes = {
        (context.path_format, method.lower()): context
        for context in iter_route_contexts(app.routes)
        for method in context.methods or ()
    }
    shared = document["components"].setdefault("parameters", {})
    for path, method, operation in all_of(document):
        _name(operation, routes[path, method])
        if method == "post" and operation.get("security"):
            _take_once(operation)
        elif not operation.get("parameters") and "requestBody" not in operation:
            operation["responses"].pop("422", None)
        _narrow(operation, shared)
        _say_what_a_new_one_needs(operation, document["components"]["schemas"])


def all_of(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Each path, method and operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _name(operation: Operation, route: Any) -> None:
    told = (route.description or "").strip()
    operation["operationId"] = route.operation_id or route.name
    operation["summary"] = route.summary or _SENTENCE_ENDS.split(told, maxsplit=1)[0]
    words = [told] if told.rstrip(".") not in {"", operation["summary"]} else []
    operation["description"] = "\n\n".join([*words, _who(operation)])


def _who(operation: Operation) -> str:
    if not operation.get("security"):
        return "Takes no key."
    if "invitation" in operation["security"][0]:
        return "Needs an invitation to the calibration."
    scopes = operation["security"][0]["api_key"]
    return f"Needs a key with the scope `{scopes[0]}`." if scopes else "Any key of the organization will do."


def _take_once(operation: Operation) -> None:
    operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    for status, refused in _ONCE.items():
        answer = operation["responses"].setdefault(status, {})
        kinds = answer.setdefault("x-problems", {})
        kinds.update({name_of(kind).replace("-", "_"): title_of(kind) for kind in refused})


def _narrow(operation: Operation, shared: dict[str, Any]) -> None:
    """Parameters that many operations take stand once; what is absent is simply not sent, so null is no value."""
    narrowed = []
    for taken in operation.get("parameters", ()):
        parameter = {**taken, "name": _HEADERS.get(taken["name"], taken["name"]), "schema": _given(taken["schema"])}
        name = _SHARED.get(parameter["name"])
        if name == "IfMatch" and _ALWAYS_NEEDED in operation["responses"].get("428", {}).get("x-problems", ()):
            name, parameter["required"] = "IfMatchNeeded", True
        common = name is not None and shared.setdefault(name, parameter) == parameter
        narrowed.append({"$ref": f"{PARAMETERS}{name}"} if common else parameter)
    if narrowed:
        operation["parameters"] = narrowed


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of what is sent: never null, and described by the parameter itself."""
    schema = {key: value for key, value in schema.items() if key != "description"}
    if "anyOf" not in schema:
        return schema
    branches = [each for each in schema["anyOf"] if each.get("type") != "null"]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**branches[0], **rest} if len(branches) == 1 else {**rest, "anyOf": branches}


def _say_what_a_new_one_needs(operation: Operation, schemas: dict[str, Any]) -> None:
    """A body that is `$ref` with `required` beside it becomes a schema of its own, which generators understand."""
    media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = media.get("schema", {})
    if "$ref" not in schema or "required" not in schema:
        return
    of = schema["$ref"].rpartition("/")[2]
    name = "New" + operation["operationId"].removeprefix("create_").title().replace("_", "")
    described = f"{schemas[of]['description'].rstrip('.')}, with what a new one needs."
    schemas[name] = {"description": described, "allOf": [{"$ref": schema["$ref"]}], "required": schema["required"]}
    media["schema"] = {"$ref": f"#/components/schemas/{name}"}
