"""The edge of the service: what every request meets before and after its route, put on in one call."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.infra import logs, problem_pages, request_ids
from app.infra.guard import Guard, GuardLimits
from app.infra.problems import InternalError, refusal_for, rendered
from app.infra.strict_json import StrictRoute
from app.infra.telemetry import CONTENT_TYPE, UNMATCHED, Metrics
from app.kernel.errors import Refusal

_GONE = 499
_AS_IT_SAYS = (b"x-content-type-options", b"nosniff")  # no answer is taken for a page that calls itself none


class Edge:
    """Outermost ASGI middleware: request id, HEAD, access line, metrics; no error gets past it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        facts = request_ids.facts_of(scope["headers"])
        token = request_ids.begin(facts)
        method = scope["method"]
        if method == "HEAD":  # answered as GET is, without the body
            scope = {**scope, "method": "GET"}
        answer = _Answer(send, facts, bodiless=method == "HEAD")
        try:
            await self.app(scope, receive, answer.send)
        except Exception as error:  # noqa: BLE001  # the edge: whatever it is becomes a problem document here
            await answer.refuse(scope, error)
        finally:
            route, seconds = _route_template(scope), perf_counter() - began
            self.metrics.answered(method, route, answer.status, seconds)
            logs.write_request(method, route, answer.status, round(seconds * 1000, 2), facts)
            request_ids.end(token)


class _Answer:
    """One answer on its way out."""

    __slots__ = ("_bodiless", "_facts", "_finished", "_send", "started", "status")

    def __init__(self, send: Send, facts: request_ids.Facts, *, bodiless: bool) -> None:
        self._send = send
        self._facts = facts
        self._bodiless = bodiless
        self._finished = False
        self.started = False
        self.status = _GONE

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            named = (b"x-request-id", self._facts.request_id.encode("ascii"))
            own = [named, _AS_IT_SAYS, *self._facts.answer_headers]
            message["headers"] = [*message.get("headers", ()), *own]
        elif self._bodiless and message["type"] == "http.response.body":
            if self._finished:
                await asyncio.sleep(0)  # so that what streams gets to see that nobody listens any more
                return
            # Ended at the first piece: an endless stream must not be run for nobody.
            message = {"type": "http.response.body", "body": b""}
            self._finished = True
        await self._send(message)

    async def refuse(self, scope: Scope, error: Exception) -> None:
        refusal = refusal_for(error)
        if self.started:  # too late for a problem: the server closes the connection, as it sees an unfinished answer
            refusal = InternalError("broken off")
        if isinstance(refusal, InternalError):
            structlog.get_logger().error("unforeseen_error", **logs.explanation(error))
        if self.started:
            return
        try:
            await _problem_response(scope, refusal)(scope, _nothing, self.send)
        except OSError:  # nobody is there to be told
            self.status = _GONE


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _route_template(scope: Scope) -> str:
    """The path with parameters' names in place of their values, so that metrics and logs hold no ids."""
    context = scope.get("fastapi", {}).get("effective_route_context")  # of a route in an included router
    route = context or scope.get("route")
    return getattr(route, "path_format", None) or UNMATCHED


def _problem_response(scope: Scope, refusal: Refusal) -> Response:
    raw: bytes = scope.get("raw_path") or b""
    problem = rendered(refusal, instance=raw.decode("ascii", "replace"), request_id=request_ids.current().request_id)
    return Response(problem.body, problem.status, headers=dict(problem.headers))


async def _on_error(request: Request, error: Exception) -> Response:
    refusal = refusal_for(error)
    if isinstance(refusal, InternalError):
        structlog.get_logger().error("unforeseen_error", **logs.explanation(error))
    response = _problem_response(request.scope, refusal)
    if isinstance(error, HTTPException) and error.status_code == 405:
        response.headers["Allow"] = ", ".join(sorted(_allowed_methods(request)))
    return response


def _allowed_methods(request: Request) -> set[str]:
    """What all routes of this path take together; Starlette's own Allow names the first route's methods alone."""
    path, allowed = request.scope["path"], set[str]()
    for context in iter_route_contexts(request.app.routes):
        pattern = getattr(context, "path_regex", None)
        if pattern is not None and pattern.match(path):
            allowed |= context.methods or set()
    return allowed | {"HEAD"} if "GET" in allowed else allowed


def lenient_routes(app: FastAPI) -> list[str]:
    """The routes that take a body without reading it as strict JSON; there should be none."""
    return [
        f"{context.name} {context.path}"
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
        and context.original_route.body_field is not None
        and not isinstance(context.original_route, StrictRoute)
    ]


def install(app: FastAPI, *, metrics: Metrics | None = None, limits: GuardLimits | None = None) -> Metrics:
    """Put the edge on `app`, and the pages that belong to it; returns the metrics that it counts in."""
    metrics = metrics or Metrics()
    app.state.metrics = metrics
    app.router.redirect_slashes = False
    app.router.route_class = StrictRoute
    handlers: tuple[type[Exception], ...] = (Refusal, RequestValidationError, HTTPException)
    for kind in handlers:
        app.add_exception_handler(kind, _on_error)
    app.add_middleware(Guard, limits=limits or GuardLimits())
    app.add_middleware(Edge, metrics=metrics)  # added last, stands outermost
    app.add_api_route(
        "/metrics",
        _page(metrics),
        name="get_service_metrics",
        tags=["operation"],
        response_class=PlainTextResponse,
        openapi_extra=problem_pages.OPEN,
    )
    problem_pages.install(app)
    return metrics


def _page(metrics: Metrics) -> Callable[[], Awaitable[Response]]:
    async def show_metrics() -> Response:
        """Read the figures of this process, in the text format of Prometheus."""
        return Response(await metrics.scraped(), media_type=CONTENT_TYPE)

    return show_metrics
