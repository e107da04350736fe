"""The queue's own connection: made again whenever it is lost, while whoever asked waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self, TypeAlias, TypeVar

import asyncpg
import structlog
from pgqueuer.adapters.drivers.asyncpg import Relay
from pgqueuer.core.tm import TaskManager
from pgqueuer.ports.driver import Driver, NotifyCallback

from app.infra.db import APPLICATION, plain_url
from app.infra.faults import database_refusal
from app.kernel.errors import Unavailable

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Connect = Callable[[], Awaitable[Connection]]
T = TypeVar("T")

_CONNECT_SECONDS = 5
_STATEMENT_SECONDS = 10
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 1.0
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


def connecting(url: str, *, role: str) -> Connect:
    """How the queue reaches its database; it listens, so `url` must not lead through a transaction pooler."""

    async def connect() -> Connection:
        return await asyncpg.connect(
            plain_url(url),
            timeout=_CONNECT_SECONDS,
            command_timeout=_STATEMENT_SECONDS,
            server_settings={
                "role": role,
                "application_name": f"{APPLICATION} queue",
                "timezone": "UTC",
                "statement_timeout": str(_STATEMENT_SECONDS * 1000),
                "jit": "off",
            },
        )

    return connect


class LineClosed(ConnectionError):
    """Its owner has closed the line."""


class Line(Driver):
    """Carries the queue library's statements. All of them may be said twice, so a lost one is said again."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: Connection | None = None
        self._listeners: list[tuple[str, NotifyCallback]] = []
        self._lock = asyncio.Lock()
        self._shutdown = asyncio.Event()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return [dict(row) for row in await self._said(lambda connection: connection.fetch(query, *args))]

    async def execute(self, query: str, *args: object) -> str:
        return await self._said(lambda connection: connection.execute(query, *args))

    async def notify(self, channel: str, payload: str) -> None:
        await self.execute("SELECT pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Listen for as long as the line lives, through every loss of the connection."""
        await self._said(lambda connection: connection.add_listener(channel, Relay(callback)))
        self._listeners.append((channel, callback))

    async def _said(self, say: Callable[[Connection], Awaitable[T]]) -> T:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            async with self._lock:
                try:
                    return await say(await self._opened())
                except _LOST as error:
                    refusal = database_refusal(error)
                    self._drop()
                    if self._shutdown.is_set() or not isinstance(refusal, Unavailable):
                        raise
                    structlog.get_logger().warning(
                        "queue_waits_for_database",
                        error_class=type(error).__name__,
                        sqlstate=getattr(error, "sqlstate", None),
                        delay_seconds=pause,
                    )
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _opened(self) -> Connection:
        if self._shutdown.is_set():
            raise LineClosed
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
            for channel, callback in self._listeners:
                await self._connection.add_listener(channel, Relay(callback))
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    def close(self) -> None:
        """Close the connection; whoever waits for one, or asks from now on, is told so."""
        self._shutdown.set()
        self._drop()

    @property
    def shutdown(self) -> asyncio.Event:
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """The owner closes the line; those who borrow it do not."""
