"""A fake HubSpot's records: which properties they have, and how they are shown."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from tests.crm.fakes.fake import Fake
from tests.crm.fakes.store import Record

KINDS = {"account": "companies", "opportunity": "deals", "contact": "contacts", "user": "owners"}
NAMES = {
    **{name: kind for kind, name in KINDS.items() if kind != "user"},
    "company": "account",
    "deal": "opportunity",
    "contact": "contact",
    "0-1": "contact",
    "0-2": "account",
    "0-3": "opportunity",
}
TYPE_IDS = {"account": "0-2", "opportunity": "0-3", "contact": "0-1"}
_DEFAULTS: Mapping[str, Sequence[str]] = {
    "account": ("name", "domain"),
    "opportunity": ("amount", "closedate", "dealname", "dealstage", "pipeline"),
    "contact": ("email", "firstname", "lastname"),
}
_KNOWN: Mapping[str, set[str]] = {
    "account": {"name", "domain", "industry", "annualrevenue", "numberofemployees", "hs_parent_company_id",
                "hubspot_owner_id", "hs_merged_object_ids", "city", "country", "website"},
    "opportunity": {"dealname", "amount", "deal_currency_code", "dealstage", "pipeline", "closedate",
                    "hubspot_owner_id", "hs_merged_object_ids",
                    "hs_is_closed", "hs_is_closed_won", "hs_deal_stage_probability", "dealtype"},
    "contact": {"email", "firstname", "lastname", "jobtitle", "phone", "hubspot_owner_id", "hs_merged_object_ids",
                "associatedcompanyid"},
}  # fmt: skip
_STAGES = {"open": "qualifiedtobuy", "won": "closedwon", "lost": "closedlost"}
_PROBABILITIES = {"open": "0.4", "won": "1.0", "lost": "0.0"}


def known(fake: Fake, kind: str) -> set[str]:
    return _KNOWN[kind] | (fake.custom_fields if kind == "account" else set())


def modified_name(kind: str) -> str:
    """Contacts have another name for the time of the last change than all others."""
    return "lastmodifieddate" if kind == "contact" else "hs_lastmodifieddate"


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(at: datetime) -> int:
    told = at if at.tzinfo else at.replace(tzinfo=UTC)
    return int(told.timestamp() * 1000)


def values(kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that a test's words come to, as texts."""
    if kind == "user":
        first, _, last = str(told.get("name", "")).rpartition(" ")
        return {"firstName": first or None, "lastName": last, "email": told.get("email")}
    names = {
        "industry": "industry", "revenue": "annualrevenue", "employees": "numberofemployees", "domain": "domain",
        "parent": "hs_parent_company_id", "owner": "hubspot_owner_id", "amount": "amount", "stage": "dealstage",
        "currency": "deal_currency_code", "title": "jobtitle", "email": "email", "close_on": "closedate",
    }  # fmt: skip
    found = {names[name]: _text(value) for name, value in told.items() if name in names}
    if "name" in told:
        found |= _named(kind, str(told["name"]))
    if "status" in told:
        found["dealstage"] = told.get("stage", _STAGES[told["status"]])
        found |= {"pipeline": "default", "hs_deal_stage_probability": _PROBABILITIES[told["status"]]}
        found["hs_is_closed"] = str(told["status"] != "open").lower()
        found["hs_is_closed_won"] = str(told["status"] == "won").lower()
    if "probability" in told:
        found["hs_deal_stage_probability"] = str(told["probability"] / 100)
    return found


def _named(kind: str, name: str) -> dict[str, Any]:
    if kind == "contact":
        first, _, last = name.rpartition(" ")
        return {"firstname": first or None, "lastname": last}
    return {"dealname" if kind == "opportunity" else "name": name}


def _text(value: Any) -> str | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.isoformat()}T00:00:00Z"
    return None if value is None else str(value)


def read(kind: str, record: Record, name: str) -> Any:
    """A property as it is shown."""
    told = {
        "hs_object_id": record.id,
        "createdate": instant(record.created_at),
        modified_name(kind): instant(record.modified_at),
        "hs_merged_object_ids": ";".join(record.absorbed) or None,
    }
    if name == "associatedcompanyid":
        return record.account
    return told[name] if name in told else record.values.get(name)


def shown(kind: str, record: Record, asked: Sequence[str], associated: Sequence[str] = ()) -> dict[str, Any]:
    """The record with the properties asked for, or those that come unasked."""
    always = ("createdate", modified_name(kind), "hs_object_id")
    names = sorted({*always, *(asked or _DEFAULTS[kind])})
    told: dict[str, Any] = {
        "id": record.id,
        "properties": {name: read(kind, record, name) for name in names},
        "createdAt": instant(record.created_at),
        "updatedAt": instant(record.modified_at),
        "archived": record.gone,
    }
    if record.gone_at:
        told["archivedAt"] = instant(record.gone_at)
    if record.account and {"companies", "company"} & set(associated):
        results = [{"id": record.account, "type": f"{KINDS[kind].removesuffix('s')}_to_company"}]
        told["associations"] = {"companies": {"results": results}}
    told["url"] = f"https://app.hubspot.com/contacts/44237313/record/{TYPE_IDS[kind]}/{record.id}"
    return told
