"""What arrives slowly, in part or in flood on a real connection is answered, bounded, and hurts nobody else."""

import asyncio
import contextlib
import json
import socket

import pytest
import uvicorn

from app.infra.guard import GuardLimits
from app.infra.http_protocol import BoundedHttp

POST = b"POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


class ImpatientHttp(BoundedHttp):
    header_seconds = 0.3


@contextlib.asynccontextmanager
async def serving(app):
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=ImpatientHttp, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110  # uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def port(make_app):
    async with serving(make_app(GuardLimits(body_seconds=0.3))) as port:
        yield port


async def said(port, *pieces, pause=0.0, ends=False):
    """Everything the server says to these pieces, until it closes the connection; a closed one is sent no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    listening = asyncio.create_task(heard(reader))
    with contextlib.suppress(ConnectionError):
        for piece in pieces:
            if listening.done():
                break
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if ends:
            writer.write_eof()
    async with asyncio.timeout(10):
        answer = await listening
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return answer


async def heard(reader):
    answer = b""
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65_536):
            answer += piece
    return answer


def assert_problem(answer, status):
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer[:200]
    assert b"content-type: application/problem+json" in head.lower()
    assert b"connection: close" in head.lower()
    problem = json.loads(body)
    assert problem["status"] == status
    assert f"x-request-id: {problem['request_id']}".encode() in head.lower()


async def test_a_body_that_never_ends_is_given_up(port):
    assert_problem(await said(port, POST + b'Content-Length: 100\r\n\r\n{"name"'), 408)


async def test_a_body_that_trickles_is_given_up(port):
    trickle = [b"1\r\nx\r\n"] * 12

    assert_problem(await said(port, POST + b"Transfer-Encoding: chunked\r\n\r\n", *trickle, pause=0.05), 408)


async def test_headers_that_never_end_are_given_up(port):
    assert_problem(await said(port, b"GET /v1/things HTTP/1.1\r\nHost: x\r\n"), 408)


async def test_headers_that_trickle_are_given_up(port):
    trickle = [b"X-A: 1\r\n"] * 12

    assert_problem(await said(port, b"GET /v1/things HTTP/1.1\r\n", *trickle, pause=0.05), 408)


async def test_a_connection_that_says_nothing_is_closed(port):
    assert await said(port) == b""
    assert await said(port, b"\r\n\r\n")


async def test_a_flood_of_headers_is_cut_short(port):
    flood = [b"X-Flood: " + b"x" * 8000 + b"\r\n"] * 10

    assert_problem(await said(port, b"GET /v1/things HTTP/1.1\r\n", *flood), 431)


async def test_too_many_headers_are_refused(port):
    headers = b"".join(b"X-%d: 1\r\n" % n for n in range(200))

    answer = await said(port, b"GET /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + b"\r\n")

    assert_problem(answer, 431)


async def test_what_is_no_http_is_refused(port):
    assert_problem(await said(port, b"\x16\x03\x01\x02\x00\x01\x00\x01"), 400)
    assert_problem(await said(port, b"GET /v1/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n"), 400)


async def test_six_megabytes_are_refused_though_the_caller_sends_them_all_first(port):
    body = b"x" * 6_000_000

    assert_problem(await said(port, POST + b"Content-Length: %d\r\n\r\n" % len(body) + body), 413)


async def test_a_caller_that_asks_first_is_told_before_it_sends(port):
    answer = await said(port, POST + b"Content-Length: 6000000\r\nExpect: 100-continue\r\n\r\n")

    assert_problem(answer, 413)


async def test_half_a_body_harms_nobody(port):
    with contextlib.suppress(ConnectionError):
        await said(port, POST + b'Content-Length: 100\r\n\r\n{"name"', ends=True)

    answer = await said(port, POST + b'Connection: close\r\nContent-Length: 12\r\n\r\n{"name":"a"}')
    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_a_connection_is_kept_for_further_requests(port):
    one = POST + b'Content-Length: 12\r\n\r\n{"name":"a"}'
    last = POST + b'Connection: close\r\nContent-Length: 12\r\n\r\n{"name":"b"}'

    answer = await said(port, one, one, last, pause=0.1)

    assert answer.count(b"HTTP/1.1 200 ") == 3


async def test_head_of_an_endless_answer_ends(port):
    answer = await said(port, b"HEAD /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n")
