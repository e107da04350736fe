"""What an organization settles about itself."""

import pytest

from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
AT = "/v1/organization"


async def test_an_organization_begins_with_what_is_usual(client, tenant):
    answer = await client.get(AT)

    assert answer.headers["etag"] == '"1"'
    shown = answer.json()
    assert (shown["id"], shown["name"], shown["version"]) == (str(tenant.id), tenant.name, 1)
    assert (shown["reporting_currency"], shown["key_account_revenue_threshold"]) == ("USD", None)
    assert "Proposal" in shown["proposal_stages"]
    assert (shown["custom_metrics"], shown["stage_probabilities"], shown["simulated"]) == ([], {}, False)


async def test_settings_change_alone_or_together_and_the_version_only_with_them(client):
    settled = {
        "stage_probabilities": {"Engaging": 0.4},
        "proposal_stages": ["Angebot"],
        "key_account_revenue_threshold": {"amount": "50000.0000", "currency": "USD"},
    }

    changed = await client.patch(AT, json=settled)
    again = await client.patch(AT, json=settled)
    nothing = await client.patch(AT, json={})
    cleared = await client.patch(AT, json={"key_account_revenue_threshold": None, "proposal_stages": None})

    assert {name: changed.json()[name] for name in settled} == settled
    assert [answer.json()["version"] for answer in (changed, again, nothing, cleared)] == [2, 2, 2, 3]
    assert cleared.json()["key_account_revenue_threshold"] is None
    assert cleared.json()["proposal_stages"] == ["Angebot"]


async def test_a_custom_metric_needs_no_more_than_key_and_title(client):
    given = [
        {"key": "csat_local", "title": "Satisfaction"},
        {"key": "fit", "title": "Fit", "kind": "rating", "unit": "score"},
    ]

    changed = await client.patch(AT, json={"custom_metrics": given})
    read = await client.get(AT)

    assert changed.status_code == 200, changed.text
    usual = {"kind": "observation", "unit": "number", "horizon": "current", "shelf_life_days": 365}
    assert read.json()["custom_metrics"] == [usual | metric for metric in given]


async def test_a_threshold_is_in_the_reporting_currency_and_changes_with_it(client):
    euros = {"amount": "40000.0000", "currency": "EUR"}
    dollars = {"amount": "50000.0000", "currency": "USD"}

    wrong = await client.patch(AT, json={"key_account_revenue_threshold": euros})
    right = await client.patch(AT, json={"key_account_revenue_threshold": dollars})
    left_behind = await client.patch(AT, json={"reporting_currency": "EUR"})
    both = await client.patch(AT, json={"reporting_currency": "EUR", "key_account_revenue_threshold": euros})

    assert [answer.status_code for answer in (wrong, right, left_behind, both)] == [422, 200, 422, 200]
    assert wrong.json()["errors"][0]["pointer"] == "/key_account_revenue_threshold/currency"
    assert left_behind.json()["errors"][0]["pointer"] == "/key_account_revenue_threshold"
    assert both.json()["key_account_revenue_threshold"] == euros


async def test_thresholds_of_warnings_begin_as_shipped_and_change_one_by_one(client):
    shipped = (await client.get(AT)).json()["warning_thresholds"]

    changed = (await client.patch(AT, json={"warning_thresholds": {"plan_days_above": 60}})).json()
    again = (await client.patch(AT, json={"warning_thresholds": {"plan_days_above": 60}})).json()
    other = (await client.patch(AT, json={"warning_thresholds": {"nps_below": 6.5}})).json()

    assert (shipped["plan_days_above"], shipped["concentration_from"], shipped["advocates_below"]) == (90, 0.6, 2)
    assert changed["warning_thresholds"] == shipped | {"plan_days_above": 60}
    assert (changed["version"], again["version"]) == (2, 2)
    # What is not given is as shipped, also where it was settled before.
    assert other["warning_thresholds"] == shipped | {"nps_below": 6.5}
    assert (await client.get(AT)).json() == other


async def test_every_threshold_can_be_settled(client):
    thresholds = (await client.get(AT)).json()["warning_thresholds"]
    given = {name: 3 if isinstance(value, int) else 1.0 for name, value in thresholds.items()}

    changed = await client.patch(AT, json={"warning_thresholds": given})

    assert changed.status_code == 200, changed.text
    assert changed.json()["warning_thresholds"] == given


async def test_a_tiers_cadence_stands_in_place_of_the_shipped_one_and_others_stay(client):
    shipped = (await client.get(AT)).json()["cadences"]

    changed = (await client.patch(AT, json={"cadences": {"tier_3": {"qbr": 60}, "platinum": {"qbr": 30}}})).json()
    emptied = (await client.patch(AT, json={"cadences": {"tier_1": {}}})).json()
    back = (await client.patch(AT, json={"cadences": {}})).json()

    assert shipped["tier_1"] == {"qbr": 90, "steering_committee": 30, "executive_review": 180}
    assert changed["cadences"] == shipped | {"tier_3": {"qbr": 60}, "platinum": {"qbr": 30}}
    assert emptied["cadences"] == shipped | {"tier_1": {}}
    assert (back["cadences"], back["version"]) == (shipped, 4)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reporting_currency": "BTC"}, "/reporting_currency"),
        ({"key_account_revenue_threshold": {"amount": "-1", "currency": "USD"}}, "/key_account_revenue_threshold"),
        ({"stage_probabilities": {"Engaging": 1.5}}, "/stage_probabilities/Engaging"),
        ({"custom_metrics": [{"key": "a", "title": "A"}, {"key": "a", "title": "B"}]}, "/custom_metrics"),
        ({"custom_metrics": [{"key": "a", "title": "A", "shelf_life_days": 0}]}, "/custom_metrics/0/shelf_life_days"),
        ({"name": "Another"}, "/name"),
        ({"warning_thresholds": {"concentration_from": 1.2}}, "/warning_thresholds/concentration_from"),
        ({"warning_thresholds": {"plan_days_above": 0}}, "/warning_thresholds/plan_days_above"),
        ({"warning_thresholds": {"advocates_below": 1.5}}, "/warning_thresholds/advocates_below"),
        ({"warning_thresholds": {"mood_below": 1}}, "/warning_thresholds/mood_below"),
        ({"cadences": {"tier_1": {"qbr": 0}}}, "/cadences/tier_1/qbr"),
        ({"cadences": {"tier_1": {"lunch": 7}}}, "/cadences/tier_1/lunch"),
        ({"cadences": {f"tier_{at}": {} for at in range(51)}}, "/cadences"),
    ],
)
async def test_a_setting_that_cannot_be_right_is_refused_with_its_place(client, body, pointer):
    answer = await client.patch(AT, json=body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await client.get(AT)).json()["version"] == 1


async def test_a_change_from_an_older_version_is_refused(client):
    await client.patch(AT, json={"proposal_stages": ["A"]}, headers={"If-Match": '"1"'})

    stale = await client.patch(AT, json={"proposal_stages": ["B"]}, headers={"If-Match": '"1"'})

    assert (stale.status_code, stale.json()["code"]) == (412, "organization_changed")
    assert (await client.get(AT)).json()["proposal_stages"] == ["A"]


async def test_organizations_settle_each_for_itself(client, other_client):
    await client.patch(AT, json={"reporting_currency": "EUR"})

    assert (await other_client.get(AT)).json()["reporting_currency"] == "USD"
