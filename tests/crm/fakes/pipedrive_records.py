"""A fake Pipedrive's records: which fields they have, and how they are shown."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.crm.fakes.fake import Fake
from tests.crm.fakes.store import Record

KINDS = {"account": "organizations", "opportunity": "deals", "contact": "persons"}
NAMES = {name: kind for kind, name in KINDS.items()}
_STAGES = {"open": 1, "won": 4, "lost": 4}
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "account": {"name": None, "owner_id": 1, "visible_to": 3, "label_ids": [], "address": None},
    "opportunity": {"title": None, "creator_user_id": 1, "owner_id": 1, "value": 0, "person_id": None, "org_id": None,
                    "stage_id": 1, "pipeline_id": 1, "currency": "USD", "archive_time": None, "stage_change_time": None,
                    "status": "open", "is_archived": False, "probability": None, "lost_reason": None, "visible_to": 3,
                    "close_time": None, "won_time": None, "lost_time": None, "expected_close_date": None,
                    "label_ids": [], "origin": "ManuallyCreated", "origin_id": None, "channel": None},
    "contact": {"name": None, "first_name": None, "last_name": None, "owner_id": 1, "org_id": None, "emails": [],
                "phones": [], "visible_to": 3, "label_ids": [], "job_title": None},
    "user": {"name": None, "email": None, "active_flag": True, "is_admin": 0, "lang": 1, "icon_url": None},
}  # fmt: skip


def instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def values(fake: Fake, kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    names = {"owner": "owner_id", "account": "org_id", "amount": "value", "currency": "currency", "stage": "stage_id",
             "probability": "probability", "close_on": "expected_close_date", "title": "job_title"}  # fmt: skip
    found = {names[name]: _plain(name, value) for name, value in told.items() if name in names}
    if "name" in told:
        found["title" if kind == "opportunity" else "name"] = told["name"]
    if kind == "contact" and "name" in told:
        first, _, last = str(told["name"]).rpartition(" ")
        found |= {"first_name": first or None, "last_name": last}
    if "email" in told:
        mails = [{"value": told["email"], "primary": True, "label": "work"}]
        found |= {"email": told["email"]} if kind == "user" else {"emails": mails}
    if "status" in told:
        found |= _closed(fake, told)
    return found


def _plain(name: str, value: Any) -> Any:
    """References are numbers here."""
    if name in {"owner", "account", "stage"}:
        return int(value) if value is not None else None
    return str(value) if name == "close_on" else value


def _closed(fake: Fake, told: Mapping[str, Any]) -> dict[str, Any]:
    status = told["status"]
    closed = told.get("close_on")
    at = f"{closed}T12:00:00Z" if closed else instant(fake.store.clock())
    return {
        "status": status,
        "stage_id": int(told.get("stage", _STAGES[status])),
        "won_time": at if status == "won" else None,
        "lost_time": at if status == "lost" else None,
        "close_time": None if status == "open" else at,
    }


def shown(record: Record) -> dict[str, Any]:
    """A record as v2 has it: custom fields in an object of their own."""
    shape = SHAPES[record.kind]
    own = {name: record.values.get(name, default) for name, default in shape.items()}
    custom = record.values.get("custom_fields", {})
    told = {
        "id": int(record.id),
        **own,
        "add_time": instant(record.created_at),
        "update_time": instant(record.modified_at),
    }
    return {**told, "is_deleted": record.gone, "custom_fields": custom}
