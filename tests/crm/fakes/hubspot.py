"""A fake HubSpot: objects, batch read, search, associations, owners, OAuth; webhooks signed as v3 has it.

Written from the CRM API's v3 and v4 documents and recorded answers. Archiving moves no time of change; search shows
nothing archived, no more than 10,000 hits, and refuses to be asked too often; values are texts.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.crm.fakes.fake import Dialect, Fake, as_json, json_of
from tests.crm.fakes.grants import Refused, granted
from tests.crm.fakes.hubspot_answers import bad_batch, batched, not_associated, paged, problem, too_many
from tests.crm.fakes.hubspot_hooks import webhooks
from tests.crm.fakes.hubspot_owners import owner, owners
from tests.crm.fakes.hubspot_records import KINDS, NAMES, known, read, shown, values
from tests.crm.fakes.hubspot_search import comparable, meant
from tests.crm.fakes.store import Record

MOST_HITS = 10_000
Door = Callable[[Request], Any]


def hubspot(**told: Any) -> Fake:
    """A HubSpot portal."""
    return Fake(DIALECT, **told)


def _routes(fake: Fake) -> list[Route]:
    objects = "/crm/v3/objects/{name}"
    return [
        Route("/oauth/v1/token", _tokens(fake), methods=["POST"]),
        Route("/account-info/v3/details", _details(fake)),
        Route("/crm/v3/owners", owners(fake)),
        Route("/crm/v3/owners/", owners(fake)),
        Route("/crm/v3/owners/{record_id}", owner(fake)),
        Route("/crm/v4/associations/{name}/{other}/batch/read", _associations(fake), methods=["POST"]),
        Route(objects, _list(fake)),
        Route(objects + "/batch/read", _batch_read(fake), methods=["POST"]),
        Route(objects + "/batch/update", _batch_update(fake), methods=["POST"]),
        Route(objects + "/search", _search(fake), methods=["POST"]),
        Route(objects + "/{record_id}", _one(fake), methods=["GET", "PATCH"]),
    ]


def _kind(request: Request, part: str = "name") -> str | None:
    return NAMES.get(request.path_params[part])


def _no_type(request: Request) -> Response:
    return as_json(
        {
            "status": "error",
            "message": f"Unable to infer object type from: {request.path_params['name']}",
            "correlationId": str(uuid4()),
        },
        400,
    )


def _tokens(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        try:
            access, refresh = await granted(fake, request)
        except Refused:
            return as_json(
                {
                    "status": "BAD_REFRESH_TOKEN",
                    "message": "missing or invalid refresh token",
                    "correlationId": str(uuid4()),
                },
                400,
            )
        told = {"token_type": "bearer", "access_token": access, "expires_in": int(fake.tokens.lifetime_seconds)}
        return as_json({**told, "refresh_token": refresh or min(fake.tokens.refresh)})

    return answer


def _details(_fake: Fake) -> Door:
    async def answer(_request: Request) -> Response:
        return as_json({"portalId": 12345678, "accountType": "STANDARD", "companyCurrency": "USD", "uiDomain": "app"})

    return answer


def _list(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, query = _kind(request), request.query_params
        if kind is None:
            return _no_type(request)
        limit = int(query.get("limit", "10"))
        if not 1 <= limit <= 100:
            return problem("VALIDATION_ERROR", f"Invalid limit: {limit}")
        archived = query.get("archived") == "true"
        found = [record for record in fake.store.all(kind) if _listed(record, archived=archived)]
        rows, more = paged(fake, found, query.get("after"), min(limit, fake.page_size))
        if more:
            link = request.url.include_query_params(after=more["paging"]["next"]["after"])
            more["paging"]["next"]["link"] = str(link)
        asked, associated = _names(query.get("properties")), _names(query.get("associations"))
        return as_json({"results": [shown(kind, row, asked, associated) for row in rows], **more})

    return answer


def _listed(record: Record, *, archived: bool) -> bool:
    return record.gone and record.merged_into is None if archived else not record.gone


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _survivor(fake: Fake, kind: str, record_id: str) -> Record | None:
    """The record, or the one that took its place: HubSpot leads old ids to it."""
    record = fake.store.find(kind, record_id)
    while record is not None and record.merged_into is not None:
        record = fake.store.find(kind, record.merged_into)
    return record


def _one(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, query = _kind(request), request.query_params
        if kind is None:
            return _no_type(request)
        record = _survivor(fake, kind, request.path_params["record_id"])
        if record is None or record.gone != (query.get("archived") == "true"):
            return problem("OBJECT_NOT_FOUND", "resource not found", 404)
        if request.method == "PATCH":
            told = (await json_of(request)).get("properties", {})
            unknown = _unknown(fake, kind, told)
            if unknown:
                return unknown
            fake.store.change(kind, record.id, told, by_api=True)
        return as_json(shown(kind, record, _names(query.get("properties")), _names(query.get("associations"))))

    return answer


def _batch_read(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, told = _kind(request), await json_of(request)
        if kind is None:
            return _no_type(request)
        ids = [str(item["id"]) for item in told["inputs"]]
        refusal = bad_batch(ids)
        if refusal:
            return refusal
        archived = request.query_params.get("archived") == "true"
        found = [_survivor(fake, kind, record_id) for record_id in ids]
        good = [record for record in found if record is not None and record.gone == archived]
        rows = [shown(kind, record, told.get("properties", [])) for record in good]
        missing = [i for i, record in zip(ids, found, strict=True) if record is None or record.gone != archived]
        return batched(kind, rows, missing)

    return answer


def _unknown(fake: Fake, kind: str, properties: Mapping[str, Any]) -> Response | None:
    names = [name for name in properties if name not in known(fake, kind)]
    if not names:
        return None
    errors = [
        {"message": f'Property "{n}" does not exist', "code": "PROPERTY_DOESNT_EXIST", "context": {"propertyName": [n]}}
        for n in names
    ]
    return problem("VALIDATION_ERROR", f"Property values were not valid: {names}", errors=errors)


def _batch_update(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, told = _kind(request), await json_of(request)
        if kind is None:
            return _no_type(request)
        items = {str(item["id"]): item["properties"] for item in told["inputs"]}
        refusal = bad_batch([str(item["id"]) for item in told["inputs"]])
        for properties in items.values():
            refusal = refusal or _unknown(fake, kind, properties)
        if refusal:
            return refusal
        rows, missing = [], []
        if any(None in properties.values() for properties in items.values()):
            return problem("VALIDATION_ERROR", "null is no value of a property: an empty text clears it")
        for record_id, properties in items.items():
            record = fake.store.find(kind, record_id)
            if record is None or record.gone:
                missing.append(record_id)
                continue
            fake.store.change(kind, record_id, {n: _text(v) for n, v in properties.items()}, by_api=True)
            rows.append(shown(kind, record, list(properties)))
        return batched(kind, rows, missing)

    return answer


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _search(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, told = _kind(request), await json_of(request)
        if kind is None:
            return _no_type(request)
        if not fake.limits.may_search(datetime.now(UTC)):
            return problem("RATE_LIMITS", "You have reached your secondly limit.", 429, policyName="SECONDLY")
        limit, after = int(told.get("limit", 10)), int(told.get("after") or 0)
        if limit > 200 or after + limit > MOST_HITS:
            return problem("VALIDATION_ERROR", f"The search is past {MOST_HITS} hits or its limit past 200")
        groups = told.get("filterGroups", [])
        found = [record for record in fake.store.alive(kind) if meant(kind, record, groups)]
        for sort in reversed(told.get("sorts", [])):
            found.sort(
                key=lambda record: comparable(read(kind, record, sort["propertyName"])) or 0.0,
                reverse=sort.get("direction") == "DESCENDING",
            )
        rows, more = paged(fake, found, str(after), min(limit, fake.page_size))
        return as_json(
            {"total": len(found), "results": [shown(kind, row, told.get("properties", [])) for row in rows], **more}
        )

    return answer


def _associations(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, told = _kind(request), await json_of(request)
        if kind is None or _kind(request, "other") != "account":
            return _no_type(request)
        rows, errors = [], []
        for item in told["inputs"]:
            record = fake.store.find(kind, str(item["id"]))
            if record is None or record.account is None:
                errors.append(not_associated(KINDS[kind].removesuffix("s"), str(item["id"])))
                continue
            types = [
                {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"},
                {"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None},
            ]
            rows.append(
                {"from": {"id": record.id}, "to": [{"toObjectId": int(record.account), "associationTypes": types}]}
            )
        return batched(kind, rows, [], errors)

    return answer


def _repoint(fake: Fake, kind: str, loser: str, survivor: str) -> None:
    if kind == "account":
        for child in ("opportunity", "contact"):
            for record in fake.store.all(child):
                if record.account == loser:
                    record.account = survivor


def _looks(fake: Fake) -> Mapping[str, str]:
    return {
        "X-HubSpot-RateLimit-Daily": str(fake.limits.daily),
        "X-HubSpot-RateLimit-Daily-Remaining": str(fake.limits.daily - fake.limits.used()),
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
        "X-HubSpot-RateLimit-Max": "110",
        "X-HubSpot-RateLimit-Remaining": "109",
    }


DIALECT = Dialect(
    provider="hubspot",
    new_id=lambda _kind, number: str(30_000_000_000 + number),
    routes=_routes,
    values=lambda _fake, kind, told: values(kind, told),
    webhooks=webhooks,
    unauthorized=lambda _fake: problem(
        "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.", 401
    ),
    busy=lambda _fake: too_many("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit."),
    used_up=lambda _fake: too_many("DAILY", "You have reached your daily limit."),
    repoint=_repoint,
    open_paths=("/oauth/v1/token",),
    looks=_looks,
    seconds_only=False,
    archives=True,
    links_apart=True,
)
