from sqlalchemy import text

from app.health.service.warnings import KEYS, KEYS_BEFORE
from app.metrics.families import SHIPPED
from tests.asking import a_record, counted, ok
from tests.health.warnings.ground import TODAY, a_troubled_account, ago, by_code, evaluated, listed, told
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_what_is_wrong_opens_warnings_with_the_figures_and_records_behind_them(client, database, tenant):
    ids = await a_troubled_account(client)
    await evaluated(database, tenant)
    found = await by_code(client)

    assert {"concentrated", "thin_relationships", "competitor_foothold", "engagement_lapsed", "detractor"} <= set(found)
    foothold = found["competitor_foothold"]
    assert foothold["figures"] == [
        {
            "metric": "competitor_footholds", "title": "Competitors' footholds", "unit": "count", "measure": "now",
            "value": 1, "compares": "at_least", "threshold": 1, "fact_on": ago(30),
        }
    ]  # fmt: skip
    assert [(record["id"], record["name"], record["detail"]) for record in foothold["records"]] == [
        (ids["rival"], "Tender", "Rival Inc")
    ]
    assert foothold["account_name"] == "Coasting"
    assert foothold["first_seen_on"] == foothold["last_seen_on"] == TODAY.isoformat()

    concentrated = found["concentrated"]
    assert [way["code"] for way in concentrated["ways"]] == ["by_buying_center", "by_decision_maker"]
    shares = {record["id"]: (record["share"], record["count"]) for record in concentrated["records"]}
    assert shares == {ids["center"]: (1, 2), ids["friend"]: (1, 2)}

    thin = {record["way"]: record["name"] for record in found["thin_relationships"]["records"]}
    assert thin == {"few_advocates": "Ben", "one_contact": "Ben"}
    assert [record["id"] for record in found["engagement_lapsed"]["records"]] == [ids["review"]]
    assert [record["name"] for record in found["detractor"]["records"]] == ["Ada"]


async def test_a_supporter_who_left_is_named(client, database, tenant):
    account = (await an_account(client))["id"]
    friend = await a_record(client, "contacts", account=account, name="Ben", stance="coach", effective_on=ago(200))
    await ok(client.patch(f"/v1/contacts/{friend}", json={"active": False, "effective_on": ago(10)}))
    await evaluated(database, tenant)
    (record,) = (await by_code(client))["supporter_left"]["records"]
    assert (record["id"], record["name"], record["detail"], record["dated_on"]) == (friend, "Ben", "inactive", ago(10))


async def test_a_warning_is_over_after_two_clean_days_and_a_later_one_is_new(client, database, tenant):
    ids = await a_troubled_account(client)
    await evaluated(database, tenant, days_ago=3)
    await evaluated(database, tenant, days_ago=3)
    first = (await by_code(client))["detractor"]

    won_over = {"stance": "neutral", "effective_on": ago(2)}
    await ok(client.patch(f"/v1/contacts/{ids['chief']}", json=won_over))
    for days_ago in (2, 2):  # one day, however often it is looked at
        await evaluated(database, tenant, days_ago=days_ago)
        still = (await by_code(client))["detractor"]
        assert (still["id"], still["clean_days"], still["last_seen_on"]) == (first["id"], 1, ago(3))
    await evaluated(database, tenant, days_ago=1)
    assert "detractor" not in await by_code(client)
    (over,) = await listed(client, code="detractor")
    assert (over["id"], over["state"], over["resolved_on"]) == (first["id"], "resolved", ago(1))

    await ok(client.patch(f"/v1/contacts/{ids['chief']}", json={"stance": "detractor"}))
    await evaluated(database, tenant)
    again = (await by_code(client))["detractor"]
    assert again["id"] != first["id"]
    assert len(await listed(client, code="detractor")) == 2

    opened = [one for one in await told(client, "warning.opened") if one["data"]["code"] == "detractor"]
    assert [one["data"]["warning_id"] for one in opened] == [again["id"], first["id"]]
    assert {one["subject_id"] for one in opened} == {ids["account"]}
    (cleared,) = [one for one in await told(client, "warning.cleared") if one["data"]["code"] == "detractor"]
    assert cleared["data"] == {
        "account_id": ids["account"], "warning_id": first["id"], "code": "detractor", "as_of": ago(1),
        "severity": "high", "first_seen_on": ago(3), "previous": "open", "current": "resolved",
    }  # fmt: skip


async def test_a_figure_that_is_no_longer_known_does_not_clear_a_warning(client, database, tenant):
    account = (await an_account(client))["id"]
    await a_record(client, "observations", account=account, metric="nps", value=3, observed_on=ago(366))
    await evaluated(database, tenant, days_ago=2)
    for days_ago in (1, 0):  # the observation is older than its shelf life by now
        await evaluated(database, tenant, days_ago=days_ago)
    warning = (await by_code(client))["detractor"]
    assert (warning["clean_days"], warning["last_seen_on"], warning["evaluated_on"]) == (0, ago(2), ago(2))


async def test_a_day_before_the_last_one_changes_nothing(client, database, tenant):
    ids = await a_troubled_account(client)
    await evaluated(database, tenant)
    before = await listed(client)
    await evaluated(database, tenant, days_ago=40)
    assert await listed(client) == before

    await ok(client.patch(f"/v1/opportunities/{ids['rival']}", json={"competitor": None}))
    await evaluated(database, tenant, days_ago=60)
    assert await listed(client) == before


async def test_figures_that_move_are_told_anew_and_what_stays_the_same_is_not_touched(client, database, tenant):
    ids = await a_troubled_account(client)
    await evaluated(database, tenant, days_ago=1)
    await evaluated(database, tenant)
    found = await by_code(client)
    lapsed, foothold = found["engagement_lapsed"], found["competitor_foothold"]
    assert (lapsed["figures"][0]["value"], lapsed["figures_as_of"]) == (150, ago(0))
    assert (foothold["figures_as_of"], foothold["last_seen_on"]) == (ago(1), ago(0))

    await evaluated(database, tenant)
    assert (await by_code(client))["competitor_foothold"]["version"] == foothold["version"]
    await a_record(
        client, "opportunities", account=ids["account"], name="Second tender", created_on=ago(3), competitor="Other",
    )  # fmt: skip
    await evaluated(database, tenant)
    again = (await by_code(client))["competitor_foothold"]
    assert [record["name"] for record in again["records"]] == ["Second tender", "Tender"]
    assert again["id"] == foothold["id"]


async def test_the_tiers_cadence_stands_in_for_the_organizations_threshold(client, database, tenant):
    account = (await an_account(client))["id"]
    await a_record(client, "engagements", account=account, kind="qbr", held_on=ago(100))
    await evaluated(database, tenant, days_ago=1)
    assert "engagement_lapsed" not in await by_code(client)
    tier = {"tier": "tier_1", "reason": "It is so", "until_on": ago(-30)}
    await ok(client.post(f"/v1/accounts/{account}/tier-overrides", json=tier), 201)
    await evaluated(database, tenant)
    (figure,) = (await by_code(client))["engagement_lapsed"]["figures"]
    assert (figure["value"], figure["threshold"]) == (100, 90)


async def test_an_organization_that_records_little_is_warned_of_little(client, database, tenant):
    """What nobody recorded is not known, and what is not known is no warning."""
    await an_account(client)
    await evaluated(database, tenant)
    assert await listed(client) == []


async def test_another_organization_is_untouched(client, other_client, database, tenant):
    await a_troubled_account(client)
    await a_troubled_account(other_client)
    await evaluated(database, tenant)
    assert await listed(client)
    assert await listed(other_client) == []


async def test_statements_do_not_grow_with_the_accounts(client, database, tenant):
    sizes = []
    for round_ in range(2):
        for place in range(1 + 3 * round_):
            await a_troubled_account(client, f"Account {round_}.{place}")
        async with database.transaction(tenant.id) as connection:
            await connection.execute(text("DELETE FROM account_warnings WHERE tenant_id = :id"), {"id": tenant.id})
        with counted(database) as sent:
            await evaluated(database, tenant)
        sizes.append((len(sent), len(await listed(client))))
    (few, some), (many, more) = sizes
    assert few == many
    assert more == 5 * some


async def test_what_is_asked_of_the_registry_is_in_it():
    assert set(KEYS) | set(KEYS_BEFORE) <= set(SHIPPED.metrics)
    assert set(KEYS_BEFORE) <= set(KEYS)
