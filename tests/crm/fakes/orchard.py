"""An invented CRM, Orchard, of which no connector knows: keys in a header, addresses of next pages, amounts in cents.

Its webhooks are signed as `t=…,v1=…` over `timestamp.body`; a batch of them stands under `events`.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.crm.fakes.fake import Dialect, Fake, Webhook, as_json, json_of
from tests.crm.fakes.store import Change, Record, by_time

KINDS = {"account": "companies", "opportunity": "sales", "contact": "people", "user": "staff"}
NAMES = {name: kind for kind, name in KINDS.items()}
WORDS = {"account": "company", "opportunity": "sale", "contact": "person", "user": "member"}
_ACTIONS = {"created": "created", "changed": "updated", "deleted": "removed", "restored": "updated", "merged": "merged"}
Door = Callable[[Request], Any]


def orchard(**told: Any) -> Fake:
    """An Orchard shop."""
    return Fake(DIALECT, **told)


def _values(_fake: Fake, kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in told.items():
        if name == "amount":
            found["worth_cents"] = None if value is None else round(value * 100)
        elif name == "close_on":
            found["closes"] = str(value)
        elif name == "status":
            found["outcome"] = {"open": "growing", "won": "harvested", "lost": "withered"}[value]
        elif name == "probability":
            found["ripeness_pct"] = value
        else:
            found[name] = value
    return found


def shown(record: Record) -> dict[str, Any]:
    told = {
        "id": record.id,
        "kind": WORDS[record.kind],
        "updated": int(record.modified_at.timestamp()),
        "created": int(record.created_at.timestamp()),
        "removed": record.gone,
    }
    return {**told, "fields": dict(record.values), "merged_into": record.merged_into}


def _routes(fake: Fake) -> list[Route]:
    return [
        Route("/rest/ping", _ping(fake)),
        Route("/rest/{name}/batch", _batch(fake), methods=["PATCH"]),
        Route("/rest/{name}/{record_id}", _one(fake)),
        Route("/rest/{name}", _list(fake)),
    ]


def _ping(_fake: Fake) -> Door:
    async def answer(_request: Request) -> Response:
        return as_json({"pong": True})

    return answer


def _list(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind, query = NAMES.get(request.path_params["name"]), request.query_params
        if kind is None:
            return as_json({"fault": "no such collection"}, 404)
        found = by_time(record for record in fake.store.all(kind) if _listed(record, query))
        start, size = int(query.get("start", "0")), min(int(query.get("limit", "100")), fake.page_size)
        end = start + size
        more = str(request.url.include_query_params(start=start if fake.looping else end))
        rows = [shown(record) for record in found[start:end]]
        return as_json({"rows": rows, "links": {"next": more if fake.looping or end < len(found) else None}})

    return answer


def _listed(record: Record, query: Mapping[str, str]) -> bool:
    if query.get("ids"):
        return record.id in query["ids"].split(",")
    since = datetime.fromtimestamp(int(query.get("modified_after", "0")), UTC)
    # Whoever asks what has changed is told of what is gone too.
    return record.modified_at >= since and ("modified_after" in query or not record.gone)


def _one(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind = NAMES.get(request.path_params["name"])
        record = fake.store.find(kind, request.path_params["record_id"]) if kind else None
        if record is None:
            return as_json({"fault": "no such record"}, 404)
        return as_json({"row": shown(record)})

    return answer


def _batch(fake: Fake) -> Door:
    async def answer(request: Request) -> Response:
        kind = NAMES[request.path_params["name"]]
        results = []
        for update in (await json_of(request))["updates"]:
            record = fake.store.find(kind, str(update["id"]))
            unknown = sorted(set(update["fields"]) - fake.custom_fields)
            if record is None or record.gone or unknown:
                fault = f"unknown field {unknown[0]}" if unknown else "no such record"
                results.append({"id": update["id"], "ok": False, "fault": fault})
                continue
            fake.store.change(kind, record.id, update["fields"], by_api=True)
            results.append({"id": update["id"], "ok": True})
        return as_json({"results": results})

    return answer


def webhooks(fake: Fake, changes: Sequence[Change]) -> list[Webhook]:
    return [signed(fake, {"events": [_event(fake, change) for change in changes]})] if changes else []


def _event(fake: Fake, change: Change) -> dict[str, Any]:
    fake.state["events"] = fake.state.get("events", 0) + 1
    return {
        "id": f"evt_{fake.state['events']}",
        "what": f"{WORDS[change.kind]}.{_ACTIONS[change.action]}",
        "at": int(change.at.timestamp()),
        "about": {"type": WORDS[change.kind], "id": change.id},
        "touched": list(change.values),
        "into": change.merged_into,
    }


def signed(fake: Fake, told: Any, *, at: int | None = None) -> Webhook:
    body = json.dumps(told).encode()
    when = str(at if at is not None else int(time.time()))
    digest = hmac.digest(fake.hook.secret.encode(), when.encode() + b"." + body, hashlib.sha256).hex()
    headers = {"content-type": "application/json", "x-orchard-signature": f"t={when},v1={digest}"}
    return Webhook(fake.hook.url, headers, body)


def _repoint(fake: Fake, kind: str, loser: str, survivor: str) -> None:
    if kind == "account":
        for child in ("opportunity", "contact"):
            for record in fake.store.all(child):
                if record.values.get("account") == loser:
                    fake.store.change(child, record.id, {"account": survivor})


DIALECT = Dialect(
    provider="custom",
    new_id=lambda kind, number: f"{WORDS[kind]}-{number}",
    routes=_routes,
    values=_values,
    webhooks=webhooks,
    unauthorized=lambda _fake: as_json({"fault": "who are you?"}, 401),
    busy=lambda _fake: as_json({"fault": "slow down"}, 429, {"Retry-After": "1"}),
    used_up=lambda _fake: as_json({"fault": "enough for today"}, 429, {"Retry-After": "3600"}),
    repoint=_repoint,
    token=lambda headers: headers.get("x-orchard-key"),
)
