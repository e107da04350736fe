"""Finds the route of a request at once: trying one pattern after the other costs more than most requests do."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

# /v1/accounts/{account_id}/score: the part that tells routes apart best, and is never a parameter.
TELLING = 2
# method, number of parts, the telling part, and the last one: None where that is none of a route's own words.
Place = tuple[str, int, str, str | None]


class Signposts:
    """Leads a request to the routes of its place; where none of them is meant, the router itself looks on.

    A route may have an `express`, which gives its answer, or None where the route itself is to give it.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._routes: dict[Place, list[APIRoute]] = {}
        near: dict[tuple[str, int, str], list[tuple[str | None, APIRoute]]] = {}
        for route in router.routes:
            if isinstance(route, APIRoute):
                for place in _places(route):
                    near.setdefault(place[:3], []).append((place[3], route))
        for head, found in near.items():
            for last in {last for last, _ in found}:  # whose last part is the same word, or whatever is given
                self._routes[*head, last] = [route for own, route in found if own in {last, None}]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            parts = scope["path"].split("/")
            method, count, telling = scope["method"], len(parts), parts[TELLING] if len(parts) > TELLING else ""
            place, elsewhere = (method, count, telling, parts[-1]), (method, count, telling, None)
            for route in self._routes.get(place) or self._routes.get(elsewhere) or ():
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
    last = None if "{" in parts[-1] else parts[-1]
    return [(method, len(parts), parts[TELLING], last) for method in route.methods or ()]


def include(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Take over the routes of all routers as they are, and put up the signposts; call it once, last."""
    for router in routers:
        app.router.routes.extend(router.routes)
    app.router.middleware_stack = Signposts(app.router)
