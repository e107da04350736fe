import pytest

from app.health.core.warnings.rules import BY_CODE
from app.health.queries.warning_records import RECORDS, records
from app.kernel.ids import AccountId
from tests.asking import a_record
from tests.health.warnings.ground import TODAY, a_troubled_account, ago, money
from tests.planning.ground import a_plan
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
CODES = ["comfort_zone", "flattening", "untapped_whitespace", "usage_falling", "user_base_matured", "all_competitive",
         "market_worsening"]  # fmt: skip


async def found(database, tenant, code, account, days_ago=0):
    """The records behind a rule's warning of an account: way, kind, id, and what is told of it."""
    async with database.transaction(tenant.id) as connection:
        day = TODAY.fromisoformat(ago(days_ago))
        rows = await records(connection, tenant.id, code, [AccountId(account)], as_of=day, currency="USD")
    return [(row["way"], row["kind"], str(row["id"])) for row in rows]


async def test_each_rule_names_the_records_behind_it(client, database, tenant):
    ids = await a_troubled_account(client)
    account = ids["account"]
    met = await a_record(
        client, "engagements", account=account, kind="meeting", held_on=ago(5), contacts=[ids["friend"]]
    )
    adopted = [
        await a_record(client, "observations", account=account, metric="adoption", value=value, observed_on=ago(days))
        for value, days in ((0.9, 100), (0.5, 10))
    ]
    rated = await a_record(
        client, "ratings", account=account, metric="market_leadership", value=2, rated_on=ago(20), function="sales"
    )
    contested = await a_record(
        client, "opportunities", account=account, name="Contest", amount=money("10"), created_on=ago(20),
        sole_sourced=False,
    )  # fmt: skip

    expected = {
        "comfort_zone": [("no_new_doors", "contact", ids["friend"])],
        "flattening": [("trend_turned", "opportunity", one) for one in ids["won"]],
        "untapped_whitespace": [(None, "buying_center", ids["center"])],
        "usage_falling": [("adoption_fell", "observation", one) for one in reversed(adopted)],
        "user_base_matured": [("saturated", "observation", one) for one in reversed(adopted)],
        "market_worsening": [("leadership", "rating", rated)],
        "all_competitive": [("contested", "opportunity", contested)],
    }
    assert {code: await found(database, tenant, code, account) for code in CODES} == expected
    assert met
    # Of what came later, nothing was known.
    assert await found(database, tenant, "usage_falling", account, days_ago=50) == [
        ("adoption_fell", "observation", adopted[0])
    ]


async def test_a_stale_plan_is_named(client, database, tenant):
    case = await a_plan(client)
    (record,) = await found(database, tenant, "plan_stale", case.account["id"])
    assert record == ("not_updated", "plan", (await case.look())["id"])


async def test_only_a_few_records_of_each_way_are_told_the_newest_first(client, database, tenant):
    ids = await a_troubled_account(client)
    tenders = [
        await a_record(
            client, "opportunities", account=ids["account"], name=f"Tender {days}", created_on=ago(days),
            competitor="R",
        )
        for days in (25, 20, 15, 10, 5)
    ]  # fmt: skip
    told = [one for _, _, one in await found(database, tenant, "competitor_foothold", ids["account"])]
    assert told == tenders[::-1]


@pytest.mark.parametrize("code", RECORDS)
async def test_records_are_of_ways_that_the_rule_has(client, database, tenant, code):
    ids = await a_troubled_account(client)
    ways = {way.code for way in BY_CODE[code].ways}
    told = await found(database, tenant, code, ids["account"])
    assert {way for way, *_ in told if way is not None} <= ways


async def test_another_organizations_records_are_not_told(client, database, tenant, other_tenant):
    ids = await a_troubled_account(client)
    assert await found(database, tenant, "competitor_foothold", ids["account"])
    assert await found(database, other_tenant, "competitor_foothold", ids["account"]) == []
