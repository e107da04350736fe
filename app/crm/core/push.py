"""Decides what the body of a pushed delivery says: the events of a sender that brings its records itself.

    {"events": [{"object": "opportunity", "external_id": "O-7", "change": "updated", "id": "e-1", "merged_into": null,
                 "occurred_at": "2026-01-14T18:16:56.057Z", "data": {"name": "…", …}}]}

or the list alone, or one event. `type: "opportunity.updated"` and `timestamp`, as Standard Webhooks have them, do for
`object` with `change`, and for `occurred_at`. `id` may be left out, as may `external_id` where the data tell it. The
data are the record: with `external_id` and `source_modified_at` in it, from the event where it does not tell them.
"""

from collections.abc import Mapping

from app.crm.core.paths import at
from app.crm.core.spec import OBJECTS, ChangeKind, EventRules, Field, Json
from app.crm.core.unwrap import parsed

_CHANGES: Mapping[str, ChangeKind] = {
    "created": "created",
    "updated": "changed",
    "changed": "changed",
    "deleted": "deleted",
    "restored": "restored",
    "merged": "merged",
}

PUSH_EVENTS = EventRules(
    items="events",
    object=Field("object", "map", {name: name for name in OBJECTS}),
    external_id=Field("external_id"),
    change=Field("change", "map", _CHANGES),
    id=Field("id"),
    occurred_at=Field("occurred_at", "datetime"),
    merged_into=Field("merged_into"),
    id_header="webhook-id",
    data="data",
)


def push_unwrap(body: bytes, _headers: Mapping[str, str]) -> Json:
    """`{"events": [...]}` of a pushed body, each as told above in its full form. Raises ValueError."""
    document = parsed(body)
    listed = at(document, "events")
    items = listed if isinstance(listed, list) else document if isinstance(document, list) else [document]
    if not isinstance(document, list | dict):
        raise ValueError("neither an object nor a list")  # noqa: TRY004  # what a body says is a value
    return {"events": [_in_full(item) if isinstance(item, dict) else item for item in items]}


def _in_full(item: Mapping[str, Json]) -> Json:
    told_type = item.get("type")
    object_name, _, change = told_type.partition(".") if isinstance(told_type, str) else ("", "", "")
    external_id = at(item, "external_id|data.external_id|data.id")
    occurred_at = at(item, "occurred_at|timestamp|data.source_modified_at")
    full = {
        **item,
        "object": item.get("object") or object_name,
        "change": item.get("change") or change,
        "external_id": external_id,
        "occurred_at": occurred_at,
    }
    if isinstance(data := item.get("data"), dict):
        told = {"external_id": external_id, "source_modified_at": occurred_at}
        full["data"] = {**data, **{name: value for name, value in told.items() if data.get(name) is None}}
    return full
