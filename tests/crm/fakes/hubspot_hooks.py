"""What a fake HubSpot sends: batches of at most a hundred events, one a property, signed with the app's secret."""

import hashlib
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from tests.crm.fakes.fake import Fake, Webhook
from tests.crm.fakes.store import Change

_NAMES = {"account": "company", "opportunity": "deal", "contact": "contact"}
_TYPES = {"created": "creation", "deleted": "deletion", "restored": "restore"}
_FLAGS = {"created": "CREATED", "deleted": "DELETED", "restored": "RESTORED"}
MOST_EVENTS = 100


def webhooks(fake: Fake, changes: Sequence[Change]) -> list[Webhook]:
    """Style `generic` tells of `object.…` with a type id, any other of `deal.…` and its like. Owners have none."""
    events = [event for change in changes if change.kind != "user" for event in _events(fake, change)]
    return [signed(fake, events[start : start + MOST_EVENTS]) for start in range(0, len(events), MOST_EVENTS)]


def signed(fake: Fake, events: Any, *, at_ms: int | None = None) -> Webhook:
    """A delivery as the app's secret signs it now, or at a time."""
    body = json.dumps(events).encode()
    told = str(at_ms if at_ms is not None else int(time.time() * 1000))
    headers = {
        "content-type": "application/json",
        "user-agent": "HubSpot Connect 2.0 (http://dev.hubspot.com/)",
        "x-hubspot-signature-version": "v3",
        "x-hubspot-signature-v3": signature(fake.hook.secret, fake.hook.url, body, told),
        "x-hubspot-request-timestamp": told,
    }
    return Webhook(fake.hook.url, headers, body)


def signature(secret: str, url: str, body: bytes, timestamp: str) -> str:
    """The third version: of the method, the address, the body and the time, by the app's secret."""
    told = b"POST" + _decoded(url).encode() + body + timestamp.encode()
    return b64encode(hmac.digest(secret.encode(), told, hashlib.sha256)).decode()


def _decoded(address: str) -> str:
    """The escapes that the rule undoes before it signs."""
    for escaped in ("%3A", "%2F", "%3F", "%40", "%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%3B"):
        address = address.replace(escaped, unquote(escaped))
    return address


def _events(fake: Fake, change: Change) -> list[dict[str, Any]]:
    if change.action == "changed":
        return [
            _event(fake, change, "propertyChange", propertyName=name, propertyValue="" if value is None else value)
            for name, value in change.values.items()
        ]
    if change.action == "associated":
        return [_association(fake, change)]
    if change.action == "merged":
        return [
            _event(
                fake,
                change,
                "merge",
                objectId=int(change.merged_into or 0),
                primaryObjectId=int(change.merged_into or 0),
                mergedObjectIds=[int(change.id)],
                newObjectId=int(change.merged_into or 0),
                numberOfPropertiesMoved=3,
            )
        ]
    return [_event(fake, change, _TYPES[change.action], changeFlag=_FLAGS[change.action])]


def _association(fake: Fake, change: Change) -> dict[str, Any]:
    name = _NAMES[change.kind].upper()
    other = change.values["account"] or change.previous["account"]
    return _event(
        fake,
        change,
        "associationChange",
        associationType=f"{name}_TO_COMPANY",
        fromObjectId=int(change.id),
        toObjectId=int(other or 0),
        associationRemoved=change.values["account"] is None,
        isPrimaryAssociation=True,
    )


def _event(fake: Fake, change: Change, happened: str, **more: Any) -> dict[str, Any]:
    fake.state["events"] = fake.state.get("events", 0) + 1
    generic = fake.hook.style == "generic"
    told = {
        "eventId": 1_000_000 + fake.state["events"],
        "subscriptionId": 6547117,
        "portalId": 12345678,
        "appId": 39522895,
        "occurredAt": int(change.at.timestamp() * 1000),
        "subscriptionType": f"{'object' if generic else _NAMES[change.kind]}.{happened}",
        "attemptNumber": 0,
        "objectId": int(change.id),
        "changeSource": "INTEGRATION" if change.by_api else "CRM_UI",
        "sourceId": "39522895" if change.by_api else "userId:61430432",
    }
    if generic:
        told["objectTypeId"] = {"account": "0-2", "opportunity": "0-3", "contact": "0-1"}[change.kind]
    told |= more
    if happened == "associationChange":
        del told["objectId"]
    return told
