"""A fake Pipedrive: API v2 with cursors (and users as v1 has them), OAuth; webhooks v2 with HTTP Basic.

Written from the OpenAPI document of v2 and the guide for webhooks v2. Ids are numbers, times are kept to the second.
A list shows nothing deleted but deals where `status=deleted` asks for them; one record is shown with `is_deleted`.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.crm.fakes.fake import Dialect, Fake, as_json, json_of
from tests.crm.fakes.grants import Refused, granted
from tests.crm.fakes.pipedrive_hooks import webhooks
from tests.crm.fakes.pipedrive_records import NAMES, SHAPES, shown, values
from tests.crm.fakes.store import Record

Door = Callable[[Request], Any]


def pipedrive(**told: Any) -> Fake:
    """A Pipedrive company."""
    told.setdefault("organization_id", "6083095")
    return Fake(DIALECT, **told)


def _error(message: str, status: int, code: str = "ERR_SCHEMA_VALIDATION_FAILED") -> Response:
    return as_json({"success": False, "error": message, "code": code}, status)


def _kind(request: Request) -> str | None:
    return NAMES.get(request.path_params["name"])


def _routes(fake: Fake) -> list[Route]:
    return [
        Route("/oauth/token", _tokens(fake), methods=["POST"]),
        Route("/v1/users", _users(fake)),
        Route("/v1/users/me", _me(fake)),
        Route("/v1/users/{record_id}", _user(fake)),
        Route("/api/v1/users", _users(fake)),
        Route("/api/v1/users/me", _me(fake)),
        Route("/api/v1/users/{record_id}", _user(fake)),
        Route("/api/v2/deals/archived", _archived(fake)),
        Route("/api/v2/{name}", _list(fake)),
        Route("/api/v2/{name}/{record_id}", _one(fake), methods=["GET", "PATCH"]),
    ]


def _tokens(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        try:
            access, refresh = await granted(fake, request)
        except Refused as refused:
            return as_json({"success": False, "error": refused.error, "message": refused.error}, 400)
        return as_json(
            {
                "access_token": access,
                "token_type": "bearer",
                "refresh_token": refresh or min(fake.tokens.refresh),
                "scope": "deals:read,contacts:full",
                "expires_in": int(fake.tokens.lifetime_seconds),
                "api_domain": str(request.base_url).rstrip("/"),
            }
        )

    return answer


def _list(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, query = _kind(request), request.query_params
        if kind is None:
            return _error("Unknown method.", 404, "ERR_NOT_FOUND")
        wrong = _wrong_query(query)
        if wrong:
            return _error(wrong, 400)
        found = sorted((r for r in fake.store.all(kind) if _listed(r, query)), key=_order(query))
        if query.get("sort_direction") == "desc":
            found.reverse()
        start = int(b64decode(query["cursor"])) if query.get("cursor") else 0
        size = min(int(query.get("limit", "100")), fake.page_size)
        end = start if fake.looping else start + size
        more = fake.looping or end < len(found)
        cursor = b64encode(str(end).encode()).decode() if more else None
        rows = [shown(record) for record in found[start : start + size]]
        return as_json({"success": True, "data": rows, "additional_data": {"next_cursor": cursor}})

    return answer


def _wrong_query(query: Mapping[str, str]) -> str | None:
    if not 1 <= int(query.get("limit", "100")) <= 500:
        return "limit must be from 1 to 500"
    if len(query.get("ids", "").split(",")) > 100:
        return "at most 100 ids"
    try:
        _since(query)
    except ValueError:
        return "updated_since must be a time as RFC 3339 has it"
    return None


def _since(query: Mapping[str, str]) -> datetime | None:
    text = query.get("updated_since")
    if not text:
        return None
    if "T" not in text or not text.endswith("Z"):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _listed(record: Record, query: Mapping[str, str]) -> bool:
    if record.gone != (query.get("status") == "deleted") or record.values.get("is_archived"):
        return False
    since = _since(query)
    if since is not None and record.modified_at < since:
        return False
    if query.get("ids") and record.id not in query["ids"].split(","):
        return False
    status = query.get("status", "deleted")
    return status == "deleted" or record.values.get("status", "open") == status


def _order(query: Mapping[str, str]) -> Callable[[Record], Any]:
    sort = query.get("sort_by", "id")
    if sort == "update_time":
        return lambda record: (record.modified_at, int(record.id))
    return lambda record: (record.created_at, int(record.id)) if sort == "add_time" else int(record.id)


def _archived(fake: Fake) -> Door:
    async def answer(_request: Request) -> Response:
        rows = [shown(r) for r in fake.store.alive("opportunity") if r.values.get("is_archived")]
        return as_json({"success": True, "data": rows, "additional_data": {"next_cursor": None}})

    return answer


def _one(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, record_id = _kind(request), request.path_params["record_id"]
        if not record_id.isdigit():
            return _error("id must be a number", 400)
        record = fake.store.find(kind, record_id) if kind else None
        if kind is None or record is None:
            return _error("Record not found", 404, "ERR_NOT_FOUND")
        if request.method == "PATCH":
            if record.gone:
                return _error("Record not found", 404, "ERR_NOT_FOUND")
            wrong = _written(fake, kind, record, await json_of(request))
            if wrong:
                return _error(wrong, 400)
        return as_json({"success": True, "data": shown(record)})

    return answer


def _written(fake: Fake, kind: str, record: Record, told: Mapping[str, Any]) -> str | None:
    custom = told.get("custom_fields", {})
    unknown = [name for name in told if name not in SHAPES[kind] and name != "custom_fields"]
    unknown += [name for name in custom if name not in fake.custom_fields]
    if unknown:
        return f"Validation failed: {unknown[0]}: unknown field"
    values = {name: value for name, value in told.items() if name != "custom_fields"}
    before = record.values.get("custom_fields", {})
    fake.store.change(kind, record.id, {**values, "custom_fields": {**before, **custom}}, by_api=True)
    return None


def _user_shown(record: Record) -> dict[str, Any]:
    told = shown(record)
    del told["custom_fields"], told["is_deleted"], told["update_time"], told["add_time"]
    return {
        **told,
        "created": record.created_at.strftime("%Y-%m-%d %H:%M:%S"),
        "modified": record.modified_at.strftime("%Y-%m-%d %H:%M:%S"),
        "active_flag": not record.gone,
    }


def _users(fake: Fake) -> Door:
    async def answer(_request: Request) -> Response:
        return as_json({"success": True, "data": [_user_shown(record) for record in fake.store.all("user")]})

    return answer


def _user(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        record = fake.store.find("user", request.path_params["record_id"])
        if record is None:
            return as_json({"success": False, "error": "User not found", "errorCode": 404}, 404)
        return as_json({"success": True, "data": _user_shown(record)})

    return answer


def _me(fake: Fake) -> Door:
    async def answer(_request: Request) -> Response:
        return as_json({"success": True, "data": {"id": 1, "name": "Admin", "company_id": int(fake.organization_id)}})

    return answer


def _token(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-token") or (token if scheme.lower() == "bearer" else None)


def _repoint(fake: Fake, kind: str, loser: str, survivor: str) -> None:
    if kind == "account":
        for child in ("opportunity", "contact"):
            for record in fake.store.all(child):
                if record.values.get("org_id") == int(loser):
                    fake.store.change(child, record.id, {"org_id": int(survivor)})


def _refused(message: str, status: int) -> Response:
    told = {
        "success": False,
        "error": message,
        "errorCode": status,
        "error_info": "Please check developers.pipedrive.com",
    }
    return as_json(told, status)


DIALECT = Dialect(
    provider="pipedrive",
    new_id=lambda _kind, number: str(5000 + number),
    routes=_routes,
    values=values,
    webhooks=webhooks,
    unauthorized=lambda _fake: _refused("unauthorized access", 401),
    busy=lambda _fake: _refused("rate limit exceeded", 429),
    used_up=lambda _fake: _refused("daily token budget exceeded", 429),
    repoint=_repoint,
    open_paths=("/oauth/token",),
    token=_token,
    looks=lambda fake: {
        "x-ratelimit-limit": "80",
        "x-ratelimit-remaining": "79",
        "x-ratelimit-reset": "2",
        "x-daily-ratelimit-token-remaining": str(fake.limits.daily - fake.limits.used()),
        "x-daily-ratelimit-token-limit": str(fake.limits.daily),
    },
)
