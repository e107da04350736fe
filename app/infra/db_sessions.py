"""How a connection comes to work as the unprivileged role: from its start, or anew in each transaction of a pooler."""

from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
from sqlalchemy.engine.url import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

APPLICATION = "key-account-program"
_IDLE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Sessions:
    """What all connections of a process have in common.

    transaction_pooling: a pooler hands out another server connection for each transaction, so nothing that belongs to
    a session holds: no startup parameters, no statement that is known by its name later.
    """

    role: str
    pool_timeout_seconds: float
    statement_timeout_seconds: float
    transaction_pooling: bool = False

    def engine(self, url: str, pool_size: int) -> AsyncEngine:
        """An engine with at most so many connections."""
        pooled = {"prepared_statement_cache_size": 0, "prepared_statement_name_func": _nameless}
        return create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=self.pool_timeout_seconds,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={**self.arguments(), **(pooled if self.transaction_pooling else {})},
        )

    def arguments(self) -> dict[str, Any]:
        """What asyncpg is told where it connects."""
        patience = {"timeout": self.pool_timeout_seconds, "command_timeout": self.statement_timeout_seconds + 1}
        if not self.transaction_pooling:
            return {**patience, "server_settings": self._settings()}
        # The kind of connection is made here, since what it says first depends on the settings of this process.
        opening = type("OpeningConnection", (OpeningConnection,), {"opening": self._opening(), "__slots__": ()})
        return {**patience, "statement_cache_size": 0, "connection_class": opening}

    def _settings(self) -> dict[str, str]:
        return {
            "role": self.role,
            "application_name": APPLICATION,
            "timezone": "UTC",
            "statement_timeout": str(int(self.statement_timeout_seconds * 1000)),
            "idle_in_transaction_session_timeout": str(_IDLE_MS),
            "jit": "off",
        }

    def _opening(self) -> str:
        """The same for one transaction. Names and values are of settings.py, where a role is letters and digits."""
        return "".join(f" SET LOCAL {name} = '{value}';" for name, value in self._settings().items())


class OpeningConnection(asyncpg.Connection):
    """Says what holds for a transaction in the same breath as it begins one, in one round trip."""

    __slots__ = ()
    opening = ""

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:  # noqa: ASYNC109  # asyncpg's
        begins = query.startswith("BEGIN")
        try:
            said: str = await super().execute(query + self.opening if begins else query, *args, timeout=timeout)
        except asyncpg.PostgresError:
            if begins:  # it would be left inside a transaction that has failed, of which nobody knows
                self.terminate()
            raise
        return said


def _nameless() -> str:
    """The one statement without a name: none by a name is left behind on a connection that others get next."""
    return ""


def plain_url(url: str) -> str:
    """The form that asyncpg takes."""
    for prefix in ("postgresql+asyncpg://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql://" + url.removeprefix(prefix)
    return url


def sqlalchemy_url(url: str) -> str:
    """The form that SQLAlchemy's asyncpg dialect takes; a socket folder in `?host=` stays where it is."""
    return make_url(plain_url(url)).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
