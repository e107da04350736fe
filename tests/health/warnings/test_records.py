import pytest

from app.health.core.warnings.rules import BY_CODE
from app.health.queries.warning_records import RECORDS, records
from app.kernel.ids import AccountId
from tests.asking import a_record
from tests.health.warnings.ground import TODAY, a_troubled_account, ago, by_code, evaluated, money
from tests.metrics.ground import World
from tests.planning.ground import a_plan
from tests.resourcing.commitments import ground as promises
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


async def test_promises_that_did_not_arrive_are_named_with_how_they_failed(client, database, tenant):
    case, on = await promises.a_case(client), promises.on
    late = await case.moves(await case.promised(on=on(-60), due_on=on(-50)), "deliver", "owner", on=on(-40))
    missed = await case.moves(
        await case.promised(on=on(-60), due_on=on(-20)), "miss", "owner", on=on(-30), reason="Gone"
    )
    overdue = await case.promised(on=on(-60), due_on=on(-5))
    await case.moves(await case.promised(on=on(-60), due_on=on(-4)), "deliver", "owner", on=on(-4))
    await case.promised(due_on=on(9))
    account = case.account["id"]

    assert [one for _, _, one in await found(database, tenant, "commitments_missed", account)] == [
        overdue["id"], missed["id"], late["id"],
    ]  # fmt: skip
    # Of the day before it was given up, that was not known; what came late was overdue.
    assert [one for _, _, one in await found(database, tenant, "commitments_missed", account, days_ago=45)] == [
        late["id"]
    ]
    await evaluated(database, tenant)
    warning = (await by_code(client))["commitments_missed"]
    assert [(one["kind"], one["detail"], one["value"], one["name"]) for one in warning["records"]] == [
        ("commitment", "overdue", 5, "A second plant"),
        ("commitment", "missed", 0, "A second plant"),
        ("commitment", "late", 10, "A second plant"),
    ]
    assert [(one["metric"], one["value"]) for one in warning["figures"]] == [("commitments_kept", 0.25)]


async def test_resources_that_are_hardly_used_are_named_the_least_used_first(client, database, tenant):
    case = await promises.a_case(client)
    account, resources = case.account["id"], [case.resource, *[await promises.a_resource(client) for _ in range(2)]]
    world = World(database, tenant.id)
    for resource, used in zip(resources, (6, 2, 10), strict=True):
        world.entitlement(AccountId(account), resource["id"], 10, TODAY.fromisoformat(ago(200)))
        world.usage(AccountId(account), resource["id"], used, TODAY.fromisoformat(ago(9)))
    await world.save()

    assert await found(database, tenant, "resources_unused", account) == [
        ("underused", "resource", resources[1]["id"]),
        ("underused", "resource", resources[0]["id"]),
    ]


async def test_of_a_resource_it_is_told_how_much_was_used_of_what_was_due_by_the_days_it_was_due(
    client, database, tenant
):
    case = await promises.a_case(client)
    account, world = AccountId(case.account["id"]), World(database, tenant.id)
    fresh, ended = case.resource, await promises.a_resource(client)
    world.entitlement(account, fresh["id"], 12, TODAY.fromisoformat(ago(29)))  # on 30 of the 90 days: 4 were due
    world.entitlement(account, ended["id"], 9, TODAY.fromisoformat(ago(200)), until_on=TODAY.fromisoformat(ago(59)))
    world.usage(account, fresh["id"], 1, TODAY.fromisoformat(ago(9)))
    await world.save()
    await evaluated(database, tenant)

    warning = (await by_code(client))["resources_unused"]
    told = [(one["id"], one["value"], one["detail"], one["count"]) for one in warning["records"]]
    assert told == [(ended["id"], 0, "0 of 3 days", None), (fresh["id"], 0.25, "1 of 4 days", 1)]
    assert [(one["metric"], one["value"]) for one in warning["figures"]] == [("resource_utilization", 0.125)]


async def test_expectations_that_were_last_found_unmet_are_named(client, database, tenant):
    account = AccountId((await promises.a_case(client)).account["id"])
    world = World(database, tenant.id)
    calibration = world.calibration(account, TODAY.fromisoformat(ago(90)))
    unmet, met = (world.expectation(calibration, account) for _ in range(2))
    for expectation, days, is_met in ((unmet, 50, True), (unmet, 9, False), (met, 50, False), (met, 9, True)):
        world.assessment(expectation, TODAY.fromisoformat(ago(days)), met=is_met)
    await world.save()

    assert await found(database, tenant, "expectations_unmet", account) == [("unmet", "expectation", str(unmet))]
    assert await found(database, tenant, "expectations_unmet", account, days_ago=20) == [
        ("unmet", "expectation", str(met))
    ]


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
