"""What a fake Dynamics sends: one RemoteExecutionContext for each change, with a key in a header or as `?code=`."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from tests.crm.fakes.fake import Fake, Webhook
from tests.crm.fakes.store import Change

_ENTITIES = {"account": "account", "opportunity": "opportunity", "contact": "contact", "user": "systemuser"}
_MESSAGES = {"created": "Create", "changed": "Update", "restored": "Create", "deleted": "Delete", "merged": "Merge"}
_CONTRACTS = "http://schemas.microsoft.com/xrm/2011/Contracts"
_MONEY = {"estimatedvalue", "actualvalue", "revenue"}
_OPTIONS = {"statecode", "statuscode", "industrycode", "salesstagecode"}
MOST_BYTES = 256 * 1024


def webhooks(fake: Fake, changes: Sequence[Change]) -> list[Webhook]:
    """The hook's `header` names the header that holds the secret; without one it is `?code=`."""
    return [_webhook(fake, change) for change in changes]


def _webhook(fake: Fake, change: Change) -> Webhook:
    context = _context(fake, change)
    headers = {
        "content-type": "application/json",
        "x-ms-dynamics-organization": "org5bd08fdd.crm.dynamics.com",
        "x-ms-dynamics-entity-name": _ENTITIES[change.kind],
        "x-ms-dynamics-request-name": context["MessageName"],
        "x-ms-correlation-request-id": context["CorrelationId"],
        "x-request-id": str(uuid4()),
    }
    body = json.dumps(context).replace("\\\\/Date", "\\/Date").encode()
    if len(body) > MOST_BYTES:
        for name in ("ParentContext", "InputParameters", "PreEntityImages", "PostEntityImages"):
            del context[name]
        body = json.dumps(context).encode()
        headers["x-ms-dynamics-msg-size-exceeded"] = "true"
    url = fake.hook.url
    if fake.hook.header:
        headers[fake.hook.header.lower()] = fake.hook.secret
    else:
        url = f"{url}{'&' if '?' in url else '?'}code={fake.hook.secret}"
    return Webhook(url, headers, body)


def _date(at: datetime) -> str:
    return f"/Date({int(at.timestamp() * 1000)})/"


def _context(fake: Fake, change: Change) -> dict[str, Any]:
    user = "75c2dd85-e89e-e711-8122-000d3aa2331c"
    return {
        "BusinessUnitId": "e2b9dd85-e89e-e711-8122-000d3aa2331c",
        "CorrelationId": str(uuid4()),
        "Depth": 1,
        "InitiatingUserId": user,
        "InputParameters": [{"key": "Target", "value": _target(change)}],
        "IsExecutingOffline": False,
        "IsInTransaction": False,
        "IsOfflinePlayback": False,
        "IsolationMode": 1,
        "MessageName": _MESSAGES[change.action],
        "Mode": 1,
        "OperationCreatedOn": _date(change.at),
        "OperationId": str(uuid4()),
        "OrganizationId": fake.organization_id,
        "OrganizationName": "OrgName",
        "OutputParameters": [],
        "OwningExtension": {"Id": str(uuid4()), "KeyAttributes": [], "LogicalName": "sdkmessageprocessingstep"},
        "ParentContext": None,
        "PostEntityImages": [],
        "PreEntityImages": [],
        "PrimaryEntityId": change.merged_into or change.id,
        "PrimaryEntityName": _ENTITIES[change.kind],
        "RequestId": None,
        "SecondaryEntityName": "none",
        "SharedVariables": [],
        "Stage": 40,
        "UserId": user,
    }


def _target(change: Change) -> dict[str, Any]:
    entity = _ENTITIES[change.kind]
    plain: dict[str, Any] = {"Id": change.id, "KeyAttributes": [], "LogicalName": entity, "RowVersion": None}
    if change.action in {"deleted", "merged"}:
        return {"__type": f"EntityReference:{_CONTRACTS}", **plain, "Name": None}
    attributes = {f"{entity}id": change.id, **_wrapped(change.values), "modifiedon": _date(change.record.modified_at)}
    told = [{"key": name, "value": value} for name, value in attributes.items()]
    more = {"Attributes": told, "EntityState": None, "FormattedValues": [], "RelatedEntities": []}
    return {"__type": f"Entity:{_CONTRACTS}", **more, **plain}


def _wrapped(values: Mapping[str, Any]) -> dict[str, Any]:
    """Money, option sets and lookups as the plug-in's serializer writes them."""
    told: dict[str, Any] = {}
    for name, value in values.items():
        if value is None:
            told[name.removeprefix("_").removesuffix("_value")] = None
        elif name in _MONEY:
            told[name] = {"__type": f"Money:{_CONTRACTS}", "Value": value}
        elif name in _OPTIONS:
            told[name] = {"__type": f"OptionSetValue:{_CONTRACTS}", "Value": value}
        elif name.startswith("_"):
            plain = name.removeprefix("_").removesuffix("_value")
            reference = {"Id": value, "KeyAttributes": [], "LogicalName": "account", "Name": None, "RowVersion": None}
            told[plain] = {"__type": f"EntityReference:{_CONTRACTS}", **reference}
        else:
            told[name] = value
    return told
