"""Bounds on a connection between requests: how long and large headers may grow, and how it ends with the process."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.infra.guard import HeadersTooLarge, HeadersTooSlow, UnreadableHeaders
from app.infra.problems import rendered
from app.kernel.errors import Refusal
from app.kernel.ids import new_id

# Of the server's state: it is about to end, and lets no connection be kept.
LEAVING = "leaving"


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol, which by itself waits for the end of headers for ever and keeps any number of them."""

    header_seconds = 10.0
    # What the guard refuses precisely once headers are whole; here only enough is kept to see that they are too large.
    header_bytes = 64 * 1024
    # Whoever keeps a connection may have sent a request when we are told to end: that one is answered, as the last.
    parting_seconds = 1.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._header_timer: asyncio.TimerHandle | None = None
        self._unfinished_bytes = 0
        self._ending = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._header_timer is None and self._is_idle():
            self._await_headers()  # blank lines between requests end uvicorn's own keep-alive timer and begin nothing
        if self._header_timer is not None:
            self._unfinished_bytes += len(data)
            if self._unfinished_bytes > self.header_bytes:
                self._refuse(HeadersTooLarge(f"headers may take {self.header_bytes} bytes"))

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, whatever its annotation says
        return cycle is None or cycle.response_complete

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # Nearly all headers come whole; a timer for those that have not, where there is none, begins after these bytes.
        if self._header_timer is not None or not self._is_idle():
            self._await_headers()

    def on_headers_complete(self) -> None:
        self._stop_timer()
        super().on_headers_complete()
        if self.app_state.get(LEAVING):  # so that whoever keeps the connection asks somebody else next
            self.cycle.keep_alive = False
        if self._ending and not self._is_idle():
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """Told to end. uvicorn would close a connection that is idle at once, and lose what is on its way here."""
        self._ending = True
        if self._is_idle():
            self.loop.call_later(self.parting_seconds, self._part)
        else:
            super().shutdown()

    def _part(self) -> None:
        if self._is_idle() and not self._unfinished_bytes:  # headers that have begun have a time-out of their own
            self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own text, in which we have no say
        self._refuse(UnreadableHeaders("this is not HTTP/1.1"))

    def _await_headers(self) -> None:
        self._stop_timer()
        self._unfinished_bytes = 0
        self._header_timer = self.loop.call_later(self.header_seconds, self._too_slow)

    def _stop_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _too_slow(self) -> None:
        if not self._unfinished_bytes:  # nobody has asked for anything
            self.transport.close()
            return
        self._refuse(HeadersTooSlow(f"headers have to arrive within {self.header_seconds:g} s"))

    def _refuse(self, refusal: Refusal) -> None:
        self._stop_timer()
        if self.transport.is_closing():
            return
        request_id = str(new_id())
        problem = rendered(refusal, instance="", request_id=request_id)
        headers = {
            **dict(problem.headers),
            "Content-Length": str(len(problem.body)),
            "X-Request-Id": request_id,
            "Connection": "close",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(STATUS_LINE[problem.status] + lines.encode("ascii") + b"\r\n" + problem.body)
        self.transport.close()
