"""The page of every address of the console that there is no page for."""

from starlette.responses import Response

from app.console.deps import pages, shows
from app.kernel.errors import NotFound

router = pages()


class NoSuchPage(NotFound):
    """There is no such page."""


@router.get("/{path:path}", openapi_extra=shows())
async def show_nothing() -> Response:
    """Say that there is no such page."""
    raise NoSuchPage("the address leads nowhere; the navigation above leads on")
