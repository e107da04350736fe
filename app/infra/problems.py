"""The one table from kinds of refusal to HTTP statuses, and the problem documents (RFC 9457) they become."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.infra import guard
from app.infra.faults import database_refusal
from app.infra.invalid_fields import field_problems
from app.kernel import errors
from app.kernel.errors import FieldProblem, Refusal

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 20
_MAX_TEXT = 500


class InternalError(Refusal):
    """Something went wrong on our side."""


class InvalidRequest(errors.Invalid):
    """Fields of the request cannot be right."""


class NoSuchPath(errors.NotFound):
    """Nothing is at this path."""


class MethodNotAllowed(Refusal):
    """The path does not take this method."""


# The nearest class counts.
STATUS: Mapping[type[Refusal], int] = {
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    MethodNotAllowed: 405,
    guard.BodyTooSlow: 408,
    guard.HeadersTooSlow: 408,
    errors.Conflict: 409,
    errors.Stale: 412,
    guard.BodyTooLarge: 413,
    guard.TargetTooLong: 414,
    guard.EncodedBody: 415,
    guard.NotJsonMedia: 415,
    errors.Invalid: 422,
    errors.VersionNeeded: 428,
    errors.TooMany: 429,
    guard.HeadersTooLarge: 431,
    guard.CallerGone: 499,
    InternalError: 500,
    errors.Unavailable: 503,
}
_HEADERS: Mapping[type[Refusal], tuple[tuple[str, str], ...]] = {
    errors.Unauthenticated: (("WWW-Authenticate", "Bearer"),),
    guard.BodyTooSlow: (("Connection", "close"),),
    guard.BodyTooLarge: (("Connection", "close"),),
}
_COMMON = (
    errors.Malformed,
    errors.Unauthenticated,
    errors.Forbidden,
    InvalidRequest,
    errors.TooMany,
    InternalError,
    errors.Unavailable,
)
_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def status_of(refusal: type[Refusal]) -> int:
    """The HTTP status of a kind of refusal."""
    return next((STATUS[kind] for kind in refusal.__mro__ if kind in STATUS), 500)


def name_of(refusal: type[Refusal]) -> str:
    """The kebab-case name that stands in the problem's URI."""
    return "-".join(_WORD_ENDS.split(refusal.__name__)).lower()


def title_of(refusal: type[Refusal]) -> str:
    """The first line of the docstring, less its full stop."""
    return (refusal.__doc__ or refusal.__name__).strip().splitlines()[0].rstrip(".")


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every kind of refusal there is, `kind` left out."""
    for each in kind.__subclasses__():
        yield each
        yield from refusals(each)


def refusal_for(error: BaseException) -> Refusal:
    """What any error means to the caller; InternalError if it is unforeseen."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid_request(error)
    if isinstance(error, HTTPException):
        # FastAPI turns what its reading of the body raises into a 400 of its own, and keeps the cause.
        return error.__cause__ if isinstance(error.__cause__, Refusal) else _http_refusal(error.status_code)
    return database_refusal(error) or InternalError("it has been logged under this request id")


def _invalid_request(error: RequestValidationError) -> Refusal:
    found = field_problems(error.errors()[:MAX_ERRORS], error.body)
    number = len(error.errors())
    return InvalidRequest(
        "1 field cannot be right" if number == 1 else f"{number} fields cannot be right", errors=found
    )


def _http_refusal(status: int) -> Refusal:
    known: dict[int, Refusal] = {
        404: NoSuchPath("no resource has this path"),
        405: MethodNotAllowed("see the Allow header"),
    }
    if status in known:
        return known[status]
    kind = next((kind for kind, its_status in STATUS.items() if its_status == status), None)
    if kind is None:
        kind = errors.Malformed if 400 <= status < 500 else InternalError
    return kind(HTTPStatus(status).phrase)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A problem ready to be sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def rendered(refusal: Refusal, *, instance: str, request_id: str) -> Rendered:
    """The problem document for `refusal`; `instance` is the request's path."""
    kind = type(refusal)
    status = status_of(kind)
    body = orjson.dumps(
        {
            "type": f"/problems/{name_of(kind)}",
            "title": title_of(kind),
            "status": status,
            "detail": _encodable(refusal.detail),
            "instance": _encodable(instance),
            "code": name_of(kind).replace("-", "_"),
            "request_id": request_id,
            "errors": [_shown(each) for each in refusal.errors[:MAX_ERRORS]],
        }
    )
    own = tuple(header for each in kind.__mro__ if each in _HEADERS for header in _HEADERS[each])
    return Rendered(status, (("Content-Type", MEDIA_TYPE), *own, *_retry_after(refusal, status)), body)


def _shown(problem: FieldProblem) -> dict[str, str]:
    return {
        "pointer": _encodable(problem.pointer),
        "code": problem.code,
        "message": _encodable(problem.message),
    }


def _retry_after(refusal: Refusal, status: int) -> tuple[tuple[str, str], ...]:
    seconds = getattr(refusal, "retry_after_seconds", 1 if status in {429, 503} else None)
    return () if seconds is None else (("Retry-After", str(seconds)),)


def _encodable(text: str) -> str:
    return text[:_MAX_TEXT].encode("utf-8", "replace").decode("utf-8")


def problems(*refused: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may refuse so; what every route may answer is added."""
    by_status: dict[int, list[type[Refusal]]] = {}
    for kind in (*refused, *_COMMON):
        by_status.setdefault(status_of(kind), []).append(kind)
    return {status: response_of(kinds) for status, kinds in sorted(by_status.items())}


def response_of(kinds: list[type[Refusal]]) -> dict[str, Any]:
    """How the OpenAPI document describes an answer that is one of these problems."""
    return {
        "description": ". ".join(dict.fromkeys(title_of(kind) for kind in kinds)),
        "x-problems": {name_of(kind).replace("-", "_"): title_of(kind) for kind in kinds},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
