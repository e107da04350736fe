"""The files that pages refer to, for anybody, to be kept for good."""

from typing import Annotated

from fastapi import APIRouter, Header, Path
from starlette.responses import Response

from app.console.schemas.files import FOR_GOOD, static_files
from app.infra.problems import NoSuchPath

router = APIRouter(prefix="/console/static", include_in_schema=False)


@router.get("/{digest}/{name:path}")
async def get_static_file(
    digest: Annotated[str, Path(description="Of what the file holds")],
    name: Annotated[str, Path(description="The file's name")],
    accept_encoding: Annotated[str, Header(description="What the browser can unpack")] = "",
) -> Response:
    """Read a file as it was when its address was written."""
    found = static_files().get(name)
    if found is None or found.digest != digest:
        raise NoSuchPath("there is no such file")
    headers = {
        "Cache-Control": FOR_GOOD,
        "Vary": "Accept-Encoding",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if "gzip" not in accept_encoding:
        return Response(found.body, media_type=found.media_type, headers=headers)
    return Response(found.packed, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"})
