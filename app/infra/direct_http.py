"""The shortest way: a request that came whole and plain is answered without a task of its own, and without layers.

Those cost several times what the routes do that machines call all day long. Only what is plain in every respect comes
this way, and only to whom it may concern (`Counters`); all else goes the usual way, and so does, as if it had just
come, what whoever is concerned does not want after all. So nothing is decided here that is decided elsewhere: what is
answered is named, counted and logged as the edge does it.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from time import perf_counter
from typing import Any

import structlog
from uuid_utils import uuid7
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from app.infra import logs, request_ids
from app.infra.at_once import COUNTERS, Counter, Counters, Headers, Reply
from app.infra.http_protocol import LEAVING, BoundedHttp
from app.infra.straight import REFUSED
from app.kernel.errors import Refusal

MOST_BYTES = 64 * 1024  # of a body; what is larger is better looked at in a turn of its own
_UNUSUAL = frozenset({b"transfer-encoding", b"content-encoding", b"expect", b"upgrade"})
_TRACING = frozenset({b"x-request-id", b"traceparent"})
_LINES = 4  # what stands around each header: ": " and the end of the line


class DirectHttp(BoundedHttp):
    """The server's protocol, with the shortest way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._counters: Sequence[Counters] = self.app_state.get(COUNTERS, ())
        self._arriving: _Arriving | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._arriving is not None:  # not whole yet: whoever takes long about a body is watched elsewhere
            self._go_the_usual_way()

    def on_headers_complete(self) -> None:
        arriving = None
        if self._counters and not self.root_path:
            arriving = self._meant(self.parser.get_method().decode("ascii"))
        if arriving is None or not self._is_idle() or self.flow.write_paused:
            super().on_headers_complete()
            return
        self._stop_timer()
        self._arriving = arriving

    def _meant(self, method: str) -> "_Arriving | None":
        for counters in self._counters:
            counter = counters.at(self.url) if counters.method == method else None
            if counter is not None:
                return _Arriving(counter, counters)
        return None

    def on_body(self, body: bytes) -> None:
        if self._arriving is None:
            super().on_body(body)
        else:
            self._arriving.parts.append(body)

    def on_message_complete(self) -> None:
        arriving = self._arriving
        if arriving is None:
            super().on_message_complete()
            return
        body = b"".join(arriving.parts)
        headers = dict(self.headers)
        if not self._is_plain(headers, body, arriving.counters):
            self._go_the_usual_way()
            super().on_message_complete()
            return
        self._arriving = None
        asked = Asked(self, headers, body, arriving.counters)
        self.cycle = asked  # type: ignore[assignment]  # as much of one as is looked at
        asked.hand_to(arriving.counter, self._sender(headers))

    def _sender(self, headers: Headers) -> str:
        """Whose request it is: a proxy that is trusted says for whom it calls."""
        host = self.client[0] if self.client else ""
        forwarded = headers.get(b"x-forwarded-for")
        if forwarded is None or not isinstance(self.app, ProxyHeadersMiddleware) or host not in self.app.trusted_hosts:
            return host
        return self.app.trusted_hosts.get_trusted_client_address(forwarded.decode("latin1"))[0] or host

    def _is_plain(self, headers: Headers, body: bytes, counters: Counters) -> bool:
        """Whether nothing about the request needs the eyes of the guard."""
        limits = counters.limits
        if len(headers) != len(self.headers) or len(headers) > limits.header_count or not _UNUSUAL.isdisjoint(headers):
            return False
        said = b"".join((*headers, *headers.values()))
        if len(said) + _LINES * len(headers) > limits.header_bytes or b"\x00" in said:
            return False
        size, unsaid = len(body), b"0" if counters.method == "GET" else b""
        return (
            size <= min(MOST_BYTES, limits.body_bytes)
            and headers.get(b"content-length", unsaid) == b"%d" % size
            and self.parser.get_http_version() == "1.1"
        )

    def is_parting(self) -> bool:
        """Whether a request is the last of its connection, as the process is about to end."""
        return self._ending or bool(self.app_state.get(LEAVING))

    def _is_idle(self) -> bool:
        return self._arriving is None and super()._is_idle()

    def _go_the_usual_way(self) -> None:
        assert self._arriving is not None
        parts, self._arriving = self._arriving.parts, None
        if self.transport.is_closing():
            return
        super().on_headers_complete()
        for part in parts:
            super().on_body(part)


@lru_cache(maxsize=4)
def _lines_of(headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """What stands above all answers of one second."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)


class _Arriving:
    """A request of which the headers are here, and parts of the body."""

    __slots__ = ("counter", "counters", "parts")

    def __init__(self, counter: Counter, counters: Counters) -> None:
        self.counter = counter
        self.counters = counters
        self.parts: list[bytes] = []


class _Nobody:
    """In place of an event that somebody may wait for."""

    def set(self) -> None: ...


_NOBODY = _Nobody()


class Asked:
    """A request that was handed to a counter; to the protocol it is a cycle of request and response."""

    __slots__ = (
        "_body",
        "_counters",
        "_headers",
        "_http",
        "_scope",
        "_since",
        "_told",
        "_url",
        "disconnected",
        "keep_alive",
        "response_complete",
    )
    message_event = _NOBODY

    def __init__(self, http: DirectHttp, headers: Headers, body: bytes, counters: Counters) -> None:
        self._http = http
        self._scope: dict[str, Any] = http.scope  # type: ignore[assignment]  # which says more of one
        self._url: bytes = http.url
        self._headers = headers
        self._body = body
        self._counters = counters
        self._told = False
        self._since = perf_counter()
        self.disconnected = False
        self.response_complete = False
        self.keep_alive: bool = http.parser.should_keep_alive()

    def hand_to(self, counter: Counter, sender: str) -> None:
        """Ask; what comes of it is answered, now or later."""
        try:
            taken = counter(self._headers, self._body, sender, self._tell)
        except Exception as error:  # noqa: BLE001  # the edge: the route meets the same, and says so
            structlog.get_logger().error("unforeseen_error", **logs.explanation(error))
            taken = False
        if not taken:
            self._tell(None)

    def _tell(self, outcome: Reply | Refusal | None) -> None:
        if self._told:
            return
        self._told = True
        try:
            if isinstance(outcome, Reply):
                self._answer(outcome)
            else:
                self._go_the_usual_way(outcome)
        except Exception as error:  # noqa: BLE001  # the edge: who tells has others to tell
            structlog.get_logger().error("unforeseen_error", **logs.explanation(error))
            self._http.transport.close()

    def _answer(self, reply: Reply) -> None:
        facts = self._facts()
        facts.tenant_id, facts.key_id = reply.tenant_id, reply.key_id
        self._write(reply, facts.request_id)
        seconds = perf_counter() - self._since
        method, route = self._counters.method, self._counters.route
        self._counters.metrics.answered(method, route, reply.status, seconds)
        logs.write_request(method, route, reply.status, round(seconds * 1000, 2), facts)

    def _facts(self) -> request_ids.Facts:
        if _TRACING.isdisjoint(self._headers):
            return request_ids.Facts(str(uuid7()))
        return request_ids.facts_of(self._scope["headers"])

    def _write(self, reply: Reply, request_id: str) -> None:
        http = self._http
        self.response_complete = True
        if http.transport.is_closing():
            return
        self.keep_alive = self.keep_alive and not http.is_parting()
        given = _lines_of(tuple(http.server_state.default_headers))
        if reply.headers:
            given += b"".join(b"%b: %b\r\n" % header for header in reply.headers)
        ending = b"" if self.keep_alive else b"connection: close\r\n"
        http.transport.write(
            b"%b%bcontent-type: %b\r\ncontent-length: %d\r\nx-request-id: %b\r\n"
            b"x-content-type-options: nosniff\r\n%b\r\n%b"
            % (
                STATUS_LINE[reply.status],
                given,
                reply.media_type,
                len(reply.content),
                request_id.encode("ascii"),
                ending,
                reply.content,
            )
        )
        if not self.keep_alive:
            http.transport.close()
        http.on_response_complete()

    def _go_the_usual_way(self, refusal: Refusal | None) -> None:
        """Be a request that has just come, whole."""
        http = self._http
        if self.disconnected or http.transport.is_closing():
            self.response_complete = True
            return
        path, _, query = self._url.partition(b"?")
        self._scope.update(method=self._counters.method, path=path.decode("ascii"), raw_path=path, query_string=query)
        if refusal is not None:
            self._scope[REFUSED] = refusal
        cycle = RequestResponseCycle(
            scope=self._scope,  # type: ignore[arg-type]  # as above
            transport=http.transport,
            flow=http.flow,
            logger=http.logger,
            access_logger=http.access_logger,
            access_log=http.access_log,
            default_headers=http.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=self.keep_alive and not http.is_parting(),
            on_response=http.on_response_complete,
        )
        cycle.body = bytearray(self._body)
        cycle.more_body = False
        cycle.message_event.set()
        if http.cycle is self:  # type: ignore[comparison-overlap]  # unless more has come behind it
            http.cycle = cycle
        http._start_asgi_task(cycle, http.app)  # noqa: SLF001  # as a cycle begins
