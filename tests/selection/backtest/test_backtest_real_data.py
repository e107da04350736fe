"""Backtests of real data, against figures worked out from its files alone; and of the simulator's planted causes."""

import csv
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from uuid import uuid4

import numpy as np
import pytest
from scipy import stats
from sqlalchemy import text

from app.demo import service as demo
from app.infra.db import enter
from app.kernel.ids import new_id
from app.selection.core.default_model import default_model
from app.selection.core.model_documents import model_document
from app.tenancy import service as tenancy
from tests.conftest import MAVEN, SHARED, Tenant, client_of
from tests.imports.ground import MAVEN_MAPPING, imported
from tests.metrics.ground import morning
from tests.selection.backtest.ground import a_backtest, a_model

RETAIL = SHARED / "data" / "uci_online_retail" / "customer_month_revenue.csv"


def a_criterion(metric, dimension):
    return {
        "key": metric,
        "metric": metric,
        "dimension": dimension,
        "weight": 1,
        "value_function": {"kind": "percentile"},
    }


def a_document(**dimensions):
    return {"name": "Plain", "criteria": [a_criterion(metric, where) for metric, where in dimensions.items()]}


def growth_of(before, after):
    return [np.log((1 + after.get(one, 0)) / (1 + spent)) for one, spent in before.items()]


def rho(figure, growth):
    return pytest.approx(float(stats.spearmanr(figure, growth).statistic), abs=5e-5)


def by_key(figures, name):
    return {one[name]: one for one in figures}


@pytest.mark.skipif(not MAVEN.is_dir(), reason="the Maven export is not on this machine")
async def test_on_the_maven_export_the_pipeline_foretold_growth_and_current_spend_its_opposite(
    client, database, tenant, working
):
    await imported(database, tenant.name, MAVEN, MAVEN_MAPPING.read_bytes())
    document = a_document(
        revenue_ltm="opportunity", future_spend="opportunity", cross_sell_potential="opportunity", win_rate="alignment"
    )

    told = await a_backtest(
        client, await a_model(client, document), as_of="2017-06-30", horizon_days=184, resamples=500
    )

    result = told["result"]
    before, after = maven_revenue(date(2017, 6, 30), 184)
    growth = growth_of(before, after)
    assert result["status"] == "ok"
    assert (result["accounts"]["existed"], result["composite"]["n"]) == (85, 85)
    assert result["outcome"]["before"]["revenue"] == sum(before.values())
    assert result["outcome"]["after"]["revenue"] == sum(after.values())
    # Its first deal was won in March 2017: what was spent before is not in the file.
    assert (result["outcome"]["first_won_on"], result["outcome"]["remarks"]) == ("2017-03-01", ["revenue_begins_late"])
    spend = by_key(result["criteria"], "criterion")["revenue_ltm"]
    assert spend["spearman"]["rho"] == rho(list(before.values()), growth)
    assert by_key(result["baselines"], "key")["past_revenue"]["spearman"]["rho"] == spend["spearman"]["rho"]
    # The export tells of sizes on its last day alone, so that in June nothing was known of them.
    assert by_key(result["baselines"], "key")["employees"]["n"] == 0
    verdicts = {one["criterion"]: one["verdict"] for one in result["criteria"]}
    assert verdicts == {
        "revenue_ltm": "contradicts",
        "future_spend": "supports",
        "cross_sell_potential": "inconclusive",
        "win_rate": "contradicts",
    }
    assert result["composite"]["verdict"] == "contradicts"


def maven_revenue(day, days):
    """By account, won in the days up to the day, and in as many after it."""
    length = timedelta(days=days)
    before: dict[str, float] = defaultdict(float)
    after: dict[str, float] = defaultdict(float)
    with (MAVEN / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        won = [row for row in csv.DictReader(file) if row["deal_stage"] == "Won"]
    for row in won:
        closed = date.fromisoformat(row["close_date"])
        if day - length < closed <= day:
            before[row["account"]] += float(row["close_value"])
        elif day < closed <= day + length:
            after[row["account"]] += float(row["close_value"])
    return before, after


@pytest.mark.skipif(not RETAIL.is_file(), reason="the retail data are not on this machine")
async def test_in_uci_online_retail_current_spend_does_not_predict_growth(client, database, tenant, working):
    """Customers of a British wholesaler, 2010-12 to 2011-11, six months against six."""
    months = retail_months()
    await put_in(database, tenant.id, months)
    document = a_document(revenue_ltm="opportunity", deal_count_ltm="alignment", tenure_years="alignment")

    told = await a_backtest(
        client, await a_model(client, document), as_of="2011-05-31", horizon_days=183, resamples=400
    )

    result = told["result"]
    before, after = retail_halves(months)
    usable = {one for one in before if before[one] > -1 and after.get(one, 0) > -1}
    assert result["accounts"]["existed"] == len(before)
    assert result["accounts"]["excluded"]["below_zero"] == len(before) - len(usable)
    kept = {one: spent for one, spent in before.items() if one in usable}
    spend = by_key(result["criteria"], "criterion")["revenue_ltm"]
    assert spend["n"] == len(usable)
    assert spend["spearman"]["rho"] == rho(list(kept.values()), growth_of(kept, after))
    # More customers of large spend went on as before, and more of them bought less: the signs do not even agree.
    assert spend["spearman"]["rho"] < 0.05
    assert spend["kendall"]["tau_b"] < 0
    assert (spend["verdict"], spend["because"]) == ("inconclusive", "not_significant")
    # The interval alone would have called it a success.
    assert spend["interval_alone"] == "supports"
    assert by_key(result["criteria"], "criterion")["deal_count_ltm"]["verdict"] == "supports"


def retail_months():
    """By customer, net revenue by the last day of the month."""
    months: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    with RETAIL.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            year, month = map(int, row["m"].split("-"))
            months[row["CustomerID"]][date(year, month, monthrange(year, month)[1])] += float(row["revenue"])
    return months


async def put_in(database, tenant_id, months):
    """Customers as accounts, each month's revenue as a deal won on its last day."""
    accounts = {customer: new_id() for customer in months}
    deals = [(accounts[one], day, f"{worth:.2f}") for one, spent in months.items() for day, worth in spent.items()]
    account_ids, days, worths = map(list, zip(*deals, strict=True))
    async with database.transaction(tenant_id) as connection:
        await connection.execute(
            text(
                "INSERT INTO accounts (tenant_id, id, name, name_key, valid_from)"
                " SELECT :tenant_id, a.id, a.name, a.name, a.since"
                " FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[]), CAST(:since AS timestamptz[]))"
                " AS a(id, name, since)"
            ),
            {
                "tenant_id": tenant_id,
                "ids": list(accounts.values()),
                "names": list(months),
                "since": [morning(min(spent)) for spent in months.values()],
            },
        )
        await connection.execute(
            text(
                "INSERT INTO opportunities (tenant_id, id, account_id, amount, currency, status, stage,"
                " stage_entered_at, created_on, closed_on, valid_from)"
                " SELECT :tenant_id, d.id, d.account_id, CAST(d.worth AS numeric), 'USD', 'won', 'Won', d.day, d.day,"
                " d.day, d.day FROM unnest(CAST(:ids AS uuid[]), CAST(:account_ids AS uuid[]), CAST(:days AS date[]),"
                " CAST(:worths AS text[])) AS d(id, account_id, day, worth)"
            ),
            {
                "tenant_id": tenant_id,
                "ids": [new_id() for _ in deals],
                "account_ids": account_ids,
                "days": days,
                "worths": worths,
            },
        )


def retail_halves(months):
    """By customer known by the end of May 2011, what was spent in the six months before, and in the six after."""
    day, last = date(2011, 5, 31), date(2011, 11, 30)
    known = {one: spent for one, spent in months.items() if min(spent) <= day}
    before = {one: round(sum(v for k, v in spent.items() if k <= day), 2) for one, spent in known.items()}
    after = {one: round(sum(v for k, v in spent.items() if day < k <= last), 2) for one, spent in known.items()}
    return before, after


async def test_among_the_simulated_customers_the_planted_causes_are_found_and_spend_is_beaten(app, database, working):
    """Growth follows willingness there; current spend, size and tenure are no cause of anything."""
    name = f"demo {uuid4()}"
    tenant_id = await demo.fill(database, name=name, ends_on=date(2026, 3, 31), accounts=120)
    async with database.engine.begin() as connection:
        await enter(connection, tenant_id)
        _, key = await tenancy.issue_key(connection, tenant_id, name="test", scopes=["admin"])

    async with client_of(app, Tenant(tenant_id, name, key)) as client:
        model = await a_model(client, model_document(default_model(75_000)))
        told = await a_backtest(client, model, as_of="2025-03-31", horizon_days=365, resamples=500)

    result = told["result"]
    assert (result["status"], result["composite"]["verdict"]) == ("ok", "supports")
    criteria, baselines = by_key(result["criteria"], "criterion"), by_key(result["baselines"], "key")
    assert criteria["willingness_to_partner"]["verdict"] == "supports"
    assert {one["verdict"] for one in baselines.values()} == {"inconclusive"}
    assert all(one["composite_ahead"] > 0.2 for one in baselines.values())
    assert "contradicts" not in {one["verdict"] for one in criteria.values()}
