"""Facts as tests make them: a ground that others refer to, and for every kind bodies that fit and do not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from app.accounts.kinds import KINDS


@dataclass(frozen=True)
class Ground:
    """Records of one organization that others can refer to; ids as texts."""

    user: str
    account: str
    other_account: str
    buying_center: str
    contact: str
    offering: str
    source: str = "crm"
    account_external_id: str = "A-1"
    offering_code: str = "GTX"
    buying_center_name: str = "Plant Süd"


async def made(client: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The record that this POST creates."""
    answer = await client.post(f"/v1/{path}", json=body)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


async def a_ground(client: httpx.AsyncClient) -> Ground:
    user = await made(client, "users", {"name": "Ada", "function": "finance"})
    account = await made(client, "accounts", {"name": "Cancity", "source": "crm", "external_id": "A-1"})
    other = await made(client, "accounts", {"name": "Isdom"})
    center = await made(client, "buying-centers", {"account": account["id"], "name": "Plant Süd"})
    contact = await made(client, "contacts", {"account": account["id"], "name": "Grace"})
    offering = await made(client, "offerings", {"code": "GTX", "name": "GTX Basic"})
    return Ground(user["id"], account["id"], other["id"], center["id"], contact["id"], offering["id"])


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def bodies(ground: Ground) -> dict[str, dict[str, Any]]:
    """For every kind, a body in which every field is given."""
    account = {"account": ground.account}
    return {
        "users": {"name": "Bob", "email": "bob@example.com", "function": "sales", "active": False},
        "offerings": {
            "code": "MG", "name": "MG Special", "series": "MG", "list_price": usd("55.0000"),
            "active_from": "2016-01-01", "active_to": "2020-12-31",
        },
        "exchange_rates": {
            "currency": "EUR", "into_currency": "USD", "rate": "1.081200000000", "from_on": "2017-01-01",
        },
        "accounts": {
            "name": "Acme Corporation", "parent": ground.account, "industry": "retail", "country": "US",
            "employees": 2822, "annual_revenue": usd("1100.0400"), "website": "https://acme.example",
            "kam_user_id": ground.user, "customer_since": "1996-05-01", "attributes": {"région": ["a", 1, None]},
            "effective_on": "2017-01-01",
        },
        "buying_centers": {**account, "name": "Plant Nord"},
        "contacts": {
            **account, "name": "Alan", "title": "CFO", "email": "alan@example.com", "seniority": "c_level",
            "stance": "advocate", "active": False, "buying_center": ground.buying_center, "effective_on": "2017-01-01",
        },
        "opportunities": {
            **account, "name": "Renewal", "offering": ground.offering, "buying_center": ground.buying_center,
            "primary_contact": ground.contact, "amount": usd("-12.5000"), "stage": "Engaging", "status": "won",
            "probability": 0.25, "created_on": "2016-10-25", "expected_close_on": "2017-03-02",
            "closed_on": "2017-03-01", "sole_sourced": True, "competitor": "Rival", "owner": "Moses",
            "source_modified_at": "2017-03-01T12:00:00Z",
        },
        "engagements": {
            **account, "kind": "qbr", "held_on": "2017-05-01", "contacts": [ground.contact],
            "buying_center": ground.buying_center, "subject": "Review", "initiated_by": "customer",
        },
        "observations": {**account, "metric": "nps", "value": -0.5, "observed_on": "2017-05-01"},
        "ratings": {
            **account, "metric": "goal_fit", "value": 4, "user": ground.user, "function": "legal",
            "rated_on": "2017-05-01", "comment": "fits",
        },
        "targets": {
            **account, "metric": "revenue", "period": {"from": "2017-01-01", "to": "2017-12-31"},
            "amount": usd("1000.0000"), "effective_on": "2016-12-01",
        },
    }  # fmt: skip


# What is changed in a record to see that it changes: the field, and another value.
CHANGES: Mapping[str, tuple[str, Any]] = {
    "users": ("name", "Robert"),
    "offerings": ("name", "MG Advanced"),
    "exchange_rates": ("rate", "1.100000000000"),
    "accounts": ("industry", "medical"),
    "buying_centers": ("name", "Plant West"),
    "contacts": ("stance", "coach"),
    "opportunities": ("stage", "Won"),
    "engagements": ("subject", "Review 2"),
    "observations": ("value", 40.0),
    "ratings": ("comment", "fits well"),
    "targets": ("amount", usd("2000.0000")),
}
# The fields that null takes away. What else there is, a record cannot be without.
CLEARED: Mapping[str, tuple[str, ...]] = {
    "users": ("email",),
    "offerings": ("series", "list_price", "active_from", "active_to"),
    "exchange_rates": (),
    "accounts": (
        "parent", "industry", "country", "employees", "annual_revenue", "website", "kam_user_id", "customer_since",
    ),
    "buying_centers": (),
    "contacts": ("title", "email", "seniority", "buying_center"),
    "opportunities": (
        "name", "offering", "buying_center", "primary_contact", "amount", "stage", "probability", "created_on",
        "expected_close_on", "sole_sourced", "competitor", "owner", "source_modified_at",
    ),
    "engagements": ("buying_center", "subject", "initiated_by"),
    "observations": (),
    "ratings": ("user", "comment"),
    "targets": (),
}  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {
    "users": ("name", "function"),
    "offerings": ("code", "name"),
    "exchange_rates": ("currency", "into_currency", "rate", "from_on"),
    "accounts": ("name",),
    "buying_centers": ("account", "name"),
    "contacts": ("account", "name"),
    "opportunities": (),
    "engagements": ("account", "kind", "held_on"),
    "observations": ("account", "metric", "value", "observed_on"),
    "ratings": ("account", "metric", "value", "function", "rated_on"),
    "targets": ("account", "metric", "period", "amount"),
}
# Field, a value that cannot be right, and where the problem points.
UNFIT: Mapping[str, tuple[tuple[str, Any, str], ...]] = {
    "users": (("name", "", "/name"), ("function", "janitor", "/function"), ("active", 1, "/active")),
    "offerings": (
        ("code", "x" * 101, "/code"),
        ("list_price", usd("-1"), "/list_price"),
        ("active_to", "2015-12-31", "/active_to"),
    ),
    "exchange_rates": (
        ("rate", "0", "/rate"),
        ("rate", 1.5, "/rate"),
        ("into_currency", "EUR", "/into_currency"),
        ("currency", "XXX", "/currency"),
    ),
    "accounts": (
        ("name", " ", "/name"),
        ("employees", -1, "/employees"),
        ("employees", 2**31, "/employees"),
        ("annual_revenue", {"amount": "1"}, "/annual_revenue/currency"),
        ("annual_revenue", {"currency": "USD"}, "/annual_revenue/amount"),
        ("attributes", {"a": "x" * 16384}, "/attributes"),
        ("customer_since", "1996-02-30", "/customer_since"),
        ("parent", {"source": "crm"}, "/parent/external_id"),
        ("source", "Not A Source", "/source"),
    ),
    "buying_centers": (("name", "x" * 201, "/name"), ("account", "Cancity", "/account")),
    "contacts": (
        ("stance", "friend", "/stance"),
        ("seniority", "boss", "/seniority"),
        ("effective_on", 3, "/effective_on"),
    ),
    "opportunities": (
        ("status", "closed", "/status"),
        ("probability", 1.01, "/probability"),
        ("amount", usd("1.23456"), "/amount/amount"),
        ("amount", {"amount": 5, "currency": "USD"}, "/amount/amount"),
        ("amount", {"amount": "5", "currency": "usd"}, "/amount/currency"),
        ("closed_on", "2016-10-24", "/closed_on"),
        ("closed_on", None, "/closed_on"),
        ("source_modified_at", "2017-03-01T12:00:00", "/source_modified_at"),
        ("stage_history", [{"status": "open"}], "/stage_history/0/at"),
    ),
    "engagements": (
        ("kind", "lunch", "/kind"),
        ("initiated_by", "us", "/initiated_by"),
        ("contacts", "everyone", "/contacts"),
        ("held_on", "01.05.2017", "/held_on"),
    ),
    "observations": (
        ("value", "7", "/value"),
        ("value", True, "/value"),
        ("metric", "NPS!", "/metric"),
        ("observed_on", "1969-12-31", "/observed_on"),
    ),
    "ratings": (("value", 0, "/value"), ("value", 6, "/value"), ("value", 3.5, "/value"), ("user", "Ada", "/user")),
    "targets": (
        ("metric", "profit", "/metric"),
        ("period", {"from": "2017-12-31", "to": "2017-01-01"}, "/period"),
        ("period", {"from": "2017-12-31"}, "/period/to"),
        ("amount", usd("-0.0001"), "/amount"),
    ),
}  # fmt: skip
# Fields that name another record, as they are shown.
REFERENCES: Mapping[str, tuple[str, ...]] = {
    "accounts": ("parent", "kam_user_id"),
    "buying_centers": ("account",),
    "contacts": ("account", "buying_center"),
    "opportunities": ("account", "offering", "buying_center", "primary_contact"),
    "engagements": ("account", "contacts", "buying_center"),
    "observations": ("account",),
    "ratings": ("account", "user"),
    "targets": ("account",),
}


def field_shown(name: str) -> str:
    """What the field of a body is called in the answer."""
    renamed = {
        "parent": "parent_id", "account": "account_id", "buying_center": "buying_center_id", "contacts": "contact_ids",
        "primary_contact": "primary_contact_id", "offering": "offering_id", "user": "user_id",
    }  # fmt: skip
    return renamed.get(name, name)


def path_of(plural: str) -> str:
    return KINDS[plural].path


def of_account(account: str, plural: str, number: int) -> dict[str, Any]:
    """The body of one of many records of a kind, known by an external id, below the account where it has one."""
    every: dict[str, dict[str, Any]] = {
        "users": {"name": f"User {number}", "function": "sales"},
        "offerings": {"code": f"P{number}", "name": f"Product {number}"},
        "exchange_rates": {"currency": "EUR", "into_currency": "USD", "rate": "1.1", "from_on": day(number)},
        "accounts": {"name": f"Account {number}"},
        "buying_centers": {"account": account, "name": f"Site {number}"},
        "contacts": {"account": account, "name": f"Contact {number}"},
        "opportunities": {"account": account, "amount": usd(f"{number}.50"), "created_on": day(number)},
        "engagements": {"account": account, "kind": "call", "held_on": day(number)},
        "observations": {"account": account, "metric": "nps", "value": float(number), "observed_on": day(number)},
        "ratings": {"account": account, "metric": "goal_fit", "value": 3, "function": "sales", "rated_on": day(number)},
        "targets": {
            "account": account, "metric": "revenue", "amount": usd("10"),
            "period": {"from": day(number), "to": "2199-12-31"},
        },
    }  # fmt: skip
    return {**every[plural], "source": "bulk", "external_id": str(number)}


def day(number: int) -> str:
    """A day for each number below 8400."""
    return f"{2000 + number // 336}-{number % 336 // 28 + 1:02}-{number % 28 + 1:02}"


def nobody() -> str:
    """An id that no record has."""
    return str(uuid4())
