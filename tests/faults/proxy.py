"""What lies between the service and its database, for tests: a TCP proxy that can fail in every way that networks do.

Each direction of the traffic passes, is held up (the bytes come later, as after lost packets), or is swallowed. A
connection that has lost bytes is lost for good, as one to a machine that is gone; new ones fare as the proxy then is.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_RESET = struct.pack("ii", 1, 0)  # closed with nothing left to linger for, a socket sends RST


class Way(Enum):
    """What happens to bytes that go one way."""

    PASS = "pass"
    HOLD = "hold"
    SWALLOW = "swallow"


@dataclass(eq=False, slots=True)
class _Link:
    """A client's connection, and the one to the server that was made for it."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter

    def reset(self) -> None:
        for writer in (self.client, self.server):
            end = writer.get_extra_info("socket")
            if end is not None and end.family != socket.AF_UNIX:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()


@dataclass(slots=True)
class Proxy:
    """Listens on a port of this machine, and leads to the unix socket `target`."""

    target: Path
    port: int = 0
    delay_seconds: float = 0.0
    connections: int = 0
    swallowed: int = 0
    _up: Way = Way.PASS
    _down: Way = Way.PASS
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _links: set[_Link] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _listening: asyncio.Server | None = None

    async def accept(self) -> None:
        """Take connections, on the same port each time."""
        if self._listening is None:
            self._listening = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
            self.port = self._listening.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Refuse new connections; those that there are go on."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def let(self, *, up: Way = Way.PASS, down: Way = Way.PASS) -> None:
        """Do this from now on with what goes up to the server, and down to the client."""
        self._up, self._down = up, down
        self._moved.set()
        self._moved = asyncio.Event()

    def cut(self) -> None:
        """Reset every connection that there is."""
        for link in [*self._links]:
            link.reset()

    def half_close(self) -> None:
        """Tell every client that the server has nothing more to say, and go on listening to the client."""
        for link in self._links:
            link.client.write_eof()

    async def close(self) -> None:
        await self.refuse()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            from_server, server = await asyncio.open_unix_connection(str(self.target))
        except OSError:
            client.transport.abort()
            return
        link = _Link(client, server)
        self._links.add(link)
        pumps = {
            asyncio.create_task(self._pump(reader, server, "_up")),
            asyncio.create_task(self._pump(from_server, client, "_down")),
        }
        self._tasks |= pumps
        try:
            await asyncio.wait(pumps)
        finally:
            self._links.discard(link)
            self._tasks -= pumps
            for writer in (client, server):
                writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        lost = False
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                while getattr(self, way) is Way.HOLD and not lost:
                    await self._moved.wait()
                await asyncio.sleep(self.delay_seconds)
                lost = lost or getattr(self, way) is Way.SWALLOW
                if lost:
                    self.swallowed += len(data)
                else:
                    writer.write(data)
                    await writer.drain()
            if not lost:
                writer.write_eof()


@contextlib.asynccontextmanager
async def proxying(target: Path) -> AsyncIterator[Proxy]:
    """A proxy to the unix socket `target` that lets everything pass, until told otherwise."""
    proxy = Proxy(target)
    await proxy.accept()
    try:
        yield proxy
    finally:
        await proxy.close()


def socket_of(url: str) -> Path:
    """The unix socket of a database whose URL names a folder as its host."""
    return Path(parse_qs(urlsplit(url).query)["host"][0]) / ".s.PGSQL.5432"


def url_by(proxy: Proxy, url: str) -> str:
    """The database at `url`, by way of the proxy."""
    parts = urlsplit(url)
    return f"postgresql://{parts.username}:{parts.password}@127.0.0.1:{proxy.port}{parts.path}"
