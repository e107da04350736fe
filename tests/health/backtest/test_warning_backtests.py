"""Backtests of warnings through HTTP: asked for as a job, told beside the base rate, refused."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.asking import ok
from tests.health.backtest.ground import ASKED, PATH, a_backtest, a_whole_story, planted, started
from tests.metrics.ground import World
from tests.selection.ground import an_account


@pytest.fixture
def world(database, tenant):
    return World(database, tenant.id)


def by_code(told):
    return {one["code"]: one for one in told["result"]["rules"]}


async def test_a_warning_that_declines_follow_is_supported_beside_the_base_rate(client, world, working):
    decliners = planted(world)
    await world.save()

    told = await a_backtest(client)

    result = told["result"]
    assert (told["from"], told["to"], told["step_days"], told["decline"], told["finished"]) == (
        "2023-01-01", "2023-10-28", 60, 0.2, True,
    )  # fmt: skip
    assert (result["days"], result["accounts"]) == (6, 44)
    # Who will have stopped buying within the year declines, on whatever day one looks.
    assert result["base"] == {"known": 264, "declined": 132, "rate": 0.5, "decliners": len(decliners)}
    detractor = by_code(told)["detractor"]
    assert (detractor["opened"], detractor["known"], detractor["at_start"]) == (22, 22, 0)
    assert (detractor["precision"], detractor["recall"], detractor["verdict"]) == (1.0, 1.0, "supports")
    # Who stops buying loses a fifth of a year's revenue in three months: on the second of the days to come.
    assert detractor["lead_days"] == 120
    assert detractor["interval"][0] == pytest.approx(0.8513, abs=1e-4)  # Wilson of 22 in 22: n / (n + z²)
    plan = by_code(told)["plan_stale"]  # nobody records plans
    assert (plan["opened"], plan["at_start"], plan["precision"], plan["interval"]) == (0, 0, None, None)
    assert (plan["verdict"], plan["standing_share"]) == ("insufficient_data", 0.0)
    assert detractor["lift"] == 2.0


async def test_what_happened_after_the_last_day_changes_no_warning(client, world, working):
    planted(world, 4)
    await world.save()
    few = {"step_days": 90, "to": "2023-06-30"}
    before = await a_backtest(client, **few)
    for account in {one["id"] for one in world.known["accounts"]}:
        world.observation(account, "nps", 1.0, datetime(2024, 2, 1, tzinfo=UTC).date())
    await world.save()

    after = await a_backtest(client, **few)

    assert before["result"] == after["result"]


async def test_an_organization_without_accounts_has_an_empty_result(client, working):
    result = (await a_backtest(client))["result"]
    await started(client)

    listed = (await ok(client.get(PATH)))["data"]
    assert [(one["finished"], one["overall"]) for one in listed] == [(False, None), (True, result["overall"])]
    assert (result["accounts"], result["base"]["known"], result["base"]["rate"]) == (0, 0, None)
    assert {one["verdict"] for one in [*result["rules"], result["overall"]]} == {"insufficient_data"}


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"to": "2022-12-31"}, "/to"),
        ({"to": (datetime.now(UTC).date() - timedelta(days=364)).isoformat()}, "/to"),
        ({"step_days": 1}, "/step_days"),
        ({"step_days": 0}, "/step_days"),
        ({"step_days": 91}, "/step_days"),
        ({"decline": 0.0}, "/decline"),
        ({"decline": 1.01}, "/decline"),
        ({"from": "soon"}, "/from"),
    ],
)
async def test_what_cannot_be_walked_is_refused_with_its_place(client, asked, pointer):
    answer = await client.post(PATH, json={**ASKED, **asked})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_backtest_is_seen_before_it_is_finished_and_by_its_own_organization_alone(client, other_client):
    await an_account(client)
    backtest_id = (await started(client)).json()["id"]

    told = (await client.get(f"{PATH}/{backtest_id}")).json()

    assert (told["finished"], told["result"]) == (False, None)
    assert (await other_client.get(f"{PATH}/{backtest_id}")).status_code == 404
    assert (await ok(other_client.get(PATH)))["data"] == []
    missing = await client.get(f"{PATH}/{uuid4()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "warning_backtest_not_found")


async def test_every_operation_answers(client):
    assert set(await a_whole_story(client)) == {"backtest_id"}
