"""Finds the route of a request at once: trying one pattern after the other costs more than most requests do."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

# /v1/accounts/{account_id}/score: the part that tells routes apart best, and is never a parameter.
TELLING = 2
# method, number of parts, the telling part, and the last one: None where that is none of a route's own words.
Place = tuple[str, int, str, str | None]
# A route may have one as `express`: it gives the answer, or None where the route itself is to give it.
Express = Callable[[Scope, Receive], Awaitable[ASGIApp | None]]


class Signposts:
    """Leads a request to the routes of its place; where none of them is meant, the router itself looks on."""

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

        self._with_express = {
            place: routes
            for place, routes in self._routes.items()
            if any(getattr(route, "express", None) is not None for route in routes)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._led(scope, self._routes) if scope["type"] == "http" else None
        await (self._router.app if route is None else route.handle)(scope, receive, send)

    def express(self, scope: Scope) -> Express | None:
        """That of the route which is meant, if it has one; the scope then names the route."""
        route = self._led(scope, self._with_express)
        return None if route is None else getattr(route, "express", None)

    def _led(self, scope: Scope, routes: Mapping[Place, Sequence[APIRoute]]) -> APIRoute | None:
        parts = scope["path"].split("/")
        method, count, telling = scope["method"], len(parts), parts[TELLING] if len(parts) > TELLING else ""
        place, elsewhere = (method, count, telling, parts[-1]), (method, count, telling, None)
        for route in routes.get(place) or routes.get(elsewhere) or ():
            match, found = route.matches(scope)
            if match == Match.FULL:
                scope.update(found, router=self._router)
                return route
        return None


def _places(route: APIRoute) -> list[Place]:
    parts = route.path.split("/")
    if len(parts) <= TELLING or "{" in parts[TELLING] or ":path}" in route.path:
        return []
    last = None if "{" in parts[-1] else parts[-1]
    return [(method, len(parts), parts[TELLING], last) for method in route.methods or ()]


def include(app: FastAPI, routers: Iterable[APIRouter]) -> Signposts:
    """Take over the routes of all routers as they are, and put up the signposts; call it once, last."""
    for router in routers:
        app.router.routes.extend(router.routes)
    signposts = Signposts(app.router)
    app.router.middleware_stack = signposts
    return signposts
