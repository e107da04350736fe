"""How far plans have come, through HTTP: objectives by their metrics, targets by what was earned."""

import pytest

from tests.asking import ok
from tests.health.progress.ground import (
    a_plan,
    a_target,
    a_whole_story,
    ago,
    an_objective,
    observed,
    the_progress,
    won,
)
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def objectives(client, account, *asked, targets=()):
    await a_plan(client, account, *asked, targets=targets)
    return {one["key"]: one for one in (await the_progress(client, account))["objectives"]}


async def test_objectives_measure_themselves_whether_they_rise_or_fall(client):
    account = await an_account(client)
    await observed(client, account, "on_time_delivery", days_5=0.96)
    await observed(client, account, "churn_risk", days_5=50)
    await ok(client.patch("/v1/organization", json={"custom_metrics": [{"key": "churn_risk", "title": "Risk"}]}))

    found = await objectives(
        client,
        account,
        an_objective("rising", "on_time_delivery", baseline=0.9, target=0.98),
        an_objective("falling", "churn_risk", baseline=60, target=20),
        an_objective("reached", "churn_risk", baseline=60, target=50),
    )

    rising, falling = found["rising"], found["falling"]
    assert (rising["current"], rising["share"], rising["expected_share"]) == (0.96, 0.75, 0.5)
    assert (rising["state"], rising["unit"], rising["baseline_from"]) == ("on_track", "ratio", "plan")
    assert (falling["current"], falling["share"], falling["state"]) == (50.0, 0.25, "behind")
    assert (found["reached"]["share"], found["reached"]["state"]) == (1.0, "met")


async def test_a_baseline_that_the_plan_leaves_out_is_what_was_measured_when_it_began(client):
    account = await an_account(client)
    await observed(client, account, "on_time_delivery", days_210=0.8, days_150=0.85, days_5=0.9)

    found = await objectives(client, account, an_objective("uptime", "on_time_delivery", target=1.0))

    uptime = found["uptime"]
    assert (uptime["baseline"], uptime["baseline_from"], uptime["current"]) == (0.8, "measured", 0.9)
    assert (uptime["share"], uptime["state"]) == (0.5, "on_track")


async def test_what_cannot_be_measured_says_why(client):
    account = await an_account(client)
    await observed(client, account, "csat", days_5=4)

    found = await objectives(
        client,
        account,
        an_objective("words_alone"),
        an_objective("no_such", "mood", baseline=1, target=2),
        an_objective("unobserved", "nps", baseline=1, target=2),
        an_objective("no_start", "csat", target=5),
        an_objective("no_goal", "csat", baseline=3),
        an_objective("hold", "csat", baseline=3, target=3),
    )

    assert {key: one["because"] for key, one in found.items()} == {
        "words_alone": "no_metric",
        "no_such": "no_such_metric",
        "unobserved": "not_measured",
        "no_start": "no_baseline",
        "no_goal": "no_target",
        "hold": "no_distance",
    }
    assert {one["state"] for one in found.values()} == {"unknown"}


async def test_targets_are_held_against_what_their_periods_earned(client):
    account = await an_account(client)
    for amount, days in ((100, 181), (400, 180), (500, 91), (300, 90), (50, 1)):
        await won(client, account, amount, days)
    await a_plan(
        client,
        account,
        targets=[
            a_target(180, 1000),  # over; what was won on its first day and its last counts
            a_target(89, 1000),  # its last day is today
            a_target(0, 500),
            a_target(-1, 500),
            a_target(180, 2500, days=365),
        ],
    )

    shown = await the_progress(client, account)

    told = [(one["actual"], one["share"], one["state"]) for one in shown["targets"]]
    assert told[:4] == [(900.0, 0.9, "behind"), (50.0, 0.05, "behind"), (0.0, 0.0, "behind"), (0.0, None, "not_begun")]
    assert told[4] == (1250.0, 0.5, "on_track")
    assert [one["expected_share"] for one in shown["targets"]] == [1.0, 1.0, 0.0111, 0.0, 0.4959]


async def test_targets_in_another_currency_are_converted_and_margin_takes_the_observed_share(client):
    account = await an_account(client)
    await won(client, account, 1000, 10)
    await observed(client, account, "margin", days_5=0.3)
    rate = {"currency": "EUR", "into_currency": "USD", "rate": "1.25", "from_on": "2020-01-01"}
    await ok(client.post("/v1/exchange-rates", json=rate), 201)
    await a_plan(
        client,
        account,
        targets=[
            a_target(30, 800, currency="EUR"),
            a_target(30, 400, metric="margin"),
            a_target(31, 800, currency="CHF", metric="margin"),
        ],
    )

    shown = await the_progress(client, account)

    assert shown["currency"] == "USD"
    told = [(one["planned"], one["actual"], one["share"], one["state"]) for one in shown["targets"]]
    assert told == [(1000.0, 1000.0, 1.0, "met"), (400.0, 300.0, 0.75, "on_track"), (None, 300.0, None, "unknown")]
    assert shown["targets"][0]["amount"] == {"amount": "800", "currency": "EUR"}


async def test_what_the_plan_brought_the_customer_is_told_as_it_was_known_on_a_day(client):
    account = await an_account(client)
    rate = {"currency": "EUR", "into_currency": "USD", "rate": "1.25", "from_on": "2020-01-01"}
    await ok(client.post("/v1/exchange-rates", json=rate), 201)

    def step(key, planned, realised, days, currency="USD"):
        of = {"currency": currency}
        return {
            "key": key, "title": key, "owner_side": "customer", "due_on": ago(0),
            "planned_value": {"amount": planned, **of},
            "realised_value": realised and {"amount": realised, **of},
            "realised_on": None if days is None else ago(days),
        }  # fmt: skip

    steps = [
        step("pilot", "80", "100", 100, "EUR"), step("next", "200", None, None), step("odd", "5", "5", 2, "CHF"),
    ]  # fmt: skip
    await a_plan(client, account, more={"value_plan": {"items": steps}})

    shown = (await the_progress(client, account))["value"]

    assert (shown["planned"], shown["planned_reached"], shown["realised"], shown["share"]) == (300, 100, 125, 1.25)
    assert (shown["steps"], shown["reached"], shown["unpriced"]) == (3, 2, 1)
    assert (shown["first_reached_on"], shown["days_to_value"]) == (ago(100), 100)


async def test_the_answer_counts_states_and_names_the_plan(client):
    account = await an_account(client)
    await observed(client, account, "nps", days_5=8)
    plan = await a_plan(
        client, account, an_objective("a", "nps", baseline=5, target=8), an_objective("b", "csat", baseline=1, target=2)
    )

    shown = await the_progress(client, account)

    assert shown["objective_counts"] == {"on_track": 0, "behind": 0, "met": 1, "unknown": 1}
    assert (shown["number"], shown["starts_on"], shown["ends_on"]) == (1, ago(200), ago(-600))
    assert (shown["account_id"], shown["as_of"], plan["account_id"]) == (account["id"], ago(0), account["id"])


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [({"as_of": ago(1)}, 404, "plan_not_found"), ({"as_of": ago(-1)}, 422, "in_the_future")],
)
async def test_there_is_no_progress_before_there_was_a_plan_nor_in_the_future(client, params, status, code):
    account = await an_account(client)
    await a_plan(client, account, an_objective("a"))

    answer = await client.get(f"/v1/accounts/{account['id']}/plan/progress", params=params)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_accounts_without_a_plan_or_of_others_have_none(client, other_client):
    account = await an_account(client)

    without = await client.get(f"/v1/accounts/{account['id']}/plan/progress")
    others = await other_client.get(f"/v1/accounts/{account['id']}/plan/progress")

    assert (without.json()["code"], others.json()["code"]) == ("plan_not_found", "account_not_found")


async def test_the_operation_answers(client):
    assert set(await a_whole_story(client)) == {"account_id"}
