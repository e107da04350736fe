"""The doors of metrics."""

from datetime import UTC, datetime, timedelta

import pytest

from app.kernel.ids import new_id
from app.metrics.service import SHIPPED
from tests.metrics.ground import AS_OF, World, ago


@pytest.fixture
def facts(database, tenant) -> World:
    """Facts of the organization whose key the client shows."""
    return World(database, tenant.id)


async def test_the_registry_tells_every_metric_with_its_definition(client):
    answer = await client.get("/v1/metrics")

    assert answer.status_code == 200
    listed = answer.json()
    assert [metric["key"] for metric in listed["data"]] == list(SHIPPED.metrics)
    assert listed["next_cursor"] is None
    first = {metric["key"]: metric for metric in listed["data"]}["revenue_ltm"]
    assert (first["unit"], first["horizon"], first["facts"]) == ("money", "past", ["opportunities"])


async def test_an_organizations_own_metric_is_listed_and_answered(client, facts):
    account = facts.account()
    await facts.save()
    own = {"key": "fleet_age", "title": "Age of the fleet", "kind": "observation", "unit": "years", "horizon": "past"}
    version = (await client.get("/v1/organization")).headers["etag"]

    changed = await client.patch("/v1/organization", json={"custom_metrics": [own]}, headers={"If-Match": version})

    assert changed.status_code == 200, changed.text
    assert (await client.get("/v1/metrics")).json()["data"][-1]["key"] == "fleet_age"
    found = (await client.get(f"/v1/accounts/{account}/metrics")).json()["metrics"]["fleet_age"]
    assert found == {"value": None, "unit": "years", "facts": 0, "latest_fact_on": None}


async def test_an_accounts_metrics_come_with_the_dates_of_their_facts_and_what_is_estimated(client, facts):
    account = facts.account()
    facts.won(account, "100000.1235", ago(4))
    facts.won(account, "1036", ago(9))
    facts.won(account, "5", ago(9), currency="CHF")
    facts.deal(account, "30")
    await facts.save()

    answer = await client.get(f"/v1/accounts/{account}/metrics", params={"as_of": AS_OF.isoformat()})

    assert answer.status_code == 200
    found = answer.json()
    assert (found["account_id"], found["as_of"], found["currency"]) == (str(account), "2017-12-31", "USD")
    assert set(found["metrics"]) == set(SHIPPED.metrics)
    assert found["metrics"]["revenue_ltm"] == {
        "value": 101036.1235, "unit": "money", "facts": 3, "latest_fact_on": "2017-12-27",
    }  # fmt: skip
    assert found["metrics"]["nps"] == {"value": None, "unit": "score", "facts": 0, "latest_fact_on": None}
    notes = {(note["metric"], note["note"]): (note["value"], note["currency"]) for note in found["notes"]}
    assert notes["revenue_ltm", "without_rate"] == (1, "CHF")
    assert notes["future_spend", "estimated_by_win_rate"] == (30, None)


async def test_without_a_day_it_is_today(client, facts):
    account = facts.account()
    await facts.save()

    found = (await client.get(f"/v1/accounts/{account}/metrics")).json()

    assert datetime.fromisoformat(found["as_of"]).date() >= datetime.now(UTC).date() - timedelta(days=1)


async def test_a_day_after_today_is_refused(client, facts):
    account = facts.account()
    await facts.save()

    answer = await client.get(f"/v1/accounts/{account}/metrics", params={"as_of": "2199-01-01"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/as_of"


async def test_an_account_that_is_not_there_is_not_found_whoever_asks(client, other_client, facts):
    account = facts.account()
    await facts.save()

    for asked in (client.get(f"/v1/accounts/{new_id()}/metrics"), other_client.get(f"/v1/accounts/{account}/metrics")):
        answer = await asked
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_metrics_are_not_told_without_a_key(anyone):
    assert (await anyone.get("/v1/metrics")).status_code == 401
