"""Answers of operations: what they mean, their headers, and problems that stand once for all operations."""

from typing import Any

import orjson

from app.infra import guard
from app.infra.documents.operations import all_of
from app.infra.problems import MEDIA_TYPE, InternalError, InvalidRequest, rendered
from app.infra.strict_json import NotJson
from app.kernel import errors
from app.kernel.errors import FieldProblem, Refusal

Answer = dict[str, Any]
REQUEST_ID = "0199f3a2-7c1e-7b44-9f0e-5d1a2b3c4d5e"
ACCEPTED = "JobAccepted"  # the answer that leads to a job
_SUCCESS = {"200": "OK", "201": "Created", "202": "Accepted", "204": "Done; there is nothing to tell"}
# Answers that only those who showed a good key can get.
_COUNTED = frozenset({"403", "404", "409", "412", "422", "428", "429"})


def _header(description: str, example: Any, **schema: Any) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", **schema}, "example": example}


HEADERS = {
    "RequestId": {
        **_header("Names this request in the logs; the caller's own `X-Request-Id` if it is well formed", REQUEST_ID),
        "required": True,
    },
    "RateLimit": _header("What is left to this key, and in how many seconds that is renewed", '"default";r=599;t=60'),
    "RateLimitPolicy": _header("How many requests a key has in a window of seconds", '"default";q=600;w=60'),
    "RetryAfter": _header("After how many seconds to try again", 1, type="integer", minimum=0),
    "WWWAuthenticate": _header("How to show who is calling", "Bearer"),
    "ETag": _header("The `version`, to be sent back in `If-Match`", '"3"'),
    "Location": _header(
        "The address of what was made", "/v1/jobs/0199a1f0-6d6d-7e7e-8f8f-9a9aababbcbc", format="uri-reference"
    ),
    "IdempotencyReplayed": _header(
        "There when this is the answer to an earlier request with the same `Idempotency-Key`", "true", enum=["true"]
    ),
}
# Status -> its component, what it means, and one of its kind.
PROBLEMS: dict[str, tuple[str, str, Refusal]] = {
    "400": ("BadRequest", "The request cannot be read", NotJson("unexpected character (line 1, column 12)")),
    "401": ("Unauthorized", "There is no valid key", errors.Unauthenticated("send Authorization: Bearer and a key")),
    "403": ("Forbidden", "The key may not do this", errors.Forbidden("this needs the scope accounts:write")),
    "404": ("NotFound", "There is no such record", errors.NotFound("no record has this id")),
    "408": ("RequestTimeout", "The request was too slow", guard.BodyTooSlow("a body has to arrive within 10 seconds")),
    "409": ("Conflict", "It does not fit the present state", errors.Conflict("other records refer to this one")),
    "412": ("PreconditionFailed", "Somebody else was faster", errors.Stale("its version is 4 now")),
    "413": ("ContentTooLarge", "The body is too large", guard.BodyTooLarge("a body may be 5242880 bytes long")),
    "414": ("URITooLong", "Path and query are too long", guard.TargetTooLong("path and query may be 8192 bytes long")),
    "415": ("UnsupportedMediaType", "The body is no plain JSON", guard.NotJsonMedia("send application/json")),
    "422": (
        "Unprocessable",
        "What was sent cannot be right",
        InvalidRequest(
            "1 field cannot be right",
            errors=[FieldProblem("/employees", "int_type", "Input should be a valid integer")],
        ),
    ),
    "428": ("PreconditionRequired", "If-Match is needed", errors.VersionNeeded("send If-Match with the ETag")),
    "429": ("TooManyRequests", "The key has used up its requests", errors.TooMany("this key has used up its requests")),
    "500": ("InternalError", "Our fault", InternalError("it has been logged under this request id")),
    "503": ("Unavailable", "Not available for the moment", errors.Unavailable("the database is away")),
}


def complete(document: dict[str, Any]) -> None:
    """Complete every answer in the document."""
    components = document["components"]
    components["headers"] = HEADERS
    components["responses"] = {name: _problem(status) for status, (name, _, _) in PROBLEMS.items()}
    located = _located(document)
    for _, method, operation in all_of(document):
        keyed = bool(operation.get("security"))
        for status, answer in operation["responses"].items():
            if "x-problems" in answer:
                operation["responses"][status] = _shared(status, answer["x-problems"])
                continue
            schema = components["schemas"].get(_named(answer), {})
            answer["description"] = _meaning(status, answer["description"], schema)
            names = _rates() if keyed else {}
            if "version" in schema.get("properties", {}):
                names["ETag"] = "ETag"
            if _named(answer) == ACCEPTED or (status == "201" and _named(answer) in located):
                names["Location"] = "Location"
            if method == "post" and keyed:
                names["Idempotency-Replayed"] = "IdempotencyReplayed"
            answer["headers"] = _referred({"X-Request-Id": "RequestId", **names})


def _problem(status: str) -> Answer:
    _, description, refusal = PROBLEMS[status]
    names = {"X-Request-Id": "RequestId"}
    if status in _COUNTED:
        names |= _rates()
    if status == "401":
        names["WWW-Authenticate"] = "WWWAuthenticate"
    if status in {"429", "503"}:
        names["Retry-After"] = "RetryAfter"
    example = orjson.loads(rendered(refusal, instance="/v1/accounts", request_id=REQUEST_ID).body)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "headers": _referred(names),
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }


def _rates() -> dict[str, str]:
    return {"RateLimit": "RateLimit", "RateLimit-Policy": "RateLimitPolicy"}


def _referred(names: dict[str, str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{kind}"} for name, kind in names.items()}


def _shared(status: str, kinds: dict[str, str]) -> Answer:
    told = ". ".join(f"{title} (`{code}`)" for code, title in kinds.items())
    return {"$ref": f"#/components/responses/{PROBLEMS[status][0]}", "description": told}


def _named(answer: Answer) -> str:
    """The name of the answer's schema, if it has one."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    name: str = schema.get("$ref", "").rpartition("/")[2]
    return name


def _meaning(status: str, told: str, schema: dict[str, Any]) -> str:
    if told != "Successful Response":
        return told
    first: str = schema.get("description", "").split(". ")[0].rstrip(".")
    return first if first and status == "200" else _SUCCESS[status]


def _located(document: dict[str, Any]) -> set[str]:
    """The schemas of what has an address of its own, and of what is answered when such is made."""
    addressed = {path for path, method, _ in all_of(document) if method == "get" and path.endswith("_id}")}
    found = set()
    for path, method, operation in all_of(document):
        answers = operation["responses"]
        if path in addressed and method == "get":
            found.add(_named(answers["200"]))
        if method == "post" and "201" in answers and any(one.rpartition("/")[0] == path for one in addressed):
            found.add(_named(answers["201"]))
    return found
