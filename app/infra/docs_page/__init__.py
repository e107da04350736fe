"""The page that shows the API to people: our own, whole, from this service alone."""

from importlib.resources import files

from fastapi import FastAPI
from starlette.responses import Response

# Nothing but this service is ever asked, no script but ours runs, and no other page can frame it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
PARTS = {
    "/docs": ("page.html", "text/html"),
    "/docs/page.css": ("page.css", "text/css"),
    "/docs/page.js": ("page.js", "text/javascript"),
    "/docs/icon.svg": ("icon.svg", "image/svg+xml"),
}


def install(app: FastAPI) -> None:
    """Serve the page and its parts; they need no key."""
    for path, (name, media_type) in PARTS.items():
        app.add_api_route(path, _Part(name, media_type), include_in_schema=False, name=f"docs {name}")


class _Part:
    """Answers with a file that lies beside this module."""

    def __init__(self, name: str, media_type: str) -> None:
        self._body = files(__package__).joinpath(name).read_bytes()
        self._media_type = media_type

    async def __call__(self) -> Response:
        return Response(self._body, headers=HEADERS, media_type=self._media_type)
