"""A fake Dynamics 365: the Web API with OData, change tracking, OAuth; webhooks as RemoteExecutionContext.

Written from Microsoft's Dataverse documents. Ids are GUIDs, times are kept to the second. A delta tells of deleted
entities; its token may have expired.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.crm.fakes.dynamics_hooks import webhooks
from tests.crm.fakes.dynamics_records import CURRENCIES, KEYS, KINDS, NAMES, known, read, shown, values
from tests.crm.fakes.expressions import Unparsable, comparable, condition
from tests.crm.fakes.fake import Dialect, Fake, as_json, json_of
from tests.crm.fakes.grants import Refused, granted
from tests.crm.fakes.store import Record

Door = Callable[[Request], Any]
_DATA = "/api/data/{version}"


def dynamics(**told: Any) -> Fake:
    """A Dynamics organization."""
    told.setdefault("page_size", 5000)
    told.setdefault("organization_id", "4ef5b371-e89e-e711-8122-000d3aa2331c")
    return Fake(DIALECT, **told)


def _new_id(kind: str, number: int) -> str:
    return str(UUID(int=(list(KINDS).index(kind) + 1) << 120 | 0x11EA_A813_0000 << 48 | number))


def error(code: str, message: str, status: int = 400, headers: Mapping[str, str] | None = None) -> Response:
    return as_json({"error": {"code": code, "message": message}}, status, headers)


def _routes(fake: Fake) -> list[Route]:
    return [
        Route("/{directory}/oauth2/v2.0/token", _tokens(fake), methods=["POST"]),
        Route(_DATA + "/WhoAmI", _who(fake)),
        Route(_DATA + "/WhoAmI()", _who(fake)),
        Route(_DATA + "/transactioncurrencies", _currencies(fake)),
        Route(_DATA + "/{name}/Microsoft.Dynamics.CRM.UpdateMultiple", _update_many(fake), methods=["POST"]),
        Route(_DATA + "/{name}({record_id})", _one(fake), methods=["GET", "PATCH"]),
        Route(_DATA + "/{name}", _list(fake)),
    ]


def _tokens(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        try:
            access, refresh = await granted(fake, request)
        except Refused as refused:
            refusal = {
                "error": refused.error,
                "error_description": "AADSTS7000215: Invalid client secret provided.",
                "error_codes": [7000215],
            }
            return as_json(refusal, 401 if refused.error == "invalid_client" else 400)
        seconds = int(fake.tokens.lifetime_seconds)
        told = {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": access}
        return as_json({**told, "refresh_token": refresh} if refresh else told)

    return answer


def _who(fake: Fake) -> Door:
    async def answer(_request: Request) -> Response:
        told = {"BusinessUnitId": _new_id("user", 900), "UserId": _new_id("user", 901)}
        return as_json({**told, "OrganizationId": fake.organization_id})

    return answer


def _currencies(_fake: Fake) -> Door:
    async def answer(_request: Request) -> Response:
        rows = [{"transactioncurrencyid": key, "isocurrencycode": code} for code, (key, _) in CURRENCIES.items()]
        return as_json({"value": rows})

    return answer


def _kind(request: Request) -> str | None:
    return NAMES.get(request.path_params["name"])


def _no_segment(request: Request) -> Response:
    return error("0x80060888", f"Resource not found for the segment '{request.path_params['name']}'.", 404)


def _preferred(request: Request) -> dict[str, str]:
    told = {}
    for part in request.headers.get("prefer", "").split(","):
        name, _, value = part.strip().partition("=")
        told[name] = value.strip('"')
    return told


def _list(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, query = _kind(request), request.query_params
        if kind is None:
            return _no_segment(request)
        try:
            if "$deltatoken" in query:
                return _delta(fake, request, kind)
            found = _found(fake, kind, query)
        except Unparsable as unclear:
            return error("0x80060888", str(unclear))
        wrong = _wrong(fake, request, kind)
        return wrong or _page(fake, request, kind, found)

    return answer


def _wrong(fake: Fake, request: Request, kind: str) -> Response | None:
    query = request.query_params
    tracking = "odata.track-changes" in _preferred(request)
    if tracking and {"$filter", "$orderby", "$expand", "$top"} & set(query):
        return error("0x80060888", 'The "$filter", "$orderby", "$expand", "$top" options are not with track-changes.')
    unknown = [name for name in _selected(query) if name not in known(fake, kind)]
    if unknown:
        message = f"Could not find a property named '{unknown[0]}' on type 'Microsoft.Dynamics.CRM.{KINDS[kind][0]}'."
        return error("0x80060888", message)
    return None


def _selected(query: Mapping[str, str]) -> list[str]:
    return [name.strip() for name in query.get("$select", "").split(",") if name.strip()]


def _found(fake: Fake, kind: str, query: Mapping[str, str]) -> list[Record]:
    test = condition(query["$filter"]) if query.get("$filter") else None
    there = [r for r in fake.store.all(kind) if not r.gone or r.merged_into]  # a merged one stays, deactivated
    found = [r for r in there if test is None or test(lambda name, r=r: read(r, name))]  # type: ignore[misc]
    for part in reversed([part for part in query.get("$orderby", "").split(",") if part.strip()]):
        name, _, direction = part.strip().partition(" ")
        found.sort(key=lambda r: _rank(read(r, name)), reverse=direction.strip() == "desc")
    return found[: int(query["$top"])] if "$top" in query else found


def _rank(value: Any) -> tuple[bool, Any]:
    told = comparable(value)
    return (told is not None, told if told is not None else 0)


def _page(fake: Fake, request: Request, kind: str, found: Sequence[Record]) -> Response:
    preferred, query = _preferred(request), request.query_params
    size = min(int(preferred.get("odata.maxpagesize", "5000")), fake.page_size)
    start = _skipped(query)
    end = start + size
    annotated = "odata.include-annotations" in preferred
    address = str(request.url.replace(query=""))
    fields = quote(query.get("$select", ""), safe=",")
    told: dict[str, Any] = {
        "@odata.context": f"{request.base_url}api/data/v9.2/$metadata#{KINDS[kind][1]}({query.get('$select', '')})",
        "value": [
            shown(fake, r, _selected(query), query.get("$expand", ""), annotated=annotated) for r in found[start:end]
        ],
    }
    if fake.looping or end < len(found):
        kept = "&".join(f"{n}={quote(v)}" for n, v in query.items() if n != "$skiptoken")
        cookie = quote(f'<cookie pagenumber="{start // size + 2}" start="{start if fake.looping else end}" />')
        told["@odata.nextLink"] = f"{address}?{kept}{'&' if kept else ''}$skiptoken={cookie}"
    elif "odata.track-changes" in preferred or "$skiptoken" in query:
        token = quote(f"{fake.store.version}!{datetime.now(UTC):%m/%d/%Y %H:%M:%S}", safe="")
        told["@odata.deltaLink"] = f"{address}?$select={fields}&$deltatoken={token}"
    return as_json(told)


def _skipped(query: Mapping[str, str]) -> int:
    cookie = query.get("$skiptoken")
    return int(cookie.partition('start="')[2].partition('"')[0]) if cookie else 0


def _delta(fake: Fake, request: Request, kind: str) -> Response:
    version = int(unquote(request.query_params["$deltatoken"]).partition("!")[0])
    if version < fake.state.get("oldest_delta", 0):
        message = "Version stamp associated with the client has expired. Please perform a full sync."
        return error("0x80044352", message, 410)
    query = request.query_params
    changed = sorted((r for r in fake.store.all(kind) if r.version > version), key=lambda r: r.version)
    context = f"{request.base_url}api/data/v9.2/$metadata#{KINDS[kind][1]}"
    told: list[dict[str, Any]] = []
    for record in changed:
        if record.gone and record.merged_into is None:
            told.append({"@odata.context": f"{context}/$deletedEntity", "id": record.id, "reason": "deleted"})
        else:
            told.append(shown(fake, record, _selected(query), "", annotated=False))
    token = quote(f"{fake.store.version}!{datetime.now(UTC):%m/%d/%Y %H:%M:%S}", safe="")
    address = f"{request.url.replace(query='')}?$select={query.get('$select', '')}&$deltatoken={token}"
    return as_json({"@odata.context": f"{context}/$delta", "value": told, "@odata.deltaLink": address})


def expire_deltas(fake: Fake) -> None:
    """Every delta token that was given has expired."""
    fake.state["oldest_delta"] = fake.store.version + 1
    fake.store.version += 1


def _one(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, record_id = _kind(request), request.path_params["record_id"].lower()
        if kind is None:
            return _no_segment(request)
        record = fake.store.find(kind, record_id)
        if record is None or (record.gone and record.merged_into is None):
            if request.method == "PATCH" and request.headers.get("if-match") != "*":
                # Without If-Match this call makes what it does not find.
                fake.store.add(kind, await json_of(request), record_id=record_id)
                return Response(status_code=204)
            return error("0x80040217", f"Entity '{KINDS[kind][0]}' With Id = {record_id} Does Not Exist", 404)
        if request.method == "PATCH":
            wrong = _written(fake, kind, record, await json_of(request))
            return wrong or Response(status_code=204)
        annotated = "odata.include-annotations" in _preferred(request)
        query = request.query_params
        wrong = _wrong(fake, request, kind)
        return wrong or as_json(shown(fake, record, _selected(query), query.get("$expand", ""), annotated=annotated))

    return answer


def _written(fake: Fake, kind: str, record: Record, told: Mapping[str, Any]) -> Response | None:
    unknown = [name for name in told if name not in known(fake, kind)]
    if unknown:
        message = f"An error occurred while validating input parameters: Undeclared property '{unknown[0]}'"
        return error("0x80048d19", message)
    fake.store.change(kind, record.id, told, by_api=True)
    return None


def _update_many(fake: Fake) -> Door:
    """All of them, or none."""

    async def answer(request: Request) -> Response:
        kind = _kind(request)
        if kind is None:
            return _no_segment(request)
        rows = (await json_of(request)).get("Targets", [])
        found = [(fake.store.find(kind, str(row.get(KEYS[kind], "")).lower()), row) for row in rows]
        for record, row in found:
            told = {name for name in row if name != "@odata.type"}
            if record is None or record.gone:
                return error("0x80040217", f"Entity '{KINDS[kind][0]}' Does Not Exist", 404)
            unknown = told - known(fake, kind)
            if unknown:
                return error("0x80048d19", f"Undeclared property '{min(unknown)}'")
        for record, row in found:
            if record is not None:
                fields = {n: v for n, v in row.items() if n not in {"@odata.type", KEYS[kind]}}
                fake.store.change(kind, record.id, fields, by_api=True)
        return Response(status_code=204)

    return answer


def _repoint(fake: Fake, kind: str, loser: str, survivor: str) -> None:
    if kind != "account":
        return
    fields = ("_parentaccountid_value", "_customerid_value", "_parentcustomerid_value")
    for child in ("opportunity", "contact"):
        for record in fake.store.all(child):
            moved = {field: survivor for field in fields if record.values.get(field) == loser}
            if moved:
                fake.store.change(child, record.id, moved)


_TOO_MANY = "Number of requests exceeded the limit of 6000 over time window of 300 seconds."

DIALECT = Dialect(
    provider="dynamics",
    new_id=_new_id,
    routes=_routes,
    values=values,
    webhooks=webhooks,
    unauthorized=lambda _fake: Response(status_code=401, headers={"WWW-Authenticate": "Bearer"}),
    busy=lambda _fake: error("0x80072322", _TOO_MANY, 429, {"Retry-After": "5"}),
    used_up=lambda _fake: error("0x80072322", _TOO_MANY, 429, {"Retry-After": "3600"}),
    repoint=_repoint,
    open_paths=("/oauth2/v2.0/token",),
    looks=lambda _fake: {
        "x-ms-ratelimit-burst-remaining-xrm-requests": "5999",
        "x-ms-ratelimit-time-remaining-xrm-requests": "1200.00",
    },
)
