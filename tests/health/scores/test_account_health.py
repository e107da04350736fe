"""An account's hygiene and health: explained, as it was kept, as of any day, and how it moved."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from app.accounts.kinds import ACCOUNTS
from app.accounts.service import merging as accounts
from tests.asking import ok
from tests.health.scores.ground import (
    TODAY,
    a_health_model,
    a_whole_story,
    an_observed_account,
    days_ago,
    health,
    kept,
    listed,
    moves_told,
    observed,
)
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def by_key(side):
    return {one["indicator"]: one for one in side["contributions"]}


async def test_every_operation_does_its_work(client):
    await a_whole_story(client)


async def test_both_sides_are_told_with_what_they_are_made_of(client, database, tenant):
    model = await a_health_model(client)
    account = await an_observed_account(client, csat=4, adoption=0.4, nps=8)
    await kept(database, tenant)

    found = await health(client, account)

    # csat 4 of 1..5 is 75; (3 * 0.4 + 1 * 0.8) / 4 is 50
    assert found["hygiene"]["score"] == 75
    assert found["health"]["score"] == 50
    assert found["quadrant"] == "coasting"
    assert found["quadrant_since"] == TODAY.isoformat()
    assert not found["provisional"]
    assert found["warnings"] == []
    assert (found["account_name"], found["as_of"], found["kept"]) == ("Cancity", TODAY.isoformat(), True)
    assert (found["model_id"], found["model_version"]) == (model["id"], 1)
    used = by_key(found["health"])["used"]
    assert (used["metric"], used["title"], used["unit"]) == ("adoption", "Adoption", "ratio")
    assert (used["value"], used["utility"], used["weight"]) == (0.4, 0.4, 3)
    assert (used["contribution"], used["headroom"]) == (30, 45)
    assert used["source"] == {"fact": "observations", "as_of": days_ago(200).isoformat(), "facts": 1}
    assert [one["indicator"] for one in found["health"]["contributions"]] == ["used", "recommended"]
    assert found["hygiene"]["threshold"] == found["health"]["threshold"] == 60


async def test_what_is_unknown_widens_the_bounds_and_is_named(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, adoption=0.9)
    await kept(database, tenant)

    found = await health(client, account)

    assert found["hygiene"]["score"] is None
    assert (found["hygiene"]["low"], found["hygiene"]["high"], found["hygiene"]["coverage"]) == (0, 100, 0)
    assert (found["health"]["score"], found["health"]["coverage"]) == (90, 0.75)
    assert (found["health"]["low"], found["health"]["high"]) == (67.5, 92.5)
    assert found["quadrant"] is None
    assert found["provisional"]
    assert [one["code"] for one in found["warnings"]] == ["insufficient_data", "missing_indicators"]
    assert "recommended" in found["warnings"][1]["message"]


async def test_a_value_that_does_not_fit_counts_as_unknown_and_is_shown(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, csat=88, adoption=0.5)
    await kept(database, tenant)

    for found in (await health(client, account), await health(client, account, as_of=TODAY.isoformat())):
        content = by_key(found["hygiene"])["content"]
        assert (content["value"], content["utility"]) == (88, None)
        assert "unusable_value" in [one["code"] for one in found["warnings"]]


async def test_an_account_of_which_nothing_was_kept_is_judged_for_the_answer(client):
    await a_health_model(client)
    account = await an_observed_account(client, csat=4, adoption=0.4)

    found = await health(client, account)

    assert (found["hygiene"]["score"], found["health"]["score"], found["kept"]) == (75, 40, False)
    assert found["previous_on"] is None
    assert (await ok(client.get(f"/v1/accounts/{account['id']}/health/history")))["data"] == []


async def test_the_shipped_model_judges_where_no_other_is_chosen(client):
    account = await an_account(client)

    found = await health(client, account)

    default = await ok(client.get("/v1/health/models/default"))
    model = await ok(client.get(f"/v1/health/models/{found['model_id']}"))
    assert (model["shipped"], model["in_use"], model["model"]) == (True, True, default)
    assert {one["code"] for one in found["warnings"]} == {"insufficient_data"}
    assert found["hygiene"]["score"] is found["health"]["score"] is found["quadrant"] is None


async def test_on_deals_alone_little_is_known_and_the_rest_is_left_open(client):
    account = await an_account(client)
    for days, amount in ((500, 100), (100, 80)):
        body = {
            "account": account["id"], "amount": {"amount": str(amount), "currency": "USD"}, "status": "won",
            "created_on": days_ago(days + 30).isoformat(), "closed_on": days_ago(days).isoformat(),
        }  # fmt: skip
        await ok(client.post("/v1/opportunities", json=body), 201)

    found = await health(client, account)

    assert found["hygiene"]["coverage"] == 0.2  # retention, of what targets, delivery and satisfaction have too
    assert found["health"]["coverage"] <= 0.2
    assert found["health"]["high"] - found["health"]["low"] >= 80
    assert found["provisional"]
    unknown = [one["message"] for one in found["warnings"] if one["code"] == "missing_indicators"]
    assert "revenue_attainment" in unknown[0]
    assert "executives_met_new" in unknown[1]


async def test_as_of_a_day_only_what_was_known_then_counts_and_nothing_is_kept(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, on=days_ago(100), csat=2, adoption=0.2)
    await observed(client, account, days_ago(10), csat=5, adoption=0.9)
    await kept(database, tenant)

    before = await health(client, account, as_of=days_ago(50).isoformat())
    now = await health(client, account)

    assert (before["hygiene"]["score"], before["health"]["score"], before["quadrant"]) == (25, 20, "at_risk")
    assert (before["kept"], before["stale"], before["as_of"]) == (False, False, days_ago(50).isoformat())
    assert (now["hygiene"]["score"], now["health"]["score"], now["quadrant"]) == (100, 90, "thriving")
    history = await ok(client.get(f"/v1/accounts/{account['id']}/health/history"))
    assert [one["as_of"] for one in history["data"]] == [TODAY.isoformat()]


async def test_a_day_to_come_cannot_be_asked(client):
    account = await an_account(client)
    for path in (f"/v1/accounts/{account['id']}/health", "/v1/health/summary"):
        refused = await client.get(path, params={"as_of": days_ago(-2).isoformat()})
        assert refused.status_code == 422
        assert refused.json()["type"] == "/problems/in-the-future"


async def test_changes_are_told_since_the_score_before_and_over_a_month_and_a_quarter(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, csat=1, adoption=0.1)
    for days, level in ((95, 0.2), (40, 0.3), (5, 0.6)):
        await observed(client, account, days_ago(days), adoption=level)
    await kept(database, tenant, days_ago(92), days_ago(35), days_ago(20), TODAY)

    found = await health(client, account)

    assert found["health"]["score"] == 60
    assert (found["previous_on"], found["health"]["previous"], found["health"]["delta"]) == (
        days_ago(20).isoformat(), 30, 30,
    )  # fmt: skip
    assert found["health"]["trend_30"] == 30  # since 35 days before
    assert found["health"]["trend_90"] == 40  # since 92 days before
    assert found["hygiene"]["delta"] == found["hygiene"]["trend_90"] == 0
    assert (found["quadrant"], found["quadrant_since"]) == ("building", TODAY.isoformat())


async def test_a_comparison_that_is_too_old_is_none(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, csat=1, adoption=0.1)
    await kept(database, tenant, days_ago(70), TODAY)

    found = await health(client, account)

    assert found["health"]["delta"] == 0
    assert found["health"]["trend_30"] is found["health"]["trend_90"] is None


async def test_a_quadrant_holds_since_the_first_of_the_days_in_a_row(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, on=days_ago(300), csat=5, adoption=0.1)
    await observed(client, account, days_ago(60), adoption=0.9)
    await observed(client, account, days_ago(40), adoption=0.2)
    days = [days_ago(days) for days in (100, 50, 30, 20, 10)]
    await kept(database, tenant, *days)

    newest = await health(client, account)
    then = await health(client, account, as_of=days_ago(15).isoformat())

    assert (newest["quadrant"], newest["quadrant_since"]) == ("coasting", days_ago(30).isoformat())
    assert (then["quadrant"], then["quadrant_since"]) == ("coasting", days_ago(30).isoformat())
    assert then["previous_on"] == days_ago(20).isoformat()


async def test_keeping_a_day_again_replaces_it_and_tells_nothing_twice(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, csat=5, adoption=0.9)
    await kept(database, tenant, days_ago(1), TODAY, TODAY)
    await observed(client, account, TODAY, adoption=0.1)

    await kept(database, tenant)
    await kept(database, tenant)

    found = await health(client, account)
    assert (found["quadrant"], found["quadrant_since"]) == ("coasting", TODAY.isoformat())
    assert (found["health"]["previous"], found["health"]["delta"]) == (90, -80)
    history = await ok(client.get(f"/v1/accounts/{account['id']}/health/history"))
    assert [(one["as_of"], one["quadrant"]) for one in history["data"]] == [
        (TODAY.isoformat(), "coasting"), (days_ago(1).isoformat(), "thriving"),
    ]  # fmt: skip
    assert await moves_told(client) == [("thriving", "coasting")]


async def test_a_quadrant_that_comes_back_on_the_same_day_has_held_all_along(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, csat=5, adoption=0.9)
    await kept(database, tenant, days_ago(9), days_ago(1))
    for level in (0.1, 0.8):
        await observed(client, account, TODAY, adoption=level)
        await kept(database, tenant)

    found = await health(client, account)

    assert (found["quadrant"], found["quadrant_since"]) == ("thriving", days_ago(9).isoformat())
    assert await moves_told(client) == [("thriving", "coasting"), ("coasting", "thriving")]


async def test_a_day_of_the_past_is_history_and_moves_nobody(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, on=days_ago(100), csat=5, adoption=0.1)
    await observed(client, account, days_ago(10), adoption=0.9)
    await kept(database, tenant)

    await kept(database, tenant, days_ago(50))

    found = await health(client, account)
    assert (found["as_of"], found["quadrant"]) == (TODAY.isoformat(), "thriving")
    assert await moves_told(client) == []
    history = await ok(client.get(f"/v1/accounts/{account['id']}/health/history", params={"sort": "as_of"}))
    assert [one["quadrant"] for one in history["data"]] == ["coasting", "thriving"]


async def test_an_account_that_did_not_exist_then_is_not_kept(client, database, tenant):
    await a_health_model(client)
    account = await an_account(client, effective_on=days_ago(10).isoformat())

    await kept(database, tenant, days_ago(20), accounts=[account])

    assert (await ok(client.get(f"/v1/accounts/{account['id']}/health/history")))["data"] == []


async def test_an_account_that_stands_for_another_shows_the_history_of_both(client, database, tenant):
    await a_health_model(client)
    lost = await an_observed_account(client, "lost", csat=5, adoption=0.9)
    survivor = await an_observed_account(client, "survivor", csat=1, adoption=0.1)
    await kept(database, tenant)
    async with database.transaction(tenant.id) as connection:
        at = datetime.now(UTC)
        await accounts.merge(connection, tenant.id, ACCOUNTS, UUID(lost["id"]), UUID(survivor["id"]), at)
    await observed(client, survivor, TODAY, adoption=0.2)
    await kept(database, tenant)

    history = await ok(client.get(f"/v1/accounts/{lost['id']}/health/history"))
    standing = await health(client, lost)

    assert {(one["account_id"], one["health"]["score"]) for one in history["data"]} == {
        (survivor["id"], 20), (lost["id"], 90),
    }  # fmt: skip
    assert (standing["account_id"], standing["health"]["score"]) == (survivor["id"], 20)
    assert [row["account_id"] for row in await listed(client)] == [survivor["id"]]


async def test_two_who_judge_at_the_same_time_tell_of_a_move_once(client, database, tenant):
    await a_health_model(client)
    made = [await an_observed_account(client, f"A{place}", csat=5, adoption=0.9) for place in range(3)]
    await kept(database, tenant, days_ago(1))
    for account in made:
        await observed(client, account, TODAY, adoption=0.1)

    await asyncio.gather(kept(database, tenant), kept(database, tenant, accounts=made[::-1]))

    assert await moves_told(client) == [("thriving", "coasting")] * 3


async def test_history_is_cut_to_the_days_asked_for_and_paged(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, csat=5, adoption=0.9)
    await kept(database, tenant, *(days_ago(days) for days in (40, 30, 20, 10)))
    url = f"/v1/accounts/{account['id']}/health/history"

    within = await ok(client.get(url, params={"from": days_ago(30).isoformat(), "to": days_ago(20).isoformat()}))
    first = await ok(client.get(url, params={"limit": 3}))
    second = await ok(client.get(url, params={"limit": 3, "cursor": first["next_cursor"]}))

    assert [one["as_of"] for one in within["data"]] == [days_ago(20).isoformat(), days_ago(30).isoformat()]
    assert [one["as_of"] for one in second["data"]] == [days_ago(40).isoformat()]
    assert first["data"][0]["hygiene"] == {"score": 100, "low": 100, "high": 100, "coverage": 1}


async def test_a_change_of_facts_or_of_the_model_makes_what_was_kept_stale(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, csat=5, adoption=0.9)
    await ok(client.get(f"/v1/accounts/{account['id']}/health"))
    await kept(database, tenant)
    changed = await health(client, account)
    await a_health_model(client)
    replaced = await health(client, account)

    assert changed["stale"]
    assert changed["changed_at"] is not None  # marked for scoring, which nobody has done here
    assert replaced["stale"]


async def test_it_is_asked_by_the_id_of_the_crm_in_one_call(client, database, tenant):
    await a_health_model(client)
    fields = {"source": "hubspot", "external_id": "77"}
    account = await an_observed_account(client, fields=fields, csat=4, adoption=0.4)
    await kept(database, tenant)
    url = "/v1/accounts/by-external-id/hubspot"

    assert await ok(client.get(f"{url}/77/health")) == await health(client, account)
    assert (await client.get(f"{url}/78/health")).status_code == 404


async def test_another_organizations_account_is_not_found(client, other_client):
    account = await an_account(client)
    for path in ("health", "health/history"):
        refused = await other_client.get(f"/v1/accounts/{account['id']}/{path}")
        assert refused.status_code == 404
        assert refused.json()["type"] == "/problems/account-not-found"
