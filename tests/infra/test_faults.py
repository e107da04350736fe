"""A database's failure is told apart: away, in the way, or our own fault."""

import errno
import socket

import asyncpg
import pytest
import sqlalchemy.exc

from app.infra.faults import AlreadyThere, DatabaseAway, UnfitValue, database_refusal


def wrapped(orig, kind=sqlalchemy.exc.DBAPIError):
    return kind("INSERT canary", {"a": "canary"}, orig)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.CannotConnectNowError("canary"),
        asyncpg.ConnectionDoesNotExistError("canary"),
        asyncpg.TooManyConnectionsError("canary"),
        asyncpg.QueryCanceledError("canary"),
        asyncpg.AdminShutdownError("canary"),
        asyncpg.DiskFullError("canary"),
        asyncpg.ReadOnlySQLTransactionError("canary"),
        asyncpg.SerializationError("canary"),
        asyncpg.DeadlockDetectedError("canary"),
        asyncpg.LockNotAvailableError("canary"),
        asyncpg.InterfaceError("the underlying connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        ConnectionRefusedError(),
        ConnectionResetError(),
        BrokenPipeError(),
        TimeoutError(),
        socket.gaierror("canary"),
        OSError(errno.ENOSPC, "No space left on device"),
        FileNotFoundError(2, "No such file or directory"),
        sqlalchemy.exc.TimeoutError("QueuePool limit"),
    ],
)
def test_a_database_that_is_away_is_told_to_be_tried_again(error):
    for each in (error, wrapped(error)):
        refusal = database_refusal(each)
        assert isinstance(refusal, DatabaseAway)
        assert refusal.retry_after_seconds >= 1
        assert "canary" not in refusal.detail


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (asyncpg.UniqueViolationError("canary"), AlreadyThere),
        (asyncpg.ExclusionViolationError("canary"), AlreadyThere),
        (asyncpg.NumericValueOutOfRangeError("canary"), UnfitValue),
        (asyncpg.CharacterNotInRepertoireError("canary"), UnfitValue),
        (asyncpg.UntranslatableCharacterError("canary"), UnfitValue),
        (asyncpg.ForeignKeyViolationError("canary"), UnfitValue),
        (asyncpg.CheckViolationError("canary"), UnfitValue),
        (asyncpg.ProgramLimitExceededError("canary"), UnfitValue),
        (asyncpg.DataError("invalid input for query argument $1: canary"), UnfitValue),
    ],
)
def test_a_value_that_does_not_fit_is_told_without_showing_it(error, kind):
    for each in (error, wrapped(error, sqlalchemy.exc.InterfaceError)):
        refusal = database_refusal(each)
        assert refusal is not None
        assert type(refusal) is kind
        assert "canary" not in refusal.detail


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.UndefinedTableError("canary"),
        asyncpg.InsufficientPrivilegeError("canary"),
        asyncpg.PostgresSyntaxError("canary"),
        asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
        ValueError("x"),
        KeyError("x"),
        sqlalchemy.exc.InvalidRequestError("x"),
        FileNotFoundError(2, "No such file or directory", "settings.toml"),
    ],
)
def test_our_own_faults_are_not_blamed_on_the_database(error):
    assert database_refusal(error) is None


def test_what_was_merely_being_handled_is_no_cause():
    error = KeyError("a bug while handling it")
    error.__context__ = ConnectionResetError()

    assert database_refusal(error) is None
