"""What a fake Salesforce sends: outbound messages (SOAP), change events by a relay, or a Flow's calls."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from tests.crm.fakes.fake import Fake, Webhook
from tests.crm.fakes.store import Change

_NAMES = {"account": "Account", "opportunity": "Opportunity", "contact": "Contact", "user": "User"}
_CHANGES = {"created": "CREATE", "changed": "UPDATE", "deleted": "DELETE", "restored": "UNDELETE", "merged": "DELETE"}
MOST_NOTIFICATIONS = 100


def webhooks(fake: Fake, changes: Sequence[Change]) -> list[Webhook]:
    """By the hook's style: `soap` (the default; tells of nothing that is deleted), `cdc`, `flow`."""
    style = fake.hook.style or "soap"
    if style == "cdc":
        return [_json(fake, _change_event(fake, change)) for change in changes]
    if style == "flow":
        return [_json(fake, {"object": _NAMES[change.kind], "id": change.id}) for change in changes]
    told = [change for change in changes if change.action in {"created", "changed", "restored"}]
    sent = []
    for kind in dict.fromkeys(change.kind for change in told):
        of_kind = [change for change in told if change.kind == kind]
        starts = range(0, len(of_kind), MOST_NOTIFICATIONS)
        sent += [_outbound_message(fake, kind, of_kind[start : start + MOST_NOTIFICATIONS]) for start in starts]
    return sent


def _json(fake: Fake, told: Any) -> Webhook:
    headers = {"content-type": "application/json"}
    if fake.hook.header:
        headers[fake.hook.header] = fake.hook.secret
    return Webhook(fake.hook.url, headers, json.dumps(told).encode())


def _number(fake: Fake) -> int:
    fake.state["notifications"] = fake.state.get("notifications", 0) + 1
    return int(fake.state["notifications"])


def _outbound_message(fake: Fake, kind: str, changes: Sequence[Change]) -> Webhook:
    told = "".join(
        f"<Notification><Id>04l5f00000{_number(fake):05d}AAA</Id>"
        f'<sObject xsi:type="sf:{_NAMES[kind]}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">'
        f"<sf:Id>{change.id}</sf:Id>{_fields(change)}</sObject></Notification>"
        for change in changes
    )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        ' <soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">'
        f"<OrganizationId>{fake.organization_id}</OrganizationId><ActionId>04k5f0000008bmsQAA</ActionId>"
        '<SessionId xsi:nil="true"/><EnterpriseUrl>https://na73.salesforce.com/services/Soap/c/60.0</EnterpriseUrl>'
        "<PartnerUrl>https://na73.salesforce.com/services/Soap/u/60.0</PartnerUrl>"
        f"{told}</notifications></soapenv:Body></soapenv:Envelope>"
    )
    return Webhook(fake.hook.url, {"content-type": "text/xml; charset=utf-8", "soapaction": '""'}, body.encode())


def _fields(change: Change) -> str:
    """As the admin who made the message chose: a few, and by the enterprise API's spelling of times."""
    at = change.record.modified_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    name = change.record.values.get("Name")
    told = f"<sf:Name>{escape(str(name))}</sf:Name>" if name else ""
    return f"{told}<sf:SystemModstamp>{at}</sf:SystemModstamp>"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _change_event(fake: Fake, change: Change) -> dict[str, Any]:
    number = _number(fake)
    header = {
        "entityName": _NAMES[change.kind],
        "recordIds": [change.id],
        "changeType": _CHANGES[change.action],
        "changeOrigin": "com/salesforce/api/rest/60.0"
        if change.by_api
        else "com/salesforce/api/soap/60.0;client=SfdcInternalAPI/",
        "transactionKey": f"00006bec-ce66-0611-9018-{number:012d}",
        "sequenceNumber": 1,
        "commitTimestamp": _milliseconds(change.record.modified_at),
        "commitNumber": 1100670838951 + number,
        "commitUser": "0055f000005mc66AAA",
        "nulledFields": [name for name, value in change.values.items() if value is None],
        "diffFields": [],
        "changedFields": [] if change.action == "created" else [*change.values, "LastModifiedDate"],
    }
    return {"ChangeEventHeader": header, **change.values}
