"""The metrics of a real CRM export, against figures worked out from its files alone."""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "maven_crm_sales_opportunities"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the Maven export is not here")
DAY = date(2017, 12, 31)
SPELLING = {"GTXPro": "GTX Pro"}


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def when(given: str) -> date | None:
    return date.fromisoformat(given) if given else None


@pytest.fixture(scope="module")
def pipeline():
    return rows("sales_pipeline.csv")


def put_in(world, pipeline):
    """The export as facts: its offerings with list prices, its deals with the account's id by name."""
    accounts = {row["account"]: world.account(name=row["account"], since=DAY) for row in rows("accounts.csv")}
    offerings = {row["product"]: world.offering(row["sales_price"]) for row in rows("products.csv")}
    for row in pipeline:
        closed = when(row["close_date"])
        world.deal(
            accounts.get(row["account"]),
            row["close_value"] or None,
            status=row["deal_stage"].lower() if closed else "open",
            closed_on=closed,
            created_on=when(row["engage_date"]),
            since=when(row["engage_date"]) or DAY,
            offering_id=offerings[SPELLING.get(row["product"], row["product"])],
            stage=row["deal_stage"],
        )
    return accounts


async def test_every_account_has_the_figures_of_the_files(world, pipeline):
    accounts = put_in(world, pipeline)
    keys = (
        "revenue_ltm", "deal_count_ltm", "win_rate", "future_spend", "open_pipeline", "cross_sell_potential",
        "concentration_offering", "cycle_days", "tenure_years",
    )  # fmt: skip

    found = await world.measured(*keys)

    assert len(found.account_ids) == 85
    assert found.value("revenue_ltm", found.row(accounts["Kan-code"])) == 341455
    expected = figures(pipeline)
    for name, account in accounts.items():
        row = found.row(account)
        assert {key: found.value(key, row) for key in keys} == pytest.approx(expected[name]), name
        assert found.notes_of("future_spend", row)["estimated_by_list_price"] == pytest.approx(
            found.value("future_spend", row)
        )


async def test_half_a_year_earlier_it_is_what_was_known_then(world, pipeline):
    accounts = put_in(world, pipeline)
    day = date(2017, 6, 30)

    found = await world.measured("revenue_ltm", "win_rate", as_of=day)

    expected = figures(pipeline, day)
    for name, account in accounts.items():
        row = found.row(account)
        assert found.value("revenue_ltm", row) == expected[name]["revenue_ltm"]
        assert found.value("win_rate", row) == pytest.approx(expected[name]["win_rate"])


def figures(pipeline: list[dict[str, str]], day: date = DAY) -> dict[str, dict[str, float]]:
    """The same figures out of the files, with nothing of the product."""
    prices = {row["product"]: float(row["sales_price"]) for row in rows("products.csv")}
    year_ago = day - timedelta(days=365)
    won: dict[str, list[dict[str, str]]] = defaultdict(list)
    lost: Counter[str] = Counter()
    listed: dict[str, float] = defaultdict(float)
    decided = Counter(row["deal_stage"] for row in pipeline if row["account"] and row["close_date"])
    for row in pipeline:
        closed = when(row["close_date"])
        if closed is None:
            listed[row["account"]] += prices[SPELLING.get(row["product"], row["product"])]
        elif year_ago < closed <= day and row["deal_stage"] == "Won":
            won[row["account"]].append(row)
        elif year_ago < closed <= day:
            lost[row["account"]] += 1
    rate = decided["Won"] / (decided["Won"] + decided["Lost"])
    return {
        name: {
            "revenue_ltm": sum(float(deal["close_value"]) for deal in deals),
            "deal_count_ltm": len(deals),
            "win_rate": len(deals) / (len(deals) + lost[name]),
            "open_pipeline": listed[name],
            "future_spend": listed[name] * rate,
            "cross_sell_potential": 1 - len({deal["product"] for deal in deals}) / len(prices),
            "concentration_offering": concentration(deals),
            "cycle_days": median(
                (date.fromisoformat(deal["close_date"]) - date.fromisoformat(deal["engage_date"])).days
                for deal in deals
            ),
            "tenure_years": (day - min(date.fromisoformat(deal["close_date"]) for deal in deals)).days / 365.25,
        }
        for name, deals in won.items()
    }


def concentration(deals: list[dict[str, str]]) -> float:
    by_product: Counter[str] = Counter()
    for deal in deals:
        by_product[deal["product"]] += int(deal["close_value"])
    return sum(worth**2 for worth in by_product.values()) / sum(by_product.values()) ** 2
