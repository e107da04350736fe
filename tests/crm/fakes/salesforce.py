"""A fake Salesforce: REST with SOQL, collections, deleted records, OAuth; outbound messages, change events, Flow calls.

Written from the REST API's and SOAP API's documents; times are kept to the second, ids are of 18 characters.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.crm.fakes.expressions import Unparsable
from tests.crm.fakes.fake import Dialect, Fake, as_json, json_of
from tests.crm.fakes.grants import Refused, granted
from tests.crm.fakes.salesforce_hooks import webhooks
from tests.crm.fakes.salesforce_records import KINDS, NAMES, SYSTEM, instant, known, long_id, rendered, shown, values
from tests.crm.fakes.soql import NoSuchField, Selection, selection
from tests.crm.fakes.store import Record

_PREFIXES = {"account": "001", "opportunity": "006", "contact": "003", "user": "005"}


def salesforce(**told: Any) -> Fake:
    """A Salesforce organization."""
    told.setdefault("page_size", 2000)
    told.setdefault("organization_id", "00D1I000003qqqEUAQ")
    return Fake(DIALECT, **told)


def _new_id(kind: str, number: int) -> str:
    return long_id(f"{_PREFIXES[kind]}5f00000{number:05d}")


def _error(code: str, message: str, status: int = 400, fields: Sequence[str] | None = None) -> Response:
    told: dict[str, Any] = {"message": message, "errorCode": code}
    if fields is not None:
        told["fields"] = list(fields)
    return as_json([told], status)


def _routes(fake: Fake) -> list[Route]:
    data = "/services/data/{version}"
    return [
        Route("/services/oauth2/token", _tokens(fake), methods=["POST"]),
        Route(data + "/query", _query(fake, everything=False)),
        Route(data + "/queryAll", _query(fake, everything=True)),
        Route(data + "/query/{locator}", _more(fake)),
        Route(data + "/queryAll/{locator}", _more(fake)),
        Route(data + "/limits", _limits(fake)),
        Route(data + "/composite/sobjects", _update_many(fake), methods=["PATCH"]),
        Route(data + "/composite/sobjects/{name}", _retrieve_many(fake), methods=["POST"]),
        Route(data + "/sobjects/{name}/deleted", _deleted(fake)),
        Route(data + "/sobjects/{name}/deleted/", _deleted(fake)),
        Route(data + "/sobjects/{name}/{record_id}", _one(fake), methods=["GET", "PATCH"]),
    ]


Door = Callable[[Request], Any]


def _tokens(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        try:
            access, refresh = await granted(fake, request)
        except Refused as refused:
            return as_json({"error": refused.error, "error_description": "expired access/refresh token"}, 400)
        told = {
            "access_token": access,
            "signature": "bm9uc2Vuc2U=",
            "scope": "refresh_token api",
            "instance_url": str(request.base_url).rstrip("/"),
            "id": f"https://login.salesforce.com/id/{fake.organization_id}/0055f000005mc66AAA",
            "token_type": "Bearer",
            "issued_at": str(int(datetime.now(UTC).timestamp() * 1000)),
        }
        return as_json({**told, "refresh_token": refresh} if refresh else told)

    return answer


def _query(fake: Fake, *, everything: bool) -> Door:
    async def answer(request: Request) -> Response:
        text = request.query_params.get("q", "")
        try:
            asked = selection(text, NAMES, lambda kind: known(fake, kind))
        except NoSuchField as missing:
            return _error("INVALID_FIELD", f"No such column '{missing}' on sobject of type {missing.kind}")
        except Unparsable as wrong:
            code = "INVALID_TYPE" if "is not supported" in str(wrong) else "MALFORMED_QUERY"
            return _error(code, str(wrong))
        found = [record for record in fake.store.all(asked.kind) if everything or not record.gone]
        records = asked.of(found, rendered)
        if asked.counts:
            return as_json({"totalSize": len(records), "done": True, "records": []})
        return _page(fake, asked, records, 0, request.path_params["version"])

    return answer


def _page(fake: Fake, asked: Selection, records: Sequence[Record], start: int, version: str) -> Response:
    size = fake.page_size
    end = min(len(records), start + size)
    told: dict[str, Any] = {"totalSize": len(records), "done": end == len(records)}
    if fake.looping:
        end, told["done"] = min(start + size, len(records)), False
    if not told["done"]:
        locators = fake.state.setdefault("locators", {})
        locator = f"01g5f00000{len(locators):05d}AAA"
        locators[locator] = (asked, list(records))
        told["nextRecordsUrl"] = f"/services/data/{version}/query/{locator}-{start if fake.looping else end}"
    told["records"] = [shown(fake, asked.kind, record, asked.fields) for record in records[start:end]]
    return as_json(told)


def _more(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        locator, _, start = request.path_params["locator"].rpartition("-")
        kept = fake.state.get("locators", {}).get(locator)
        if kept is None:
            return _error("INVALID_QUERY_LOCATOR", "invalid query locator")
        asked, records = kept
        if fake.looping:
            end = min(int(start) + fake.page_size, len(records))
            rows = [shown(fake, asked.kind, record, asked.fields) for record in records[int(start) : end]]
            return as_json(
                {"totalSize": len(records), "done": False, "nextRecordsUrl": request.url.path, "records": rows}
            )
        return _page(fake, asked, records, int(start), request.path_params["version"])

    return answer


def _limits(fake: Fake) -> Door:
    async def answer(_request: Request) -> Response:
        left = fake.limits.daily - fake.limits.used()
        return as_json({"DailyApiRequests": {"Max": fake.limits.daily, "Remaining": left}})

    return answer


def _kind(request: Request) -> str | None:
    return NAMES.get(request.path_params["name"])


def _one(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind = _kind(request)
        record = fake.store.find(kind, request.path_params["record_id"]) if kind else None
        if kind is None or record is None:
            return _error("NOT_FOUND", "The requested resource does not exist", 404)
        if record.gone:
            return _error("ENTITY_IS_DELETED", "entity is deleted", 404, [])
        if request.method == "PATCH":
            wrong = _written(fake, kind, record, await json_of(request))
            return _error(*wrong) if wrong else Response(status_code=204)
        asked = request.query_params.get("fields")
        fields = asked.split(",") if asked else sorted(known(fake, kind))
        unknown = [field for field in fields if field not in known(fake, kind)]
        if unknown:
            return _error("INVALID_FIELD", f"No such column '{unknown[0]}' on sobject of type {KINDS[kind]}")
        return as_json(shown(fake, kind, record, fields))

    return answer


def _written(fake: Fake, kind: str, record: Record, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """Keep the values, or the code and the words of why not."""
    unknown = [name for name in values if name not in known(fake, kind) - SYSTEM]
    if unknown:
        return "INVALID_FIELD", f"No such column '{unknown[0]}' on sobject of type {KINDS[kind]}"
    locked: tuple[str, str] | None = fake.state.get("locked", {}).get(record.id)
    if locked:
        return locked
    fake.store.change(kind, record.id, values, by_api=True)
    return None


def _update_many(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        told = await json_of(request)
        rows = told.get("records", [])
        if not rows:
            return _error("REQUIRED_FIELD_MISSING", "At least 1 record is required")
        if len(rows) > 200:
            return _error("INVALID_INPUT", "Too many records: the most is 200")
        return as_json([_update_one(fake, row) for row in rows])

    return answer


def _update_one(fake: Fake, row: Mapping[str, Any]) -> dict[str, Any]:
    kind = NAMES.get(row.get("attributes", {}).get("type", ""))
    record_id = row.get("id") or row.get("Id")
    record = fake.store.find(kind, record_id) if kind and record_id else None
    if record_id is None:
        return _refused("MISSING_ARGUMENT", "Id not specified in an update call")
    if kind is None or record is None:
        return _refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if record.gone:
        return _refused("ENTITY_IS_DELETED", "entity is deleted")
    values = {name: value for name, value in row.items() if name not in {"attributes", "id", "Id"}}
    wrong = _written(fake, kind, record, values)
    return _refused(*wrong) if wrong else {"id": record_id, "success": True, "errors": []}


def _refused(code: str, message: str) -> dict[str, Any]:
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": []}]}


def _retrieve_many(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, told = _kind(request), await json_of(request)
        if kind is None:
            return _error("NOT_FOUND", "The requested resource does not exist", 404)
        unknown = [field for field in told["fields"] if field not in known(fake, kind)]
        if unknown:
            return _error("INVALID_FIELD", f"No such column '{unknown[0]}' on sobject of type {KINDS[kind]}")
        found = [fake.store.find(kind, record_id) for record_id in told["ids"]]
        return as_json(
            [shown(fake, kind, r, ["Id", *told["fields"]]) if r is not None and not r.gone else None for r in found]
        )

    return answer


def _deleted(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind = _kind(request)
        try:
            start = datetime.fromisoformat(request.query_params["start"].replace(" ", "+"))
            end = datetime.fromisoformat(request.query_params["end"].replace(" ", "+"))
        except (KeyError, ValueError):
            return _error("MISSING_ARGUMENT", "start and end are required")
        if kind is None:
            return _error("NOT_FOUND", "The requested resource does not exist", 404)
        gone = [(r.id, r.gone_at) for r in fake.store.all(kind) if r.gone_at and start <= r.gone_at <= end]
        told = [{"id": record_id, "deletedDate": instant(at)} for record_id, at in gone]
        return as_json(
            {"deletedRecords": told, "earliestDateAvailable": instant(start), "latestDateCovered": instant(end)}
        )

    return answer


def _repoint(fake: Fake, kind: str, loser: str, survivor: str) -> None:
    """What belonged to the merged account belongs to the survivor."""
    if kind != "account":
        return
    for child, field in (("opportunity", "AccountId"), ("contact", "AccountId"), ("account", "ParentId")):
        for record in fake.store.all(child):
            if record.values.get(field) == loser:
                fake.store.change(child, record.id, {field: survivor})


DIALECT = Dialect(
    provider="salesforce",
    new_id=_new_id,
    routes=_routes,
    values=values,
    webhooks=webhooks,
    unauthorized=lambda _fake: _error("INVALID_SESSION_ID", "Session expired or invalid", 401),
    busy=lambda _fake: _error(
        "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.", 503
    ),
    used_up=lambda _fake: _error("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", 403),
    repoint=_repoint,
    open_paths=("/services/oauth2/",),
    looks=lambda fake: {"Sforce-Limit-Info": f"api-usage={fake.limits.used()}/{fake.limits.daily}"},
)
