"""Finds the route of a request at once: trying one pattern after the other costs more than most requests do."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

# /v1/accounts/{account_id}/score: the part that tells routes apart best, and is never a parameter.
TELLING = 2
Place = tuple[str, int, str]  # method, number of parts, the telling part


class Signposts:
    """Leads a request to the routes of its place; where none of them is meant, the router itself looks on.

    A route may have an `express`, which gives its answer, or None where the route itself is to give it.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._routes: dict[Place, list[APIRoute]] = {}
        for route in router.routes:
            if isinstance(route, APIRoute):
                for place in _places(route):
                    self._routes.setdefault(place, []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            parts = scope["path"].split("/")
            place = (scope["method"], len(parts), parts[TELLING] if len(parts) > TELLING else "")
            for route in self._routes.get(place, ()):
                match, found = route.matches(scope)
                if match == Match.FULL:
                    scope.update(found, router=self._router)
                    express = getattr(route, "express", None)
                    answer = None if express is None else await express(scope, receive)
                    await (route.handle(scope, receive, send) if answer is None else answer(scope, receive, send))
                    return
        await self._router.app(scope, receive, send)


def _places(route: APIRoute) -> list[Place]:
    parts = route.path.split("/")
    if len(parts) <= TELLING or "{" in parts[TELLING] or ":path}" in route.path:
        return []
    return [(method, len(parts), parts[TELLING]) for method in route.methods or ()]


def include(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Take over the routes of all routers as they are, and put up the signposts; call it once, last."""
    for router in routers:
        app.router.routes.extend(router.routes)
    app.router.middleware_stack = Signposts(app.router)
