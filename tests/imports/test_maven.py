"""The Maven export, with figures counted independently from its CSV files."""

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import MAVEN
from tests.imports.ground import MAVEN_MAPPING, counts, imported

pytestmark = pytest.mark.skipif(not MAVEN.is_dir(), reason="the Maven export is not on this machine")


def rows(name):
    with (MAVEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def everything(client, path):
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = (await client.get(f"/v1/{path}?limit=500" + (f"&cursor={cursor}" if cursor else ""))).json()
        found, cursor = found + answer["data"], answer["next_cursor"]
    return found


@pytest.fixture
def maven():
    return MAVEN_MAPPING.read_bytes()


async def test_every_row_is_kept_with_its_account_product_status_and_amount(database, tenant, client, maven):
    report = await imported(database, tenant.name, MAVEN, maven)

    assert [counts(report, place) for place in range(4)] == [
        {"created": 35}, {"created": 7}, {"created": 85}, {"created": 8800},
    ]  # fmt: skip
    assert len(report.files[3].unassigned) == sum(not row["account"] for row in rows("sales_pipeline")) == 1425
    assert [file.notes for file in report.files] == [[], [], [], []]
    assert report.files[0].unused_columns == ("manager", "regional_office")

    accounts = {account["external_id"]: account for account in await everything(client, "accounts")}
    names = {account["id"]: name for name, account in accounts.items()}
    check_accounts(accounts, names)
    offerings = {offering["id"]: offering for offering in await everything(client, "offerings")}
    assert {found["name"]: Decimal(found["list_price"]["amount"]) for found in offerings.values()} == {
        row["product"]: Decimal(row["sales_price"]) for row in rows("products")
    }
    users = await everything(client, "users")
    assert {user["name"] for user in users} == {row["sales_agent"] for row in rows("sales_teams")}
    assert {user["function"] for user in users} == {"sales"}
    check_deals(await everything(client, "opportunities"), names, offerings)


def check_accounts(accounts, names):
    given = {row["account"]: row for row in rows("accounts")}
    parents = {name: names[account["parent_id"]] for name, account in accounts.items() if account["parent_id"]}

    assert parents == {name: row["subsidiary_of"] for name, row in given.items() if row["subsidiary_of"]}
    assert len(parents) == 15
    for name, row in given.items():
        account = accounts[name]
        assert Decimal(account["annual_revenue"]["amount"]) == Decimal(row["revenue"]) * 1_000_000
        assert account["employees"] == int(row["employees"])
        assert account["attributes"] == {"year_established": int(row["year_established"])}
    assert "technolgy" not in {account["industry"] for account in accounts.values()}
    assert Counter(account["industry"] for account in accounts.values())["technology"] == 12
    assert all(len(account["country"]) == 2 for account in accounts.values())
    assert accounts["Bioholding"]["country"] == "PH"


def check_deals(deals, names, offerings):
    given = {row["opportunity_id"]: row for row in rows("sales_pipeline")}

    assert len(deals) == len(given) == 8800
    assert Counter(deal["status"] for deal in deals) == {"won": 4238, "lost": 2473, "open": 2089}
    assert Counter(offerings[deal["offering_id"]]["name"] for deal in deals)["GTX Pro"] == 1480
    won: defaultdict[str, Decimal] = defaultdict(Decimal)
    for deal in deals:
        row = given[deal["external_id"]]
        assert names.get(deal["account_id"], "") == row["account"]
        assert offerings[deal["offering_id"]]["name"].replace(" ", "") == row["product"].replace(" ", "")
        assert [deal["created_on"] or "", deal["closed_on"] or ""] == [row["engage_date"], row["close_date"]]
        assert (deal["stage"], deal["owner"]) == (row["deal_stage"], row["sales_agent"])
        assert (deal["amount"] is not None) == (deal["status"] == "won")
        if deal["amount"] is not None:
            won[row["account"]] += Decimal(deal["amount"]["amount"])
    expected: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in given.values():
        if row["deal_stage"] == "Won":
            expected[row["account"]] += Decimal(row["close_value"])
    assert won == expected
    assert sum(won.values()) == 10_005_534


async def test_the_second_import_touches_no_record(database, tenant, client, maven):
    await imported(database, tenant.name, MAVEN, maven)
    before = [await everything(client, path) for path in ("accounts", "opportunities")]

    report = await imported(database, tenant.name, MAVEN, maven)

    assert [counts(report, place) for place in range(4)] == [
        {"unchanged": 35}, {"unchanged": 7}, {"unchanged": 85}, {"unchanged": 8800},
    ]  # fmt: skip
    assert len(report.files[3].unassigned) == 1425
    assert [await everything(client, path) for path in ("accounts", "opportunities")] == before
