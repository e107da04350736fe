"""Turns the bodies that data alone cannot describe (Salesforce's, Dynamics') into plain JSON that event rules read.

Every function here takes the raw body and the headers, names in lower case, and raises ValueError where the body is
not what its sender sends.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson

from app.crm.core.paths import at
from app.crm.core.soap import outbound_message
from app.crm.core.spec import Json

# More than any sender nests, and far from what Python and PostgreSQL bear.
MAX_DEPTH = 64
_ORJSON_WRITES = 254  # orjson refuses to write more arrays and objects inside one another
_BOM = b"\xef\xbb\xbf"
_SALESFORCE_ID = re.compile(r"(?!0{15})[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_WCF_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_NO_GUID = "00000000-0000-0000-0000-000000000000"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parsed(body: bytes) -> Json:
    """The JSON of a body: UTF-8, with or without a byte order mark, without NaN, at most MAX_DEPTH deep.

    Integers beyond 64 bits come back as floats. Raises ValueError.
    """
    value = orjson.loads(body.removeprefix(_BOM))
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        gauge = value
        for _ in range(_ORJSON_WRITES - MAX_DEPTH):
            gauge = [gauge]
        try:
            orjson.dumps(gauge)
        except orjson.JSONEncodeError as error:
            raise ValueError("nested too deeply") from error
    return value


def salesforce_unwrap(body: bytes, _headers: Mapping[str, str]) -> Json:
    """What Salesforce tells: `{"organization": text or None, "events": [...]}`, however it was sent.

    Read are outbound messages (SOAP), Change Data Capture events (bare, or in the envelope of CometD or of an event
    relay: `data.payload`, `detail.payload`), and the JSON of a Flow or Apex call-out: `{"object", "id"}` with, if it
    likes, `change`, `modified_at`, `event_id` and `organization_id`, or a serialized record (`attributes.type`, `Id`);
    JSON comes as one event, a list, or a list under `events`.

    An event has `object` (Salesforce's name), `record_id`, or `record_ids` in a capture event (of a gap maybe none),
    `change` (`NOTIFICATION`, `CALLOUT`, or as the sender says: `CREATE`, `GAP_OVERFLOW`), `id` (its own), `occurred_at`
    (ISO), `merged_into`, `changed_fields`, `sent` (an id that a repeated delivery repeats) and `record` (what was sent
    of it). What is not known is None or not there.
    """
    if body.removeprefix(_BOM).lstrip()[:1] == b"<":
        organization, notifications = outbound_message(body)
        return {"organization": organization, "events": [_notified(one) for one in notifications]}
    document = parsed(body)
    listed = at(document, "events")
    items = listed if isinstance(listed, list) else document if isinstance(document, list) else [document]
    return {
        "organization": at(document, "organization_id|0.organization_id"),
        "events": [_told(item) for item in items],
    }


def _told(item: Json) -> Json:
    payload = at(item, "data.payload|detail.payload|payload")
    captured = payload if isinstance(payload, dict) else item
    header = captured.get("ChangeEventHeader") if isinstance(captured, dict) else None
    if isinstance(header, dict):
        return _captured(captured, header)
    return _called(item) if isinstance(item, dict) else item


def _notified(notification: Json) -> Json:
    record = notification["record"]
    return {
        "object": notification["object"],
        "record_id": record.get("Id"),
        "change": "DELETE" if record.get("IsDeleted") == "true" else "NOTIFICATION",
        "id": notification["id"],
        "occurred_at": record.get("SystemModstamp") or record.get("LastModifiedDate"),
        "merged_into": record.get("MasterRecordId"),
        # Its times are whole seconds, which two changes may share; its id is the same when it is sent again.
        "sent": notification["id"],
        "record": record,
    }


def _captured(captured: Mapping[str, Json], header: Mapping[str, Json]) -> Json:
    record = {name: value for name, value in captured.items() if name != "ChangeEventHeader"}
    sent = [header.get("transactionKey"), header.get("sequenceNumber")]
    listed = header.get("recordIds")
    return {
        "object": header.get("entityName"),
        # An overflow names a record of zeros, a gap may name a pattern (`001*`): neither is a record.
        "record_ids": [one for one in listed if _is_salesforce_id(one)] if isinstance(listed, list) else [],
        "change": header.get("changeType"),
        "id": "/".join(map(str, sent)) if None not in sent else None,
        "occurred_at": _instant(header.get("commitTimestamp")),
        "merged_into": record.get("MasterRecordId"),
        "changed_fields": header.get("changedFields"),
        "sent": sent,
        "record": record,
    }


def _called(item: Mapping[str, Json]) -> Json:
    told_id = item.get("event_id")
    return {
        "object": at(item, "object|attributes.type"),
        "record_id": at(item, "record_id|Id|id"),
        "change": item.get("change") or "CALLOUT",
        "id": told_id,
        # Of a record whose times are whole seconds: without an id beside it, it does not tell two changes apart.
        "occurred_at": at(item, "modified_at|SystemModstamp|LastModifiedDate") if told_id else None,
        "merged_into": at(item, "merged_into|MasterRecordId"),
        "sent": told_id,
        "record": dict(item),
    }


def _is_salesforce_id(value: Json) -> bool:
    return isinstance(value, str) and _SALESFORCE_ID.fullmatch(value) is not None


def dynamics_unwrap(body: bytes, headers: Mapping[str, str]) -> Json:
    """What Dynamics tells: its RemoteExecutionContext as one flat object.

    `organization_id`, `organization`, `entity` (logical name), `record_id`, `message` (`Update`), `id` (the
    operation's; None for steps that have none), `sent` (what a repeated delivery repeats), `occurred_at` (ISO),
    `merged_into`, `changed_fields`, `stripped` (the body was over 256 KB and lost its parameters) and `record` (the
    target's attributes). Dates become ISO text, option sets and money their value, references their id.
    Of a merge the subordinate is the record, and the target what it is merged into.
    """
    context = parsed(body)
    if not isinstance(context, dict):
        raise ValueError("not an execution context")  # noqa: TRY004  # what a body says is a value
    inputs, outputs = _pairs(context.get("InputParameters")), _pairs(context.get("OutputParameters"))
    target = inputs.get("Target")
    record = _plain(target) if _is_entity(target) else {}
    subordinate = _guid(_plain(inputs.get("SubordinateId")))
    target_id = _guid(context.get("PrimaryEntityId")) or _guid(outputs.get("id")) or _guid(at(target, "Id"))
    operation = _guid(context.get("OperationId"))
    return {
        "organization_id": context.get("OrganizationId"),
        "organization": context.get("OrganizationName"),
        "entity": context.get("PrimaryEntityName") or headers.get("x-ms-dynamics-entity-name"),
        "record_id": subordinate or target_id,
        "message": context.get("MessageName") or headers.get("x-ms-dynamics-request-name"),
        "id": operation,
        "sent": [operation, _guid(context.get("CorrelationId")), _guid(context.get("RequestId"))],
        # The operation's own time has been seen as local time said to be UTC; the record's has not.
        "occurred_at": record.get("modifiedon") or _plain(context.get("OperationCreatedOn")),
        "merged_into": target_id if subordinate else None,
        "changed_fields": sorted(record),
        "stripped": "x-ms-dynamics-msg-size-exceeded" in headers,
        "record": record,
    }


def _pairs(listed: Json) -> dict[str, Json]:
    """A list of `{"key", "value"}` as an object."""
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return {key: entry.get("value") for entry in entries if isinstance(key := entry.get("key"), str)}


def _is_entity(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("Attributes"), list)


def _plain(value: Json) -> Json:
    """A value out of its wrapping."""
    if isinstance(value, str):
        found = _WCF_DATE.fullmatch(value)
        return (_instant(int(found[1])) or value) if found else value
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if _is_entity(value):
        return {name: _plain(inner) for name, inner in _pairs(value["Attributes"]).items()}
    if "Value" in value:
        return _plain(value["Value"])
    return value.get("Id") if "LogicalName" in value else {name: _plain(inner) for name, inner in value.items()}


def _guid(value: Json) -> str | None:
    return value if isinstance(value, str) and value not in {"", _NO_GUID} else None


def _instant(milliseconds: Json) -> str | None:
    """An instant in ISO, of the milliseconds since 1970; None where there is none, or out of all calendars."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    try:
        return (_EPOCH + timedelta(milliseconds=milliseconds)).isoformat()
    except OverflowError:
        return None
