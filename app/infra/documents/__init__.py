"""The OpenAPI document of the service: what FastAPI reads from the routes, completed and put into good order."""

from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.infra.documents import answers, examples, links, operations, schemas, webhooks
from app.infra.documents.tags import described
from app.infra.problem_pages import with_problems

DESCRIPTION = """\
The service that a CRM calls to run a key account program: which accounts are key and why, at which partnership level,
who owes what, and how healthy each account is.

**Keys.** Every request under `/v1` shows a key: `Authorization: Bearer kap_live_…`. A key belongs to one organization
and sees nothing of any other. Each operation names the scope that it needs; the scope `admin` holds all others.

**Invitations.** People of a customer take part in a calibration without a key: they show the token of an invitation,
`Authorization: Bearer kap_guest_…`, which opens what is under `/v1/participant` of one calibration and nothing else.

**Errors** are problem documents (RFC 9457, `application/problem+json`). `code` is stable and for programs; where fields
cannot be right, `errors` points at each of them. The answers of an operation list the codes that it may give.

**Lists** are paged: `limit` says how many, `next_cursor` of one page is the `cursor` of the next, `sort=-field` turns
the order round. Pages stay right while records are added.

**Sent twice.** Every `POST` takes an `Idempotency-Key`: the same key with the same body has one effect, and the first
answer is given again for 24 hours.

**Changed meanwhile.** What can be changed has a `version`, which is also its `ETag`; a change with `If-Match` is
refused when somebody else was faster.

**Long work** is answered with 202 and a job. `GET` the job, or follow its events.

**Within `/v1`** nothing that callers rely on is taken away. New operations, optional parameters and fields, and new
words where a field of an answer is one of several, may come at any time: pass over what you do not know.

Days are `2017-12-31`, instants RFC 3339 in UTC, amounts of money decimal strings with their currency, ids UUIDs.
"""
SECURITY_SCHEMES = {
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "kap_live_…",
        "description": "An API key of the organization; each operation names the scope that it needs",
    },
    "invitation": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "kap_guest_…",
        "description": "The token of an invitation: it lets one person of a customer into one calibration",
    },
}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def served(app: FastAPI) -> bytes:
    """The document as it is served: in the order in which fields were declared, which is the order to read them in."""
    return orjson.dumps(document(app))


def _made(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title="Key Account Program API",
        version=app.version,
        summary="Which accounts are key and why, who owes what, how healthy",
        description=DESCRIPTION,
        routes=app.routes,
        contact={"name": "The operator of this service"},
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": "/", "description": "This server"}],
    )
    made["components"]["securitySchemes"] = SECURITY_SCHEMES
    webhooks.add(made, app)
    made = schemas.tidied(with_problems(made))
    operations.complete(made, app)
    answers.complete(made)
    links.add(made)
    examples.add(made)
    webhooks.add_examples(made)
    made["tags"] = described(made)
    return made
