"""The door that every page stands behind: who is signed in, may they, and whatever goes wrong is a page as well."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.console.core import origins, tokens
from app.console.core.visits import Visit
from app.console.schemas.forms import read_form
from app.console.schemas.pages import HEADERS, page
from app.console.service import sessions
from app.infra import logs, request_ids
from app.infra.problems import InternalError, refusal_for, rendered, status_of, title_of
from app.kernel.errors import Forbidden, Refusal
from app.tenancy.deps import Doorkeeper, Work, count

COOKIE = "kap_session"
SCOPES = "x-console-scopes"
Handle = Callable[[Request], Awaitable[Response]]
Form = Mapping[str, str]


class UntrustedForm(Forbidden):
    """The form does not come from a page of this console."""


def shows(*scopes: str) -> dict[str, Any]:
    """What a page asks of the key that somebody signed in with, for `openapi_extra`; without scopes any will do."""
    return {SCOPES: list(scopes)}


class PageRoute(APIRoute):
    """A page: for whoever is signed in with the scopes that it names by `shows`; one that names none is for anybody.

    It has the one transaction of its request, as the doors of the API have, and `Connection`, `CurrentTenant` and
    `CurrentCaller` of tenancy work behind it. A form that is sent has to come from a page of the same session.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = APIRoute.get_route_handler(self)
        extra = self.openapi_extra or {}
        scopes: list[str] | None = extra.get(SCOPES)

        async def behind_the_door(request: Request) -> Response:
            try:
                if request.method == "POST":
                    await _take_form(request)
                return await (handle(request) if scopes is None else _visited(request, handle, scopes))
            except sessions.SignedOut:
                return _to_sign_in(request)
            except Exception as error:  # noqa: BLE001  # the edge of the console: whatever it is becomes a page here
                return _problem_page(request, error)

        return behind_the_door


def pages() -> APIRouter:
    """A router whose routes are all pages."""
    return APIRouter(prefix="/console", route_class=PageRoute, include_in_schema=False)


async def _take_form(request: Request) -> None:
    request.state.form = read_form(request.headers.get("content-type", ""), await request.body())
    origin = request.headers.get("origin")
    ours = origins.from_own_page(
        fetch_site=request.headers.get("sec-fetch-site"), origin=origin, host=request.headers.get("host", "")
    )
    if not ours:
        raise UntrustedForm("open the page again, and send the form from there")
    if origins.unsafe_transport(origin):
        raise UntrustedForm("open the console by https: over plain http others could read your key")


async def _visited(request: Request, handle: Handle, scopes: list[str]) -> Response:
    token = tokens.read(request.cookies.get(COOKIE))
    if token is None:
        raise sessions.SignedOut("sign in with an API key")
    keeper: Doorkeeper = request.app.state.doorkeeper
    work = Work(keeper.database, token.tenant_id)
    async with work.stack:
        visit = await sessions.visit(await work.connection(), token)
        request.state.visit, request.state.caller, request.state.work = visit, visit.caller, work
        facts = request_ids.current()
        facts.tenant_id, facts.key_id = str(visit.caller.tenant_id), str(visit.caller.key_id)
        count(keeper, str(visit.caller.key_id))
        for scope in scopes:
            visit.caller.require(scope)
        if request.method == "POST" and not token.signs(request.state.form.get("form_token", "")):
            raise UntrustedForm("the form is not of this session; open the page again")
        return await handle(request)


def _to_sign_in(request: Request) -> Response:
    """To the sign-in and back; who follows a link from elsewhere first comes again from here.

    Browsers keep the cookie back from a request that another site leads to, so that they may be signed in after all.
    """
    if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        return page("arriving.html", None, {})
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = origins.own_path(asked) if request.method == "GET" else origins.HOME
    where = "/console/sign-in" + ("" if back == origins.HOME else f"?next={quote(back, safe='')}")
    return RedirectResponse(where, 303, headers=HEADERS)


def _problem_page(request: Request, error: Exception) -> Response:
    refusal = refusal_for(error)
    if isinstance(refusal, InternalError):
        structlog.get_logger().error("unforeseen_error", **logs.explanation(error))
    request_id = request_ids.current().request_id
    told = {"title": title_of(type(refusal)), "refusal": refusal, "request_id": request_id}
    visit: Visit | None = getattr(request.state, "visit", None)
    answer = page("problem.html", visit, told, status=status_of(type(refusal)))
    for name, value in _waiting(refusal):
        answer.headers[name] = value
    return answer


def _waiting(refusal: Refusal) -> list[tuple[str, str]]:
    """When to come again, where the refusal says so."""
    return [
        (name, value) for name, value in rendered(refusal, instance="", request_id="").headers if name == "Retry-After"
    ]


async def _visit(request: Request) -> Visit:
    found: Visit = request.state.visit
    return found


async def _form(request: Request) -> Form:
    found: Form = request.state.form
    return found


CurrentVisit = Annotated[Visit, Depends(_visit)]
CurrentForm = Annotated[Form, Depends(_form)]
