"""The pages by which somebody signs in and out."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.console.core import origins
from app.console.deps import COOKIE, CurrentForm, CurrentVisit, pages, shows
from app.console.schemas.pages import HEADERS, page
from app.console.service import sessions
from app.tenancy.deps import Connection, Doorkeeper
from app.tenancy.service import KeyNotValid

router = pages()
_MAX_KEY = 200


@router.get("/sign-in")
async def show_sign_in(
    next: Annotated[str, Query(max_length=1000, description="The page to go on to")] = "",  # noqa: A002  # what everybody calls it
) -> Response:
    """Ask for an API key."""
    return page("sign_in.html", None, {"next": origins.own_path(next), "wrong": False})


@router.post("/sign-in")
async def sign_in(request: Request, form: CurrentForm) -> Response:
    """Begin a session for whoever shows an API key, and go on."""
    keeper: Doorkeeper = request.app.state.doorkeeper
    back = origins.own_path(form.get("next"))
    address = request.client.host if request.client else ""
    key = form.get("key", "").strip()[:_MAX_KEY]
    try:
        token = await sessions.sign_in(keeper.known, keeper.bad_keys, keeper.database, key, address)
    except KeyNotValid:
        return page("sign_in.html", None, {"next": back, "wrong": True}, status=401)
    answer = RedirectResponse(back, 303, headers=HEADERS)
    answer.set_cookie(
        COOKIE,
        token.text,
        max_age=int(sessions.LASTS.total_seconds()),
        path=origins.HOME,
        secure=origins.secure_cookie(scheme=request.url.scheme, hostname=request.url.hostname),
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/sign-out", openapi_extra=shows())
async def sign_out(visit: CurrentVisit, connection: Connection) -> Response:
    """End the session."""
    await sessions.sign_out(connection, visit)
    answer = RedirectResponse("/console/sign-in", 303, headers={**HEADERS, "Clear-Site-Data": '"cache"'})
    answer.delete_cookie(COOKIE, path=origins.HOME, httponly=True, samesite="strict")
    return answer
