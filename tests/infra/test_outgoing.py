"""Calls to addresses that others have named: where they may go, how long they last, how much of an answer is read."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from app.infra.outgoing import (
    Answered,
    Asked,
    Bounds,
    BrokenAnswer,
    HugeAnswer,
    NoAnswer,
    SlowAnswer,
    UnsafeAddress,
    ask,
    guarded_client,
)

BOUNDS = Bounds(connect_seconds=1, read_seconds=0.4, call_seconds=1.2, answer_bytes=10_000)
Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """A server of bytes: `answer` is given the request's head and writes what it likes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(await reader.readuntil(b"\r\n\r\n"), writer)
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


def saying(head: str, body: bytes = b"") -> Answer:
    async def answer(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)

    return answer


async def asked(url: str, *, loopback: bool = True, **told) -> Answered:
    async with guarded_client(loopback=loopback, bounds=BOUNDS) as http:
        return await ask(http, Asked("GET", url, **told), BOUNDS)


async def test_an_answer_is_read_whatever_its_status():
    async with server(
        saying("HTTP/1.1 404 Not Found\nContent-Type: text/plain; charset=x\nX-A: b\nContent-Length: 4", b"gone")
    ) as url:
        answered = await asked(url)
    assert (answered.status, answered.body, answered.headers["x-a"]) == (404, b"gone", "b")
    assert answered.media_type == "text/plain"


async def test_a_redirect_is_an_answer_and_not_followed():
    heads = []

    async def answer(request, writer):
        heads.append(request)
        await saying("HTTP/1.1 302 Found\nLocation: /elsewhere\nContent-Length: 0")(request, writer)

    async with server(answer) as url:
        assert (await asked(url, headers={"Authorization": "Bearer token"})).status == 302
    assert len(heads) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "https://127.0.0.1:8443/",
        "https://localhost/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.1.2.3/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://user:word@crm.example/",
        "http://crm.example/",
        "ftp://crm.example/",
        "https://crm.example:25/",
        "no address",
    ],
)
async def test_calls_go_to_public_addresses_over_tls_only(url):
    with pytest.raises(UnsafeAddress):
        await asked(url, loopback=False)


async def test_with_loopback_calls_beyond_this_machine_still_need_tls():
    with pytest.raises(UnsafeAddress, match="TLS"):
        await asked("http://93.184.216.34/")
    with pytest.raises(UnsafeAddress):
        await asked("https://10.1.2.3/")


async def test_nobody_listening_is_no_answer():
    async with server(saying("HTTP/1.1 200 OK")) as url:
        pass
    with pytest.raises(NoAnswer):
        await asked(url)


async def test_a_server_that_says_nothing_is_left():
    async def silent(_request, _writer):
        await asyncio.sleep(2)

    async with server(silent) as url:
        with pytest.raises(SlowAnswer):
            await asked(url)


async def test_a_server_that_trickles_for_ever_is_left():
    async def trickling(request, writer):
        await saying("HTTP/1.1 200 OK\nContent-Length: 9000")(request, writer)
        for _ in range(50):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)

    async with server(trickling) as url:
        with pytest.raises(SlowAnswer):
            await asked(url)


async def test_a_server_that_hangs_up_gave_no_answer():
    async def hanging_up(_request, writer):
        writer.close()

    async with server(hanging_up) as url:
        with pytest.raises(NoAnswer):
            await asked(url)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Length: 100", b"half"),
        ("Transfer-Encoding: chunked", b"4\r\nhalf\r\n"),
        ("Content-Encoding: gzip\nContent-Length: 30", gzip.compress(b"x" * 5000, mtime=0)[:30]),
        ("Content-Encoding: gzip\nContent-Length: 8", b"not gzip"),
        ("Content-Encoding: br\nContent-Length: 4", b"brrr"),
    ],
)
async def test_half_an_answer_is_none(head, body):
    async with server(saying(f"HTTP/1.1 200 OK\n{head}", body)) as url:
        with pytest.raises(BrokenAnswer):
            await asked(url)


async def test_an_answer_is_read_up_to_its_limit():
    async with server(saying("HTTP/1.1 200 OK\nContent-Length: 10000", b"x" * 10_000)) as url:
        assert len((await asked(url)).body) == 10_000


async def test_a_zipped_answer_is_unpacked():
    packed = gzip.compress(b"x" * 9_000, mtime=0)
    async with server(saying(f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(packed)}", packed)) as url:
        assert (await asked(url)).body == b"x" * 9_000


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Length: 10001", b""),
        ("Connection: close", b"x" * 10_001),
        ("Content-Encoding: gzip\nConnection: close", gzip.compress(bytes(50_000_000), mtime=0)),
    ],
)
async def test_a_larger_answer_is_cut(head, body):
    async with server(saying(f"HTTP/1.1 200 OK\n{head}", body)) as url:
        with pytest.raises(HugeAnswer):
            await asked(url)


async def test_cookies_are_not_carried_from_one_call_to_the_next():
    heads = []

    async def answer(request, writer):
        heads.append(request)
        await saying("HTTP/1.1 200 OK\nSet-Cookie: session=1; Path=/\nContent-Length: 0\nConnection: close")(
            request, writer
        )

    async with server(answer) as url, guarded_client(loopback=True) as http:
        for _ in range(2):
            await ask(http, Asked("GET", url))

    assert b"cookie" not in heads[1].lower()


async def test_what_goes_wrong_tells_neither_the_address_nor_the_token():
    async with server(saying("HTTP/1.1 200 OK\nContent-Length: 100", b"half a record")) as url:
        with pytest.raises(BrokenAnswer) as broken:
            await asked(f"{url}/?key=word", headers={"Authorization": "Bearer canary"})
    assert "word" not in str(broken.value)
    assert "canary" not in repr(Asked("GET", "https://crm.example", {"Authorization": "Bearer canary"}, b"canary"))


CUT = replace(BOUNDS, cut=True)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Length: 50000", b"x" * 50_000),
        ("Connection: close", b"x" * 50_000),
        ("Content-Encoding: br\nContent-Length: 20000", b"x" * 20_000),
    ],
)
async def test_of_an_answer_that_may_be_cut_the_beginning_is_kept_as_it_came(head, body):
    async with server(saying(f"HTTP/1.1 202 Accepted\n{head}", body)) as url, guarded_client(loopback=True) as http:
        answered = await ask(http, Asked("GET", url), CUT)
    assert (answered.status, answered.body) == (202, b"x" * BOUNDS.answer_bytes)


async def test_of_an_answer_that_may_be_cut_a_half_one_is_still_none():
    async with (
        server(saying("HTTP/1.1 200 OK\nContent-Length: 100", b"half")) as url,
        guarded_client(loopback=True) as http,
    ):
        with pytest.raises(BrokenAnswer):
            await ask(http, Asked("GET", url), CUT)
