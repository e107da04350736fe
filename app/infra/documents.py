"""The OpenAPI document of the service, made from its routes, and the page that shows it without any outside address."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

DESCRIPTION = """\
The service that a CRM calls to run a key account program: which accounts are key and why, at which partnership level,
who owes what, and how healthy each account is.

Every request under `/v1` shows a key: `Authorization: Bearer kap_live_…`. Errors are problem documents (RFC 9457).
Every `POST` takes an `Idempotency-Key`. Lists are paged with `limit` and `cursor`.
"""


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="Key Account Program API",
            version=app.version,
            summary="Which accounts are key and why, who owes what, how healthy",
            description=DESCRIPTION,
            routes=app.routes,
            tags=app.openapi_tags,
            license_info={"name": "MIT", "identifier": "MIT"},
            servers=[{"url": "/", "description": "This server"}],
        )
        schemes = made.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["api_key"] = {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "kap_live_…",
            "description": "An API key of the organization; each operation names the scope that it needs",
        }
        app.openapi_schema = made
    return app.openapi_schema
