"""The straight way to the routes that are called all day long by machines: past all that is prepared for others.

The edge and the guard stand before them as before any route; what lies between them and a route otherwise (the
framework's own middleware, the search for the route) costs as much as such a route itself.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app.infra.edge import Edge
from app.infra.guard import Guard, GuardLimits
from app.infra.signposts import Express, Signposts
from app.infra.telemetry import Metrics

Inlet = tuple[APIRoute, Express]
# Of a request's scope: what it is refused with, where that is known before it comes here.
REFUSED = "refused"


class Straight:
    """Leads to the `express` of a route; all else goes the usual way, and so does what one leaves to its route.

    POST below a prefix is for the one of `routes` with as many parts: their paths are the prefix and then parameters,
    each of which is one part. What else has an `express`, the signposts know.
    """

    def __init__(
        self, prefix: str, routes: Sequence[Inlet], signposts: Signposts, guarded: tuple[Metrics, GuardLimits]
    ) -> None:
        self._prefix = prefix
        self._routes = {route.path.count("/"): (route, express) for route, express in routes}
        self._signposts = signposts
        metrics, limits = guarded
        self._edge = Edge(Guard(self._answered, limits), metrics)
        self._usual: ASGIApp | None = None

    def before(self, usual: ASGIApp) -> "Straight":
        """Stand in front of the usual way."""
        self._usual = usual
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._usual is not None
        express = self._express(scope) if scope["type"] == "http" else None
        if express is None:
            await self._usual(scope, receive, send)
        else:
            scope["express"] = express
            await self._edge(scope, receive, send)

    def _express(self, scope: Scope) -> Express | None:
        path: str = scope["path"]
        if scope["method"] != "POST" or not path.startswith(self._prefix):
            return self._signposts.express(scope)
        values = path[len(self._prefix) :].split("/")
        route, express = self._routes.get(path.count("/"), (None, None))
        if route is None or not all(values):
            return None
        scope["route"] = route
        scope["path_params"] = dict(zip(route.param_convertors, values, strict=True))
        return express

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (refusal := scope.get(REFUSED)) is not None:
            raise refusal
        express: Express = scope["express"]
        answer = await express(scope, receive)
        await (_behind_the_guard(self._usual) if answer is None else answer)(scope, receive, send)


def _behind_the_guard(usual: ASGIApp | None) -> ASGIApp:
    """What stands there on the usual way."""
    at: Any = usual
    while not isinstance(at, Guard):
        at = at.app
    return at.app


def lead(app: FastAPI, straight: Straight) -> None:
    """Let `app` look at the straight way first."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: straight.before(build())  # type: ignore[method-assign]  # before all else
