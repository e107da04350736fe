"""The queue's connection as asyncpg has it break: whoever asks waits for another one, and is told of nothing."""

import asyncpg
import pytest

from app.infra.queue_line import Line


class Broken:
    """A connection that ends as it is used."""

    def __init__(self, error):
        self.error = error
        self.terminated = False

    async def execute(self, _query):
        raise self.error

    def is_closed(self):
        return self.terminated

    def terminate(self):
        self.terminated = True


class Whole(Broken):
    """A connection that works."""

    async def execute(self, query):
        return f"said {query}"


def line_over(*connections):
    waiting = iter(connections)

    async def connect():
        return next(waiting)

    return Line(connect)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.AdminShutdownError("terminating connection due to administrator command"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        ConnectionResetError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_connection_that_ends_while_it_is_used_is_replaced(error):
    broken = Broken(error)
    line = line_over(broken, Whole(None))

    assert await line.execute("NOTIFY us") == "said NOTIFY us"
    assert broken.terminated


async def test_what_the_database_refuses_is_told_and_not_said_again():
    line = line_over(Broken(asyncpg.UndefinedTableError("no such table")))

    with pytest.raises(asyncpg.UndefinedTableError):
        await line.execute("SELECT 1")


async def test_a_line_that_was_closed_is_not_opened_again():
    line = line_over(Broken(ConnectionResetError()))
    line.close()

    with pytest.raises(ConnectionError):
        await line.execute("SELECT 1")
