"""A CRM of our own behind real HTTP: its records, its door, its webhooks; what is the vendor's own is its dialect's."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import parse_qs

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from tests.crm.fakes.gate import Asked, Fault, Faults, Limits, Tokens
from tests.crm.fakes.store import Change, Record, Store

LONGEST_ADDRESS = 8000


@dataclass
class Hook:
    """Where webhooks go and what shows who sends them. style: of several, the vendor's way to tell."""

    url: str = "https://kap.example/v1/crm/webhooks/unknown"
    secret: str = "hook-secret"
    style: str = ""
    header: str = ""


@dataclass(frozen=True)
class Webhook:
    """A request as the vendor sends it."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"

    async def sent(self, client: httpx.AsyncClient, url: str | None = None) -> httpx.Response:
        """Its answer; url: where it is really listened, if not at its public address."""
        return await client.request(self.method, url or self.url, headers=dict(self.headers), content=self.body)


@dataclass(frozen=True)
class Dialect:
    """What is one vendor's own.

    routes: its API. values: what it calls the things that a test tells (`name`, `amount`, `status` …). webhooks:
    what it sends of changes. unauthorized, busy, used_up: how it refuses a bad token, too many calls, any more today.
    open_paths: where one comes without a token. token: how a call shows it. looks: headers of every answer.
    """

    provider: str
    new_id: Callable[[str, int], str]
    routes: Callable[["Fake"], list[Route]]
    values: Callable[["Fake", str, Mapping[str, Any]], dict[str, Any]]
    webhooks: Callable[["Fake", Sequence[Change]], list[Webhook]]
    unauthorized: Callable[["Fake"], Response]
    busy: Callable[["Fake"], Response]
    used_up: Callable[["Fake"], Response]
    repoint: Callable[["Fake", str, str, str], None]
    open_paths: Sequence[str] = ()
    token: Callable[[Mapping[str, str]], str | None] = lambda headers: bearer(headers)  # noqa: PLW0108  # it is below
    looks: Callable[["Fake"], Mapping[str, str]] = lambda _fake: {}
    seconds_only: bool = True
    archives: bool = False  # puts records away without moving the time of their last change
    links_apart: bool = False  # keeps whose a record is beside it


@dataclass
class Fake:
    """A fake CRM. page_size: of the API's pages, where the caller leaves it open or asks for more."""

    dialect: Dialect
    page_size: int = 100
    hook: Hook = field(default_factory=Hook)
    faults: Faults = field(default_factory=Faults)
    tokens: Tokens = field(default_factory=Tokens)
    limits: Limits = field(default_factory=Limits)
    calls: list[Asked] = field(default_factory=list)
    custom_fields: set[str] = field(default_factory=set)  # of the account, beside those that every CRM of its kind has
    organization_id: str = ""
    url: str = ""
    state: dict[str, Any] = field(default_factory=dict)  # what a dialect keeps between calls
    store: Store = field(init=False)
    looping: bool = False

    def __post_init__(self) -> None:
        self.store = Store(self.dialect.new_id, seconds_only=self.dialect.seconds_only)
        self._app = Starlette(routes=self.dialect.routes(self))
        self._closing = False

    # What people do in the CRM.

    def add(self, kind: str, *, at: datetime | None = None, record_id: str | None = None, **told: Any) -> Change:
        """A new record; `raw` holds the vendor's own fields."""
        return self.store.add(kind, self._values(kind, told), at=at, record_id=record_id, account=self._link(told))

    def update(self, kind: str, record_id: str, *, at: datetime | None = None, **told: Any) -> Change:
        change = self.store.change(kind, record_id, self._values(kind, told), at=at)
        if self.dialect.links_apart and "account" in told:
            return self.store.link(kind, record_id, told["account"], at=at)
        return change

    def delete(self, kind: str, record_id: str, *, at: datetime | None = None) -> Change:
        return self.store.delete(kind, record_id, at=at, archive=self.dialect.archives)

    def restore(self, kind: str, record_id: str, *, at: datetime | None = None) -> Change:
        return self.store.restore(kind, record_id, at=at)

    def merge(self, kind: str, loser: str, survivor: str, *, at: datetime | None = None) -> list[Change]:
        """What referred to the loser refers to the survivor from then on, as CRMs do."""
        changes = self.store.merge(kind, loser, survivor, at=at, archive=self.dialect.archives)
        self.dialect.repoint(self, kind, loser, survivor)
        return changes

    def record(self, kind: str, record_id: str) -> Record:
        return self.store[kind, record_id]

    def written(self) -> list[Change]:
        """What came by the API."""
        return [change for change in self.store.changes if change.by_api]

    def deliveries_for(self, changes: Change | Sequence[Change]) -> list[Webhook]:
        """The signed requests that tell of the changes; not every vendor tells of every change."""
        return self.dialect.webhooks(self, [changes] if isinstance(changes, Change) else list(changes))

    def paths(self) -> list[str]:
        """What was asked for, without the calls for tokens."""
        return [f"{call.method} {call.path}" for call in self.calls if not self._open(call.path)]

    # Its door.

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _whole(receive)
        request = Request(scope, _replay(body))
        headers = dict(request.headers)
        token = self.dialect.token(headers)
        path = request.url.path
        self.calls.append(
            Asked(request.method, path, dict(request.query_params), headers, body, token, datetime.now(UTC))
        )
        fault = self.faults.take(path)
        if fault and await self._spoilt(fault, scope, receive, send):
            return
        self.looping = fault is not None and fault.kind == "loop"
        refusal = None if self._open(path) else self._refusal(token, str(request.url))
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._app(scope, _replay(body), self._looking(send))

    def _open(self, path: str) -> bool:
        return any(part in path for part in self.dialect.open_paths)

    def _refusal(self, token: str | None, address: str) -> Response | None:
        if len(address) > LONGEST_ADDRESS:
            return Response(status_code=414)
        if not self.tokens.good(token):
            return self.dialect.unauthorized(self)
        return None if self.limits.spend() else self.dialect.used_up(self)

    def _looking(self, send: Send) -> Send:
        async def looked(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = [(name.encode(), value.encode()) for name, value in self.dialect.looks(self).items()]
                message = {**message, "headers": [*message["headers"], *told]}
            await send(message)

        return looked

    async def _spoilt(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer wrongly; false where the call is answered as ever, if late or in circles."""
        if fault.kind in {"hang", "slow"}:
            await self._rest(fault.seconds)
            return fault.kind == "hang"
        if fault.kind == "loop":
            return False
        if fault.kind == "half":
            await _broken(send)
        await _WRONG[fault.kind](self, fault)(scope, receive, send)
        return True

    async def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._closing:  # noqa: ASYNC110  # it is set by another thread
            await asyncio.sleep(0.02)

    def close(self) -> None:
        self._closing = True

    def _values(self, kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
        raw = dict(told.get("raw", {}))
        return {**self.dialect.values(self, kind, {n: v for n, v in told.items() if n != "raw"}), **raw}

    def _link(self, told: Mapping[str, Any]) -> str | None:
        return told.get("account") if self.dialect.links_apart else None


def _failing(_fake: Fake, fault: Fault) -> Response:
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
    return Response(fault.body or b'{"message": "out of order"}', fault.status, headers, "application/json")


def _busy(fake: Fake, fault: Fault) -> Response:
    answer = fake.dialect.busy(fake)
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = fault.retry_after
    return answer


_WRONG: Mapping[str, Callable[[Fake, Fault], Response]] = {
    "status": _failing,
    "busy": _busy,
    "html": lambda _fake, _fault: HTMLResponse("<!doctype html><title>Sign in</title><h1>Please sign in</h1>"),
    "torn": lambda _fake, _fault: Response(b'{"results": [{"id": "1", "prop', media_type="application/json"),
    "huge": lambda _fake, fault: Response(
        b'{"results": ["' + b"x" * fault.size + b'"]}', media_type="application/json"
    ),
    "redirect": lambda _fake, fault: RedirectResponse(fault.to, 302),
}


async def _broken(send: Send) -> NoReturn:
    """A promise of more than comes: the server closes the connection on it."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"100000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"results": [{"id": "1"', "more_body": True})
    raise ConnectionAbortedError


def bearer(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


async def _whole(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse(value, status, dict(headers or {}))


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form."""
    return {name: values[-1] for name, values in parse_qs((await request.body()).decode()).items()}


async def json_of(request: Request) -> Any:
    return json.loads(await request.body() or b"{}")


Endpoint = Callable[[Request], Awaitable[Response]]


@contextmanager
def serving(fake: Fake) -> Iterator[str]:
    """The fake CRM on a port of this machine; its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(fake, log_config=None, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    fake.url = address
    try:
        yield address
    finally:
        fake.close()
        server.should_exit = True
        thread.join(10)
        listening.close()
