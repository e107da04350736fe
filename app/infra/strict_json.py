"""Strict JSON: what a request's body must be before anyone looks at what it says."""

import re
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.kernel.errors import Malformed

MAX_DEPTH = 32
# orjson refuses to write more than this many nested arrays and objects: our gauge of depth, at no extra walk.
_ORJSON_WRITES = 254
# How far a repeated key is looked for, to tell where it is.
_SEARCHED_BYTES = 256 * 1024
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_ESCAPED_COLON = re.compile(rb"(?<!\\)(?:\\\\)*\\u003[aA]")
_COLON = re.compile(rb"[ \t\r\n]*:")
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}]', re.DOTALL)


class _Gauge(threading.local):
    """As many lists inside one another as leave room for MAX_DEPTH more; made once, as that costs more than writing."""

    def __init__(self) -> None:
        self.innermost: list[object] = [None]
        self.outermost: list[object] = self.innermost
        for _ in range(_ORJSON_WRITES - MAX_DEPTH - 1):
            self.outermost = [self.outermost]


_gauge = _Gauge()


class NotJson(Malformed):
    """The body is not JSON."""


class RepeatedKey(Malformed):
    """An object has the same key twice."""


class TooDeep(Malformed):
    """The body is nested too deeply."""


class NulCharacter(Malformed):
    r"""A text holds the character \u0000."""


def loads(body: bytes) -> Any:
    r"""The value of `body`, UTF-8 JSON as RFC 8259 has it, made of dict, list, str, int, float, bool and None.

    Beyond the grammar refuses: a byte order mark, NaN and infinities (also as 1e400), lone surrogates, the character
    \u0000, a key twice in one object, and more than 32 arrays and objects inside one another.
    Integers outside [-2**63, 2**64) come back as floats, always finite.
    Raises a subclass of Malformed that says what and where; no message repeats any of the body.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotJson(f"{error.msg} (line {error.lineno}, column {error.colno})") from None
    escapes = b"\\" in body
    if escapes and b"\\u0000" in body and (found := _NUL.search(body)):
        raise NulCharacter(f"no text may hold the character \\u0000 ({_place(body, found.end() - 6)})")
    # Every ':' stands after a key or inside a text, and survives rewriting unless a repeated key is lost.
    colons = body.count(b":")
    if escapes and b"\\u003" in body:
        colons += sum(1 for _ in _ESCAPED_COLON.finditer(body))
    if colons != _rewritten(value, body).count(b":"):
        raise RepeatedKey(f"a key is there a second time in its object{_repeated_key_place(body)}")
    return value


def _rewritten(value: object, body: bytes) -> bytes:
    """`value` as JSON; refuses what is nested too deeply."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return orjson.dumps(value)
    _gauge.innermost[0] = value
    try:
        return orjson.dumps(_gauge.outermost)
    except orjson.JSONEncodeError:
        raise TooDeep(f"arrays and objects may be nested {MAX_DEPTH} deep") from None
    finally:
        _gauge.innermost[0] = None


def _repeated_key_place(body: bytes) -> str:
    """Where the first repeated key of the well-formed `body` stands; not looked for far, as that takes long."""
    keys: list[set[str]] = []
    for token in _TOKEN.finditer(body, 0, _SEARCHED_BYTES):
        text = token[0]
        if text == b"{":
            keys.append(set())
        elif text == b"}":
            keys = keys[:-1]
        elif keys and _COLON.match(body, token.end()):
            key = orjson.loads(text)
            if key in keys[-1]:
                return f" ({_place(body, token.start())})"
            keys[-1].add(key)
    return ""


def _place(body: bytes, offset: int) -> str:
    line, column = body.count(b"\n", 0, offset) + 1, offset - body.rfind(b"\n", 0, offset)
    return f"line {line}, column {column}"


class StrictRequest(Request):
    """A request whose JSON is strict."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = loads(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """A route that reads its body as strict JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly
