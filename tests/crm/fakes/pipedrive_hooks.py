"""What a fake Pipedrive sends: webhooks v2, with HTTP Basic."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import uuid4

from tests.crm.fakes.fake import Fake, Webhook
from tests.crm.fakes.pipedrive_records import shown
from tests.crm.fakes.store import Change

_ENTITIES = {"account": "organization", "opportunity": "deal", "contact": "person", "user": "user"}


def webhooks(fake: Fake, changes: Sequence[Change]) -> list[Webhook]:
    """One request for each change; a merge is a deletion that tells of the survivor, and a change of that."""
    return [_webhook(fake, change) for change in changes]


def _previous(change: Change) -> dict[str, Any]:
    """What stood there before, of what changed alone; custom fields apart, as they stand in the record."""
    told = dict(change.previous)
    if "custom_fields" in told:
        before, now = told["custom_fields"] or {}, change.values["custom_fields"]
        told["custom_fields"] = {name: before.get(name) for name in now if now[name] != before.get(name)}
    return told


def _webhook(fake: Fake, change: Change) -> Webhook:
    action = {"created": "create", "restored": "change", "deleted": "delete", "merged": "delete"}.get(
        change.action, "change"
    )
    last = {**shown(change.record), "label_ids": []}
    meta = {
        "action": action,
        "company_id": fake.organization_id,
        "correlation_id": str(uuid4()),
        "entity_id": change.id,
        "entity": _ENTITIES[change.kind],
        "id": str(uuid4()),
        "is_bulk_edit": False,
        "timestamp": change.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "type": "application" if change.by_api else "general",
        "user_id": "12941358",
        "version": "2.0",
        "webhook_id": "1828483",
        "webhook_owner_id": "16219013",
        "change_source": "api" if change.by_api else "app",
        "permitted_user_ids": ["9251590"],
        "attempt": 1,
        "host": "example.pipedrive.com",
    }
    if change.merged_into:
        meta["merged_to_id"] = change.merged_into
    told = {
        "data": None if action == "delete" else last,
        "previous": {"create": None, "delete": last, "change": _previous(change)}[action],
        "meta": meta,
    }
    headers = {"content-type": "application/json", "user-agent": "Pipedrive Webhooks"}
    headers["authorization"] = f"Basic {b64encode(fake.hook.secret.encode()).decode()}"
    return Webhook(fake.hook.url, headers, json.dumps(told).encode())
