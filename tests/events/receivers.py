"""Receivers of webhooks for tests: servers of bytes on this machine that note what comes and answer as told."""

import asyncio
import contextlib
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import new as hmac

import orjson


@dataclass(frozen=True)
class Received:
    """A message that came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def told(self):
        return orjson.loads(self.body)


Answering = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


def saying(status=200, headers="", body=b""):
    """An answer of this status."""

    async def answer(_received, writer):
        writer.write(f"HTTP/1.1 {status} Said\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return answer


def in_turn(*answers):
    """One answer after another, whoever asks; the last one for good."""
    left = list(answers)

    async def answer(received, writer):
        await (left.pop(0) if len(left) > 1 else left[0])(received, writer)

    return answer


@dataclass
class Receiver:
    """What came, in order, and where it is sent to."""

    answer: Answering
    port: int = 0
    received: list[Received] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    ended: int = 0  # connections

    def url(self, path="/hook", *, scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}{path}"

    async def holding(self, _received, writer):
        """An answer that does not come until `held` is set."""
        await self.held.wait()
        await saying(200)(_received, writer)

    def ids(self, path=None):
        return [one.id for one in self.received if path in {None, one.path}]

    async def serve(self, reader, writer):
        try:
            while True:
                received = await _read(reader)
                self.received.append(received)
                await self.answer(received, writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            self.ended += 1
        finally:
            writer.transport.abort()


async def _read(reader):
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    return Received(first.split()[1], headers, await reader.readexactly(int(headers.get("content-length", 0))))


@asynccontextmanager
async def receiving(answer=None, *, context=None) -> AsyncIterator[Receiver]:
    """A receiver inside the block; it takes everything unless it is told what to answer."""
    receiver = Receiver(answer or saying(200))
    served = set()

    async def serve(reader, writer):
        if (task := asyncio.current_task()) is not None:
            served.add(task)
        with contextlib.suppress(asyncio.CancelledError):  # or the loop would call it an error
            await receiver.serve(reader, writer)

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=2048)
    receiver.port = listening.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        listening.close()
        for one in served:
            one.cancel()
        await asyncio.gather(*served, return_exceptions=True)


def signature(secret, received):
    """The signature by a secret, worked out from the specification alone: HMAC-SHA256 over id.timestamp.body."""
    signed = f"{received.id}.{received.headers['webhook-timestamp']}.".encode() + received.body
    return hmac(b64decode(secret.removeprefix("whsec_")), signed, sha256).digest()


def signatures(received):
    """Those that came with a message."""
    return [b64decode(one.removeprefix("v1,")) for one in received.headers["webhook-signature"].split(" ")]
