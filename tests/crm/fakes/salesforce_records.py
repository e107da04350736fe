"""A fake Salesforce's records: which fields they have, and how they are shown."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.crm.fakes.fake import Fake
from tests.crm.fakes.store import Record

KINDS = {"account": "Account", "opportunity": "Opportunity", "contact": "Contact", "user": "User"}
NAMES = {name: kind for kind, name in KINDS.items()}
_OWNED = {"Owner.Name", "Owner.Email"}
SYSTEM = {"Id", "IsDeleted", "CreatedDate", "LastModifiedDate", "SystemModstamp"}
FIELDS: Mapping[str, set[str]] = {
    "account": {"Name", "Industry", "AnnualRevenue", "NumberOfEmployees", "ParentId", "OwnerId", "Website", "Type",
                "MasterRecordId", "CurrencyIsoCode", "Description", "AccountSource", "BillingCountry"},
    "opportunity": {"Name", "AccountId", "Amount", "CurrencyIsoCode", "StageName", "IsClosed", "IsWon", "CloseDate",
                    "Probability", "OwnerId", "Type", "LeadSource", "ForecastCategory", "Description"},
    "contact": {"FirstName", "LastName", "Name", "AccountId", "Title", "Email", "Department", "OwnerId",
                "MasterRecordId", "Phone", "ReportsToId"},
    "user": {"Name", "FirstName", "LastName", "Email", "Username", "IsActive", "UserRoleId", "Title", "Department"},
}  # fmt: skip
_STAGES = {"open": "Prospecting", "won": "Closed Won", "lost": "Closed Lost"}


def long_id(short: str) -> str:
    """The 18 characters of an id of 15: three more that say which of them are capitals."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    parts = (short[0:5], short[5:10], short[10:15])
    return short + "".join(letters[sum(1 << n for n, c in enumerate(part) if c.isupper())] for part in parts)


def values(_fake: Fake, kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "name": "Name", "industry": "Industry", "revenue": "AnnualRevenue", "employees": "NumberOfEmployees",
        "parent": "ParentId", "domain": "Website", "owner": "OwnerId", "account": "AccountId", "amount": "Amount",
        "currency": "CurrencyIsoCode", "stage": "StageName", "probability": "Probability", "title": "Title",
        "email": "Email", "close_on": "CloseDate",
    }  # fmt: skip
    values: dict[str, Any] = {names[name]: value for name, value in told.items() if name in names}
    if kind in {"contact", "user"} and "name" in told:
        first, _, last = str(told["name"]).rpartition(" ")
        values |= {"FirstName": first or None, "LastName": last}
    if "status" in told:
        values["StageName"] = told.get("stage", _STAGES[told["status"]])
        values |= {"IsClosed": told["status"] != "open", "IsWon": told["status"] == "won"}
    if "close_on" in told:
        values["CloseDate"] = str(told["close_on"])
    return values


def rendered(record: Record, field: str) -> Any:
    """One field of a record as the API shows it."""
    system: Mapping[str, Any] = {
        "Id": record.id,
        "IsDeleted": record.gone,
        "IsActive": not record.gone,
        "MasterRecordId": record.merged_into,
        "CreatedDate": instant(record.created_at),
        "LastModifiedDate": instant(record.modified_at),
        "SystemModstamp": instant(record.modified_at),
    }
    if field == "Name" and record.kind in {"contact", "user"}:
        return f"{record.values.get('FirstName') or ''} {record.values.get('LastName') or ''}".strip()
    return system[field] if field in system else record.values.get(field)


def instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def known(fake: Fake, kind: str) -> set[str]:
    owned = _OWNED if "OwnerId" in FIELDS[kind] else set()
    return FIELDS[kind] | SYSTEM | owned | (fake.custom_fields if kind == "account" else set())


def shown(fake: Fake, kind: str, record: Record, fields: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "attributes": {"type": KINDS[kind], "url": f"/services/data/v60.0/sobjects/{KINDS[kind]}/{record.id}"}
    }
    for field in fields:
        head, _, rest = field.partition(".")
        if rest:
            told[head] = told.get(head) or _owner(fake, record)
        else:
            told[field] = rendered(record, field)
    return told


def _owner(fake: Fake, record: Record) -> dict[str, Any] | None:
    """What `Owner.Name` and its like come to."""
    user = fake.store.find("user", str(record.values.get("OwnerId")))
    if user is None:
        return None
    url = f"/services/data/v60.0/sobjects/User/{user.id}"
    name = f"{user.values.get('FirstName') or ''} {user.values.get('LastName') or ''}".strip()
    return {"attributes": {"type": "User", "url": url}, "Name": name, "Email": user.values.get("Email")}
