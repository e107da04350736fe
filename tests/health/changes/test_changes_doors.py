"""Why hygiene and health changed, through HTTP: parts that add up, judged as they were judged then."""

import math

import pytest

from app.kernel.ids import new_id
from tests.health.changes.ground import a_changed_account, the_changes
from tests.health.scores.ground import MODEL, TODAY, a_health_model, days_ago, health, kept
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def parts(side):
    return [(part["kind"], part["indicator"], pytest.approx(part["delta"])) for part in side["parts"]]


async def test_a_change_is_told_indicator_by_indicator_and_adds_up(client):
    account = await a_changed_account(client)

    found = await the_changes(client, account, days_ago(90))

    # Adoption is three quarters of health, once NPS is known: 40, then 80, then (3 * 80 + 20) / 4.
    health_side = found["health"]
    assert (health_side["before"], health_side["after"]) == (40, 65)
    assert parts(health_side) == [("input", "used", 40), ("coverage", "recommended", -15)]
    assert math.fsum(part["delta"] for part in health_side["parts"]) == pytest.approx(health_side["delta"], abs=1e-9)
    assert health_side["moved"] == [
        {"indicator": "used", "metric": "adoption", "title": "Adoption", "before": 0.4, "after": 0.8},
        {"indicator": "recommended", "metric": "nps", "title": "Net promoter score", "before": None, "after": 2},
    ]
    hygiene = found["hygiene"]
    assert (hygiene["before"], hygiene["after"], hygiene["delta"], hygiene["parts"]) == (75, 75, 0, [])
    assert (found["since"]["quadrant"], found["until"]["quadrant"]) == ("coasting", "thriving")


async def test_the_change_between_two_days_of_the_past_knows_nothing_later(client):
    account = await a_changed_account(client)

    found = await the_changes(client, account, days_ago(90), until=days_ago(20).isoformat())

    assert (found["since"]["as_of"], found["until"]["as_of"]) == (days_ago(90).isoformat(), days_ago(20).isoformat())
    assert parts(found["health"]) == [("input", "used", 40)]


async def test_what_was_kept_is_told_as_it_was_kept_by_the_model_of_then(client, database, tenant):
    account = await a_changed_account(client)
    await kept(database, tenant, days_ago(40), accounts=[account])
    even = {**MODEL, "name": "Even", "indicators": [{**one, "weight": 1} for one in MODEL["indicators"]]}
    second = await a_health_model(client, even)
    await kept(database, tenant, TODAY, accounts=[account])

    found = await the_changes(client, account, days_ago(35))

    assert (found["since"]["as_of"], found["since"]["kept"]) == (days_ago(40).isoformat(), True)
    assert (found["until"]["kept"], found["until"]["model_id"]) == (True, second["id"])
    assert found["since"]["model_id"] != second["id"]
    # 40, 80, with NPS 65, and evenly weighed 50: first NPS rises to a half, (3/4 * 80 + 1/2 * 20) / (5/4) = 56.
    assert parts(found["health"]) == [
        ("input", "used", 40), ("coverage", "recommended", -15), ("weight", "recommended", -9), ("weight", "used", -6),
    ]  # fmt: skip
    assert found["health"]["after"] == (await health(client, account))["health"]["score"] == 50


async def test_before_anything_was_known_there_is_no_difference_but_what_came_is_told(client):
    account = await a_changed_account(client)

    found = await the_changes(client, account, days_ago(250))

    assert (found["health"]["before"], found["health"]["delta"], found["health"]["parts"]) == (None, None, [])
    assert [one["indicator"] for one in found["health"]["moved"]] == ["used", "recommended"]
    assert found["since"]["quadrant"] is None


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"since": days_ago(5), "until": days_ago(6)}, "/query/since"),
        ({"since": days_ago(5), "until": days_ago(-2)}, "/query/until"),
        ({"since": days_ago(-2)}, "/query/since"),
        ({}, "/query/since"),
    ],
)
async def test_days_that_cannot_be_compared_are_refused(client, asked, pointer):
    account = await a_changed_account(client)

    answer = await client.get(f"/v1/accounts/{account['id']}/health/changes", params=asked)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_only_its_own_organization_is_told_why(client, other_client):
    account = await a_changed_account(client)

    for one, of in ((client, new_id()), (other_client, account["id"])):
        answer = await one.get(f"/v1/accounts/{of}/health/changes", params={"since": "2026-01-01"})
        assert answer.status_code == 404
