"""The straight way to a few routes that are called all day long by machines: past all that is prepared for others.

The edge and the guard stand before them as before any route; what lies between them and a route otherwise (the
framework's own middleware, the search for the route) costs as much as such a route itself.
"""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app.infra.edge import Edge
from app.infra.guard import Guard, GuardLimits
from app.infra.telemetry import Metrics

Express = Callable[[Scope, Receive], Awaitable[ASGIApp]]
Inlet = tuple[APIRoute, Express]


class Straight:
    """Leads POST below a prefix to the `express` of the route with as many parts; all else goes the usual way.

    Such a route's path is the prefix and then parameters, each of which is one part.
    """

    def __init__(self, prefix: str, routes: Sequence[Inlet], guarded: tuple[Metrics, GuardLimits]) -> None:
        self._prefix = prefix
        self._routes = {route.path.count("/"): (route, express) for route, express in routes}
        metrics, limits = guarded
        self._edge = Edge(Guard(_answered, limits), metrics)
        self.otherwise: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(self._prefix):
            path: str = scope["path"]
            values = path[len(self._prefix) :].split("/")
            found = self._routes.get(path.count("/"))
            if found is not None and all(values):
                route, express = found
                scope["route"], scope["express"] = route, express
                scope["path_params"] = dict(zip(route.param_convertors, values, strict=True))
                await self._edge(scope, receive, send)
                return
        assert self.otherwise is not None
        await self.otherwise(scope, receive, send)


async def _answered(scope: Scope, receive: Receive, send: Send) -> None:
    express: Express = scope["express"]
    answer = await express(scope, receive)
    await answer(scope, receive, send)


def lead(app: FastAPI, straight: Straight) -> None:
    """Let `app` look at the straight way first."""
    build = app.build_middleware_stack

    def with_straight_way() -> ASGIApp:
        straight.otherwise = build()
        return straight

    app.build_middleware_stack = with_straight_way  # type: ignore[method-assign]  # what stands before all else
