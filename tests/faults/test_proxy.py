"""The proxy of the fault tests fails in the ways that it says, and in no others."""

import asyncio
import contextlib

import pytest

from tests.faults.proxy import Way, proxying

PATIENCE_SECONDS = 20


@pytest.fixture
async def echoing(tmp_path):
    """A proxy before a server that says everything again, and goodbye when nobody says more."""

    async def echo(reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(1000):
                writer.write(data)
                await writer.drain()
            writer.write(b"bye")
        writer.close()

    server = await asyncio.start_unix_server(echo, tmp_path / "echo")
    async with proxying(tmp_path / "echo") as proxy:
        yield proxy
    server.close()


@pytest.fixture
async def opened(echoing):
    """Opens connections to the proxy, which end with the test."""
    writers = []

    async def opening():
        connection = await asyncio.open_connection("127.0.0.1", echoing.port)
        writers.append(connection[1])
        return connection

    yield opening
    for writer in writers:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def says(connection, data):
    reader, writer = connection
    writer.write(data)
    return await asyncio.wait_for(reader.readexactly(len(data)), PATIENCE_SECONDS)


async def is_silent(connection):
    """Nothing comes, though there were time for it."""
    try:
        return await asyncio.wait_for(connection[0].read(1), 0.05) == b"never"
    except TimeoutError:
        return True


async def test_what_passes_passes_both_ways_to_the_end(echoing, opened):
    reader, writer = connection = await opened()

    assert await says(connection, b"hello") == b"hello"
    writer.write_eof()
    assert await reader.read() == b"bye"


async def test_a_cut_resets_what_there_is_and_new_connections_are_fine(echoing, opened):
    reader, _ = connection = await opened()
    await says(connection, b"hello")

    echoing.cut()

    with pytest.raises(ConnectionResetError):
        await reader.read()
    assert await says(await opened(), b"again") == b"again"


async def test_while_it_refuses_old_connections_go_on_and_new_ones_come_later_by_the_same_port(echoing, opened):
    connection = await opened()
    await says(connection, b"hello")

    await echoing.refuse()

    with pytest.raises(ConnectionRefusedError):
        await opened()
    assert await says(connection, b"still") == b"still"
    await echoing.accept()
    assert await says(await opened(), b"again") == b"again"


@pytest.mark.parametrize("way", ["up", "down"])
async def test_what_is_swallowed_never_comes_and_what_is_held_comes_later(echoing, opened, way):
    swallowed, held = await opened(), await opened()
    await says(swallowed, b"1")
    await says(held, b"1")

    echoing.let(**{way: Way.HOLD})
    held[1].write(b"2")
    assert await is_silent(held)
    echoing.let()
    assert await asyncio.wait_for(held[0].readexactly(1), PATIENCE_SECONDS) == b"2"

    echoing.let(**{way: Way.SWALLOW})
    swallowed[1].write(b"2")
    assert await is_silent(swallowed)
    echoing.let()
    swallowed[1].write(b"3")

    assert await is_silent(swallowed), "who has lost bytes is lost"
    assert await says(held, b"4") == b"4"
    assert await says(await opened(), b"5") == b"5"
    assert echoing.swallowed == 2


async def test_half_closed_the_client_reads_the_end_and_may_still_write(echoing, opened):
    reader, writer = connection = await opened()
    await says(connection, b"hello")

    echoing.half_close()

    assert await reader.read() == b""
    writer.write(b"more")
    await writer.drain()
    assert not writer.is_closing()


async def test_what_is_delayed_comes_in_its_order(echoing, opened):
    connection = await opened()
    echoing.delay_seconds = 0.05

    assert await says(connection, b"ab" * 1000) == b"ab" * 1000
