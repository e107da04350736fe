"""What a database's failure means to the caller: it is away, the value is in the way, or (None) it is our own fault."""

import errno
import socket
from collections.abc import Iterator

import asyncpg
import sqlalchemy.exc

from app.kernel.errors import Conflict, Invalid, Refusal, Unavailable

_RETRY_AFTER_SECONDS = 2
LOST_RACES = frozenset({"40001", "40P01"})  # serialization failures and deadlocks: the same may go well the next time


class DatabaseAway(Unavailable):
    """The database cannot be reached for the moment."""

    retry_after_seconds = _RETRY_AFTER_SECONDS


class AlreadyThere(Conflict):
    """Something with the same key is already there."""


class UnfitValue(Invalid):
    """A value does not fit where it has to be kept."""


_AWAY = "try again in a moment"
_TAKEN = "another record has the same key"
_UNFIT = "a value is outside what can be kept"
# SQLSTATE or its class -> refusal; https://www.postgresql.org/docs/current/errcodes-appendix.html
_BY_SQLSTATE: dict[str, tuple[type[Refusal], str]] = {
    "08": (DatabaseAway, _AWAY),  # connection
    "22": (UnfitValue, _UNFIT),  # data
    "23": (UnfitValue, _UNFIT),  # integrity
    "23505": (AlreadyThere, _TAKEN),  # unique
    "23P01": (AlreadyThere, _TAKEN),  # exclusion
    "25006": (DatabaseAway, _AWAY),  # read-only: a replica after a fail-over
    "28": (DatabaseAway, _AWAY),  # the server refuses our login
    "3D": (DatabaseAway, _AWAY),  # no such database, as during a restore
    "40": (DatabaseAway, _AWAY),  # serialization failure or deadlock, after the retries
    "53": (DatabaseAway, _AWAY),  # disk full, out of memory, too many connections
    "54": (UnfitValue, _UNFIT),  # program limits: a text too long for its index
    "55P03": (DatabaseAway, _AWAY),  # lock not available
    "57": (DatabaseAway, _AWAY),  # cancelled, shutting down, starting up
    "58": (DatabaseAway, _AWAY),  # the server's own system
}
_AWAY_ERRORS = (
    ConnectionError,
    TimeoutError,
    socket.gaierror,
    sqlalchemy.exc.TimeoutError,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.DisconnectionError,
)


def database_refusal(error: BaseException) -> Refusal | None:
    """The refusal that a database's (or connection's) failure comes to; None if `error` is none of those."""
    causes = list(_causes(error))
    for cause in causes:
        state = str(getattr(cause, "sqlstate", None) or "")
        found = _BY_SQLSTATE.get(state) or _BY_SQLSTATE.get(state[:2])
        if found:
            refusal, detail = found
            return refusal(detail)
    if any(isinstance(cause, asyncpg.DataError) for cause in causes):  # refused by the driver, before the server saw it
        return UnfitValue(_UNFIT)
    return DatabaseAway(_AWAY) if any(map(_is_away, causes)) else None


def _is_away(cause: BaseException) -> bool:
    if isinstance(cause, asyncpg.InterfaceError):  # its others are wrong use of a connection: our own fault
        return "clos" in str(cause)
    if isinstance(cause, asyncpg.InternalClientError):  # so asyncpg tells of a connection that ends while it is used
        return True
    if isinstance(cause, FileNotFoundError):  # the server's socket is gone; a file of ours would have a name
        return cause.filename is None
    if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
        return True
    return isinstance(cause, _AWAY_ERRORS)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error`, and what it was raised from; what was merely being handled at the time is no cause."""
    for _ in range(8):
        yield error
        cause = getattr(error, "orig", None) or error.__cause__
        if not isinstance(cause, BaseException):
            return
        error = cause
