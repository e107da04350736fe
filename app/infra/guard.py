"""What a request must be before a route sees it: bounded in size and time, readable, JSON where JSON is meant."""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.infra.request_ids import Headers
from app.kernel.errors import Malformed, Refusal

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_DIGITS = re.compile(rb"\d{1,18}")
_JSON = re.compile(rb'application/(?:[a-z0-9.!#$&^_+-]+\+)?json *(?:; *charset="?utf-?8"? *)?', re.IGNORECASE)
_WRITES = frozenset({"POST", "PUT", "PATCH"})


class TargetTooLong(Malformed):
    """The path and query are too long."""


class HeadersTooLarge(Malformed):
    """The headers are too large."""


class HeadersTooSlow(Malformed):
    """The headers took too long to arrive."""


class UnreadableTarget(Malformed):
    """The path or query cannot be read."""


class UnreadableHeaders(Malformed):
    """A header cannot be read."""


class EncodedBody(Malformed):
    """Bodies must not be compressed."""


class NotJsonMedia(Malformed):
    """The body must be application/json in UTF-8."""


class BodyTooLarge(Malformed):
    """The body is too large."""


class BodyTooSlow(Malformed):
    """The body took too long to arrive."""


class CallerGone(Refusal):
    """The caller went away."""


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """How much a request may be, and where bodies need not be JSON."""

    body_bytes: int = 5 * 1024 * 1024
    # A larger body is read and thrown away up to here, since most callers read no answer before they have sent all.
    drained_bytes: int = 20 * 1024 * 1024
    body_seconds: float = 10.0
    header_bytes: int = 32 * 1024
    header_count: int = 100
    target_bytes: int = 8 * 1024
    json_under: str = "/v1"
    # Bodies of other media types are left to the route here: prefixes of paths.
    any_media_under: tuple[str, ...] = ()


class Guard:
    """ASGI middleware that refuses what no route should have to think of, and hands on whole bodies only."""

    def __init__(self, app: ASGIApp, limits: GuardLimits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        _check_target(scope, self.limits)
        declared_bytes = _check_headers(scope["headers"], self.limits)
        if declared_bytes != 0:
            body = await _whole_body(scope, receive, declared_bytes, self.limits)
            if body and self._needs_json(scope):
                _check_media_type(scope["headers"])
            receive = _replayed(body, receive)
        await self.app(scope, receive, send)

    def _needs_json(self, scope: Scope) -> bool:
        path: str = scope["path"]
        if scope["method"] not in _WRITES or not path.startswith(self.limits.json_under):
            return False
        return not path.startswith(self.limits.any_media_under) if self.limits.any_media_under else True


def _check_target(scope: Scope, limits: GuardLimits) -> None:
    path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
    query: bytes = scope["query_string"]
    if len(path) + len(query) > limits.target_bytes:
        raise TargetTooLong(f"path and query may be {limits.target_bytes} bytes long")
    if not _plain(path):
        raise UnreadableTarget("the path holds control characters, or is not UTF-8")
    if query and not _plain(query):
        raise UnreadableTarget("the query holds control characters, or is not UTF-8")


def _plain(part: bytes) -> bool:
    """Whether `part` is UTF-8 text without control characters once its %-escapes are undone."""
    if b"%" in part:
        part = unquote_to_bytes(part)
    if _CONTROL.search(part):
        return False
    if part.isascii():
        return True
    try:
        part.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_headers(headers: Headers, limits: GuardLimits) -> int | None:
    """The size of the body as declared: 0 if there is none, None if it is not known beforehand."""
    size, declared, chunked = 0, 0, False
    if len(headers) > limits.header_count:
        raise HeadersTooLarge(f"there may be {limits.header_count} headers")
    for name, value in headers:
        size += len(name) + len(value) + 4
        if name == b"content-length":
            declared = _content_length(value)
        elif name == b"transfer-encoding":
            chunked = True
        elif name == b"content-encoding" and value.strip().lower() not in {b"", b"identity"}:
            raise EncodedBody("send the body without Content-Encoding")
        if b"\x00" in value:
            raise UnreadableHeaders("a header holds a NUL character")
    if size > limits.header_bytes:
        raise HeadersTooLarge(f"headers may take {limits.header_bytes} bytes")
    return None if chunked else declared


def _content_length(value: bytes) -> int:
    if not _DIGITS.fullmatch(value):
        raise UnreadableHeaders("Content-Length is not a number")
    return int(value)


def _check_media_type(headers: Headers) -> None:
    media_types = [value for name, value in headers if name == b"content-type"]
    if len(media_types) != 1 or not is_json(media_types[0]):
        raise NotJsonMedia("send Content-Type: application/json, in UTF-8")


def is_json(media_type: bytes) -> bool:
    """Whether a Content-Type is JSON in UTF-8."""
    return _JSON.fullmatch(media_type.strip()) is not None


async def _whole_body(scope: Scope, receive: Receive, declared_bytes: int | None, limits: GuardLimits) -> bytes:
    too_large = BodyTooLarge(f"a body may be {limits.body_bytes} bytes long")
    if (
        declared_bytes is not None
        and declared_bytes > limits.body_bytes
        and not _worth_draining(scope, declared_bytes, limits)
    ):
        raise too_large
    try:
        async with asyncio.timeout(limits.body_seconds):
            body = await _read(receive, limits)
    except TimeoutError:
        raise BodyTooSlow(f"the whole body has to arrive within {limits.body_seconds:g} s") from None
    if body is None:
        raise too_large
    return body


def _worth_draining(scope: Scope, declared_bytes: int, limits: GuardLimits) -> bool:
    waits_for_leave = any(name == b"expect" for name, _ in scope["headers"])
    return declared_bytes <= limits.drained_bytes and not waits_for_leave


async def _read(receive: Receive, limits: GuardLimits) -> bytes | None:
    """The whole body, or None if it is too large (of which no more than the limit was ever kept)."""
    chunks: list[bytes] = []
    size = 0
    while size <= limits.drained_bytes:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGone("the body did not arrive whole")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limits.body_bytes:
            chunks.clear()
        else:
            chunks.append(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(chunks) if size <= limits.body_bytes else None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body already read, then what the connection says."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
