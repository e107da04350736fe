"""The load generator: a few kept-open connections that each send their next request when the last was answered.

It writes and reads bare sockets, since a client library would cost more than the servers that are measured.
"""

import asyncio
import itertools
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import uvloop

PATIENCE_SECONDS = 30
_FINE = (b"HTTP/1.1 200", b"HTTP/1.1 202")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class UnexpectedAnswerError(RuntimeError):
    """A server answered something else than 200 or 202."""


def request(
    method: str, path: str, *, key: str = "", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    """A whole HTTP/1.1 request, as the service's callers send it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if key:
        lines.append(f"Authorization: Bearer {key}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Caller(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends again."""

    def __init__(self, requests: Iterator[bytes], done: asyncio.Future[None]) -> None:
        self._requests = requests
        self._done = done
        self._parts = bytearray()
        self._whole = 0  # the length of the answer that is arriving, once its head says so
        self._transport: asyncio.Transport | None = None
        self.answered = 0
        self.stopping = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is none by inheritance
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._parts += data
        if not self._whole and not self._head_read():
            return
        if len(self._parts) >= self._whole:
            self._answered()

    def _head_read(self) -> bool:
        end = self._parts.find(b"\r\n\r\n")
        if end < 0:
            return False
        length = _LENGTH.search(self._parts, 0, end)
        if not self._parts.startswith(_FINE) or length is None:
            self._fail(UnexpectedAnswerError(bytes(self._parts[:600]).decode("utf-8", "replace")))
            return False
        self._whole = end + 4 + int(length[1])
        return True

    def _answered(self) -> None:
        self._parts.clear()
        self._whole = 0
        self.answered += 1
        assert self._transport is not None
        if self.stopping:
            self._transport.close()
        else:
            self._transport.write(next(self._requests))

    def _fail(self, error: Exception) -> None:
        if not self._done.done():
            self._done.set_exception(error)
        assert self._transport is not None
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None) if self.stopping else self._done.set_exception(exc or ConnectionResetError())


def requests_a_second(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> float:
    """How many of the requests, over and over, the server on `port` answers in a second."""
    return uvloop.run(_load(port, requests, connections, seconds))


async def _load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> float:
    loop = asyncio.get_running_loop()
    endless = itertools.cycle(requests)
    callers = [_Caller(endless, loop.create_future()) for _ in range(connections)]
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)  # type: ignore[misc]  # bound now
    began, before = time.perf_counter(), sum(caller.answered for caller in callers)
    await asyncio.wait([caller._done for caller in callers], timeout=seconds)  # noqa: SLF001  # of this module
    took, after = time.perf_counter() - began, sum(caller.answered for caller in callers)
    for caller in callers:
        caller.stopping = True
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*(caller._done for caller in callers))  # noqa: SLF001  # of this module
    return (after - before) / took
