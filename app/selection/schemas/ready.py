"""Answers that the core has made already."""

from typing import Any

import orjson
from starlette.responses import Response

from app.infra.versions import tag


def json_of(value: Any) -> bytes:
    """The text of such an answer, or of a part of it."""
    return orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z)


def as_json(value: Any, status: int = 200, *, version: int | None = None) -> Response:
    """An answer that the core has made already; it is not validated once more."""
    response = Response(json_of(value), status, media_type="application/json")
    if version is not None:
        tag(response, version)
    return response
