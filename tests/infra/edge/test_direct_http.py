"""What comes whole and plain is answered at once; all else, and what is left to its route, the usual way."""

import asyncio
import contextlib
import io
import json
import re
import socket

import pytest
import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.responses import PlainTextResponse

from app.infra import edge, logs, signposts
from app.infra.at_once import COUNTERS, Counters, Reply
from app.infra.direct_http import MOST_BYTES, DirectHttp
from app.infra.guard import GuardLimits
from app.infra.straight import Straight, lead
from app.kernel.errors import Conflict, Unavailable

PREFIX = "/v1/hooks/"
LIMITS = GuardLimits(body_bytes=200_000, body_seconds=0.3, any_media_under=(PREFIX,))
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class WrongNow(Conflict):
    """Wrong now, by the route."""


class NotNow(Unavailable):
    """Not now, by who answers at once."""


class Hook(APIRoute):
    async def express(self, _scope, receive):
        body = (await receive())["body"]
        if body == b"wrong":
            raise WrongNow("as asked for")
        return PlainTextResponse(b"usual " + body, 202)


class Desk:
    """Answers at once; of what is to wait, it keeps who has to be told."""

    def __init__(self):
        self.seen = []
        self.waiting = []

    def __call__(self, headers, body, sender, tell):
        self.seen.append((headers, body, sender))
        if body == b"broken":
            raise RuntimeError
        if body == b"wait":
            self.waiting.append(tell)
        elif body == b"refuse":
            tell(NotNow("come again"))
        elif body == b"leave":
            return False
        else:
            tell(None if body == b"wrong" else answer(b"at once " + body))
            tell(answer(b"told twice"))
        return True


def answer(content):
    return Reply(202, b"text/plain", content, "a-tenant", headers=[(b"x-more", b"1")])


class Service:
    """An application behind a real socket, and what it logs."""

    def __init__(self):
        self.desk = Desk()
        self.log = io.BytesIO()
        self.server = None
        self.port = 0
        self.app = FastAPI(openapi_url=None, redirect_slashes=False, lifespan=self.life)
        router = APIRouter(route_class=Hook)

        @router.post(PREFIX + "{one}")
        async def hook(one: str) -> None:
            raise AssertionError

        self.metrics = edge.install(self.app, limits=LIMITS)
        posts = signposts.include(self.app, [router])
        routes = [(route, route.express) for route in router.routes if isinstance(route, Hook)]
        lead(self.app, Straight(PREFIX, routes, posts, (self.metrics, LIMITS)))

    @contextlib.asynccontextmanager
    async def life(self, _app):
        at = {PREFIX.encode() + b"known": self.desk}.get
        yield {COUNTERS: (Counters(at, PREFIX + "{one}", self.metrics, LIMITS),)}

    def lines(self):
        return [json.loads(line) for line in self.log.getvalue().splitlines() if b'"request"' in line]

    async def asked(self):
        """Once somebody waits."""
        while not self.desk.waiting:  # noqa: ASYNC110  # for what another task does
            await asyncio.sleep(0.001)
        return self.desk.waiting.pop()


@pytest.fixture
async def service():
    made = Service()
    listener = socket.create_server(("127.0.0.1", 0))
    made.port = listener.getsockname()[1]
    config = uvicorn.Config(made.app, http=DirectHttp, lifespan="on", log_config=None, access_log=False)
    made.server = uvicorn.Server(config)
    logs.configure("INFO", made.log)
    task = asyncio.create_task(made.server.serve(sockets=[listener]))
    while not made.server.started:  # noqa: ASYNC110  # uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    yield made
    made.server.should_exit = True
    await task


@pytest.fixture
async def line(service):
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    yield Line(reader, writer)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


class Line:
    """A connection, and what is said on it."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def ask(self, *pieces):
        self.say(*pieces[:-1])
        for _ in pieces[1:]:
            await asyncio.sleep(0.02)
        self.say(pieces[-1])
        return await self.hear()

    def say(self, *pieces):
        for piece in pieces:
            self.writer.write(piece)

    async def hear(self):
        async with asyncio.timeout(10):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
            (length,) = re.findall(r"content-length: (\d+)", head)
            return head, await self.reader.readexactly(int(length))


def post(body=b"x", path=PREFIX + "known", version="1.1", length=None, **headers):
    told = {"host": "x", "content-length": len(body) if length is None else length}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value != "")
    return f"POST {path} HTTP/{version}\r\n{lines}\r\n".encode() + body


async def test_what_is_plain_is_answered_at_once_as_any_request_is(service, line):
    head, body = await line.ask(post(b"x", x_request_id="mine", traceparent=TRACE))
    again, _ = await line.ask(post(b"y"))

    assert (head.split("\r\n")[0], body) == ("http/1.1 202 accepted", b"at once x")
    assert {"content-type: text/plain", "x-request-id: mine", "x-content-type-options: nosniff", "x-more: 1"} <= set(
        head.split("\r\n")
    )
    assert re.search(r"date: .* gmt", head)
    assert re.search(r"x-request-id: [0-9a-f-]{36}\r\n", again)
    ((_, sent, sender), _) = service.desk.seen
    assert (sent, sender) == (b"x", "127.0.0.1")
    (first, _) = service.lines()
    assert {name: first[name] for name in ("request_id", "tenant_id", "route", "status", "method")} == {
        "request_id": "mine", "tenant_id": "a-tenant", "route": "/v1/hooks/{one}", "status": 202, "method": "POST",
    }  # fmt: skip
    assert first["trace_id"] == TRACE[3:35]
    told = service.metrics.render().decode()
    assert 'http_requests_total{method="POST",route="/v1/hooks/{one}",status="202"} 2.0' in told


UNUSUAL = {
    "another path": (post(path=PREFIX + "other"),),
    "a query": (post(path=PREFIX + "known?a=1"),),
    "its body comes later": (post(b"", length=1), b"x"),
    "chunks": (post(b"1\r\nx\r\n0\r\n\r\n", length="", transfer_encoding="chunked"),),
    "a header twice": (post().replace(b"host: x\r\n", b"host: x\r\nx-a: 1\r\nx-a: 2\r\n"),),
    "an older protocol": (post(version="1.0", connection="keep-alive"),),
    "it is left to its route": (post(b"leave"),),
    "who answers at once is broken": (post(b"broken"),),
}


@pytest.mark.parametrize("pieces", UNUSUAL.values(), ids=UNUSUAL)
async def test_what_is_not_plain_or_not_wanted_goes_the_usual_way(line, pieces):
    head, body = await line.ask(*pieces)
    assert (" 202 " in head, body[:6]) == (True, b"usual ")


REFUSED = {
    415: post(content_encoding="gzip"),
    431: post(**{f"x-{number}": "1" for number in range(LIMITS.header_count)}),
    413: post(b"x" * (LIMITS.body_bytes + 1)),
    408: post(b"x", length=2),
}


@pytest.mark.parametrize("status", REFUSED)
async def test_what_the_guard_refuses_it_refuses_here_as_well(service, line, status):
    head, _ = await line.ask(REFUSED[status])

    assert head.startswith(f"http/1.1 {status} ")
    assert service.desk.seen == []


async def test_a_large_body_goes_the_usual_way_whole(service, line):
    _, body = await line.ask(post(b"x" * (MOST_BYTES + 1)))

    assert body == b"usual " + b"x" * (MOST_BYTES + 1)
    assert service.desk.seen == []


async def test_a_refusal_is_a_problem_and_so_is_what_the_route_refuses_after_all(service, line):
    refused, told = await line.ask(post(b"refuse"))
    wrong, by_route = await line.ask(post(b"wrong"))

    assert (" 503 " in refused, json.loads(told)["code"]) == (True, "not_now")
    assert (" 409 " in wrong, json.loads(by_route)["code"]) == (True, "wrong_now")
    assert json.loads(told)["instance"] == PREFIX + "known"
    assert [one["status"] for one in service.lines()] == [503, 409]


async def test_answers_keep_the_order_of_the_requests(service, line):
    line.say(post(b"wait") + post(b"second") + post(b"third", path=PREFIX + "other"))
    tell = await service.asked()
    tell(answer(b"first"))

    assert [(await line.hear())[1] for _ in range(3)] == [b"first", b"usual second", b"usual third"]
    assert (await line.ask(post(b"x")))[1] == b"at once x"


async def test_what_waits_may_go_the_usual_way_later_though_more_has_come_behind_it(service, line):
    line.say(post(b"wait") + post(b"second"))
    tell = await service.asked()
    tell(None)

    assert [(await line.hear())[1] for _ in range(2)] == [b"usual wait", b"usual second"]


async def test_who_goes_away_is_missed_by_nobody(service, line):
    await gone_while_it_waits(service, answer(b"too late"))
    await gone_while_it_waits(service, None)

    assert (await line.ask(post()))[1] == b"at once x"
    assert [one["status"] for one in service.lines()] == [202, 202]


async def gone_while_it_waits(service, outcome):
    _, writer = await asyncio.open_connection("127.0.0.1", service.port)
    writer.write(post(b"wait"))
    tell = await service.asked()
    connections = service.server.server_state.connections
    before = len(connections)
    writer.close()
    await writer.wait_closed()
    while len(connections) == before:  # noqa: ASYNC110  # for what the server does
        await asyncio.sleep(0.001)
    tell(outcome)


async def test_a_connection_that_is_not_kept_is_closed_behind_the_answer(line):
    head, _ = await line.ask(post(connection="close"))

    assert "connection: close\r\n" in head
    assert await line.reader.read() == b""


async def test_when_the_process_ends_what_waits_is_answered_as_the_last(service, line):
    line.say(post(b"wait"))
    tell = await service.asked()
    service.server.should_exit = True
    while line_is_open(service):  # noqa: ASYNC110  # likewise
        await asyncio.sleep(0.01)
    tell(answer(b"the last"))

    head, body = await line.hear()
    assert ("connection: close\r\n" in head, body) == (True, b"the last")


def line_is_open(service):
    """Whether the server has not told its connections yet that it ends."""
    return any(each.cycle.keep_alive for each in service.server.server_state.connections)
