"""A fake Dynamics' records: which columns they have, and how they are shown."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.crm.fakes.fake import Fake
from tests.crm.fakes.store import Record

# Kind -> the entity, and the set of it.
KINDS = {
    "account": ("account", "accounts"),
    "opportunity": ("opportunity", "opportunities"),
    "contact": ("contact", "contacts"),
    "user": ("systemuser", "systemusers"),
}
NAMES = {plural: kind for kind, (_, plural) in KINDS.items()}
KEYS = {"account": "accountid", "opportunity": "opportunityid", "contact": "contactid", "user": "systemuserid"}
CURRENCIES = {
    "USD": ("8f1e2d3c-0000-4000-8000-000000000001", "US Dollar"),
    "EUR": ("8f1e2d3c-0000-4000-8000-000000000002", "Euro"),
    "GBP": ("8f1e2d3c-0000-4000-8000-000000000003", "Pound Sterling"),
}
_SYSTEM = {"createdon", "modifiedon", "versionnumber", "statecode", "statuscode", "_ownerid_value", "_owninguser_value"}
_KNOWN: Mapping[str, set[str]] = {
    "account": {"name", "industrycode", "revenue", "numberofemployees", "_parentaccountid_value", "websiteurl",
                "merged", "_masterid_value", "_transactioncurrencyid_value", "description", "accountnumber",
                "address1_country"},
    "opportunity": {"name", "estimatedvalue", "actualvalue", "stepname", "_stageid_value", "stageid",
                    "estimatedclosedate", "actualclosedate", "closeprobability", "_parentaccountid_value",
                    "_customerid_value", "_transactioncurrencyid_value", "salesstagecode", "description"},
    "contact": {"fullname", "firstname", "lastname", "jobtitle", "emailaddress1", "_parentcustomerid_value", "merged",
                "_masterid_value", "_accountid_value", "telephone1", "department"},
    "user": {"fullname", "firstname", "lastname", "internalemailaddress", "isdisabled", "title", "domainname"},
}  # fmt: skip
_STATES = {"open": 0, "won": 1, "lost": 2}
_LABELS = {0: "Open", 1: "Won", 2: "Lost"}


def known(fake: Fake, kind: str) -> set[str]:
    return _KNOWN[kind] | _SYSTEM | {KEYS[kind]} | (fake.custom_fields if kind == "account" else set())


def instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def values(_fake: Fake, kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a test's words come to."""
    names = {
        "industry": "industrycode", "revenue": "revenue", "employees": "numberofemployees", "domain": "websiteurl",
        "parent": "_parentaccountid_value", "owner": "_ownerid_value", "stage": "stepname", "title": "jobtitle",
        "probability": "closeprobability",
    }  # fmt: skip
    found = {names[name]: value for name, value in told.items() if name in names}
    if "name" in told:
        found |= _named(kind, str(told["name"]))
    if "email" in told:
        found["internalemailaddress" if kind == "user" else "emailaddress1"] = told["email"]
    if "account" in told:
        field = "_parentcustomerid_value" if kind == "contact" else "_parentaccountid_value"
        found |= {field: told["account"]}
        found |= {"_customerid_value": told["account"]} if kind == "opportunity" else {}
    if "currency" in told:
        found["_transactioncurrencyid_value"] = CURRENCIES[told["currency"]][0]
    return {**found, **_deal(told)} if kind == "opportunity" else found


def _named(kind: str, name: str) -> dict[str, Any]:
    if kind in {"account", "opportunity"}:
        return {"name": name}
    first, _, last = name.rpartition(" ")
    return {"fullname": name, "firstname": first or None, "lastname": last}


def _deal(told: Mapping[str, Any]) -> dict[str, Any]:
    status = told.get("status")
    found: dict[str, Any] = {} if status is None else {"statecode": _STATES[status], "statuscode": _STATES[status] + 1}
    if "amount" in told:
        found |= {"estimatedvalue": told["amount"], "actualvalue": told["amount"] if status == "won" else None}
    if "close_on" in told:
        found["estimatedclosedate"] = str(told["close_on"])
    if status in {"won", "lost"} and "close_on" in told:
        found["actualclosedate"] = str(told["close_on"])
    return found


def read(record: Record, name: str) -> Any:
    """A column as it is shown."""
    system = {
        KEYS[record.kind]: record.id,
        "createdon": instant(record.created_at),
        "modifiedon": instant(record.modified_at),
        "versionnumber": 4_000_000 + record.version,
        "merged": record.merged_into is not None,
        "_masterid_value": record.merged_into,
    }
    if name in system:
        return system[name]
    if name == "_owninguser_value":
        return record.values.get("_ownerid_value")
    if name == "isdisabled":
        return record.gone
    if name == "statecode" and record.merged_into is not None:
        return 1
    return record.values.get(name, 0 if name == "statecode" else None)


def shown(fake: Fake, record: Record, selected: Sequence[str], expand: str, *, annotated: bool) -> dict[str, Any]:
    """The record with the columns asked for (all of them if none were), its key and etag."""
    names = selected or sorted(known(fake, record.kind) - {KEYS[record.kind]})
    told: dict[str, Any] = {"@odata.etag": f'W/"{4_000_000 + record.version}"'}
    for name in names:
        if annotated:
            told |= _annotation(fake, record, name)
        told[name] = read(record, name)
    told[KEYS[record.kind]] = record.id
    if "transactioncurrencyid" in expand:
        told["transactioncurrencyid"] = _currency(record)
    return told


def _annotation(fake: Fake, record: Record, name: str) -> dict[str, str]:
    value = read(record, name)
    if name == "_transactioncurrencyid_value" and value:
        label = next(label for key, label in CURRENCIES.values() if key == value)
        return {f"{name}@OData.Community.Display.V1.FormattedValue": label}
    if name == "_ownerid_value" and value:
        owner = fake.store.find("user", value)
        return {f"{name}@OData.Community.Display.V1.FormattedValue": owner.values["fullname"]} if owner else {}
    if name == "statecode" and record.kind == "opportunity":
        return {f"{name}@OData.Community.Display.V1.FormattedValue": _LABELS[value]}
    return {}


def _currency(record: Record) -> dict[str, Any] | None:
    held = record.values.get("_transactioncurrencyid_value")
    codes = {key: code for code, (key, _) in CURRENCIES.items()}
    return {"isocurrencycode": codes[held], "transactioncurrencyid": held} if held else None
