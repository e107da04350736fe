"""What would become of an account: hygiene and health beside today's, what moves, and the money at risk."""

import pytest

from tests.asking import a_record, ok
from tests.health.scenarios.ground import a_grown_account, a_whole_story, ago, ran
from tests.selection.ground import an_account
from tests.selection.reviews.ground import NOBODY
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
KINDS = [
    "growth_flat", "supporter_leaves", "buying_center_lost", "market_worsens", "competitor_beachhead",
    "user_base_matures",
]  # fmt: skip


def moved(outcome):
    return {one["key"]: (one["before"], one["after"]) for one in outcome["moved"]}


async def refused(answering, status, code):
    answer = await answering
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return answer.json()


async def test_every_operation_is_carried_out(client):
    assert set(await a_whole_story(client)) == {"account_id"}


async def test_today_is_the_account_s_health_and_nothing_is_kept(client):
    case = await a_grown_account(client)
    answer, found = await ran(client, case)

    assert list(found) == KINDS
    shown = await ok(client.get(f"/v1/accounts/{case.account['id']}/health", params={"as_of": ago(0)}))
    for side in ("hygiene", "health"):
        for figure in ("score", "low", "high", "coverage"):
            assert answer["today"][side][figure] == pytest.approx(shown[side][figure], abs=0.01), (side, figure)
    assert answer["today"]["quadrant"] == shown["quadrant"]
    history = await ok(client.get(f"/v1/accounts/{case.account['id']}/health/history"))
    assert all(one["as_of"] == ago(0) for one in history["data"])
    assert (await ran(client, case))[0] == answer


async def test_growth_that_stops_puts_the_growth_at_risk(client):
    case = await a_grown_account(client)
    _, found = await ran(client, case, {"kind": "growth_flat"})
    outcome = found["growth_flat"]

    assert outcome["applies"]
    assert outcome["at_risk"]["revenue"] == 60  # 160 in the last year, 100 in the one before
    assert outcome["at_risk"]["revenue_share"] == pytest.approx(60 / 160)
    assert outcome["at_risk"]["pipeline"] == 0
    # Revenue won on the 365 days that the target covers: 160 of 200, and then 100.
    assert moved(outcome)["revenue_attainment"] == pytest.approx((0.8, 0.5))
    assert outcome["hygiene_delta"] < 0


async def test_the_supporter_on_whom_most_hangs_leaves(client):
    case = await a_grown_account(client)
    _, found = await ran(client, case, {"kind": "supporter_leaves"})
    outcome = found["supporter_leaves"]

    assert outcome["struck"] == {"kind": "contact", "id": case.contacts[0], "name": "Ada", "asked_for": False}
    assert (outcome["at_risk"]["revenue"], outcome["at_risk"]["pipeline"]) == (120, 60)
    assert [(one["name"], one["amount"]) for one in outcome["at_risk"]["largest"]] == [
        ("this year", 120), ("coming", 60),
    ]  # fmt: skip
    assert moved(outcome)["advocacy"] == pytest.approx((1 / 3, 0))
    assert moved(outcome)["sole_source_share"] == pytest.approx((1, 40 / 160))
    # It met its numbers, and it still does: that is what hygiene does not see.
    assert outcome["hygiene_delta"] == 0
    assert outcome["health_delta"] == pytest.approx(sum(one["points"] for one in outcome["moved"]), abs=0.01)
    assert outcome["health_delta"] < 0


async def test_a_named_contact_leaves(client):
    case = await a_grown_account(client)
    _, found = await ran(client, case, {"kind": "supporter_leaves", "contact_id": case.contacts[1]})
    outcome = found["supporter_leaves"]

    assert outcome["struck"]["name"] == "Ben"
    assert outcome["struck"]["asked_for"]
    assert (outcome["at_risk"]["revenue"], outcome["at_risk"]["pipeline"]) == (40, 20)


async def test_a_lost_buying_center_takes_its_business_and_its_people(client):
    case = await a_grown_account(client)
    _, found = await ran(client, case, {"kind": "buying_center_lost"})
    outcome = found["buying_center_lost"]

    assert outcome["struck"]["name"] == "Plant"
    assert (outcome["at_risk"]["revenue"], outcome["at_risk"]["pipeline"]) == (120, 60)
    figures = moved(outcome)
    assert figures["revenue_attainment"] == pytest.approx((0.8, 0.2))
    assert figures["gross_retention"] == pytest.approx((1, 0))  # the office bought for the first time
    assert figures["concentration_buying_center"] == pytest.approx((0.625, 1))  # 3/4 squared and 1/4 squared
    assert figures["advocacy"] == pytest.approx((1 / 3, 0))
    assert outcome["hygiene_delta"] < 0


async def test_a_worse_market_takes_its_share_of_everything(client):
    case = await a_grown_account(client)
    _, found = await ran(client, case, {"kind": "market_worsens", "decline": 0.5})
    outcome = found["market_worsens"]

    assert (outcome["at_risk"]["revenue"], outcome["at_risk"]["pipeline"]) == (80, 40)
    assert outcome["at_risk"]["revenue_share"] == 0.5
    assert moved(outcome)["revenue_attainment"] == pytest.approx((0.8, 0.4))
    assert "concentration_buying_center" not in moved(outcome)


async def test_a_competitor_takes_a_foothold_where_there_is_none_yet(client):
    case = await a_grown_account(client)
    _, found = await ran(client, case, {"kind": "competitor_beachhead"})
    outcome = found["competitor_beachhead"]

    assert outcome["struck"]["name"] == "Plant"
    assert moved(outcome)["sole_source_share"] == pytest.approx((1, 40 / 160))
    await ok(client.patch(f"/v1/opportunities/{case.deals['coming']}", json={"competitor": "Rival"}))
    _, found = await ran(client, case, {"kind": "competitor_beachhead"})
    assert found["competitor_beachhead"]["struck"]["name"] == "Office"


async def test_users_that_come_no_more_leave_what_is_bought_already_where_it_was(client):
    case = await a_grown_account(client)
    _, found = await ran(client, case, {"kind": "user_base_matures"})
    outcome = found["user_base_matures"]

    # The plant's offering brought 100 a year ago and 120 since; the 60 on the table are within it. The office is new.
    assert (outcome["at_risk"]["revenue"], outcome["at_risk"]["pipeline"]) == (pytest.approx(20), 0)


async def test_what_cannot_happen_says_why_and_changes_nothing(client):
    account = await an_account(client)
    path = f"/v1/accounts/{account['id']}/health/scenarios"
    answer = await ok(client.post(path, json={}))

    reasons = {one["kind"]: one["reason"] for one in answer["scenarios"]}
    assert reasons == {
        "growth_flat": "no_growth",
        "supporter_leaves": "nobody_supports",
        "buying_center_lost": "no_buying_center",
        "market_worsens": "nothing_at_stake",
        "competitor_beachhead": "no_buying_center",
        "user_base_matures": "no_growth",
    }
    for one in answer["scenarios"]:
        assert not one["applies"]
        assert one["after"] == answer["today"]
        assert one["moved"] == []
        assert (one["at_risk"]["revenue"], one["at_risk"]["pipeline"], one["at_risk"]["deals"]) == (0, 0, 0)


async def test_as_of_an_earlier_day_later_facts_are_not_known(client):
    case = await a_grown_account(client)
    answer, found = await ran(client, case, {"kind": "buying_center_lost"}, as_of=ago(200))

    assert answer["as_of"] == ago(200)
    assert found["buying_center_lost"]["at_risk"]["revenue"] == 100  # 500 days ago, 300 days before that day


@pytest.mark.parametrize(
    ("scenario", "pointer"),
    [
        ({"kind": "war"}, "/scenarios/0/kind"),
        ({"kind": "growth_flat", "decline": 0.2}, "/scenarios/0"),
        ({"kind": "growth_flat", "contact_id": NOBODY}, "/scenarios/0"),
        ({"kind": "supporter_leaves", "buying_center_id": NOBODY}, "/scenarios/0"),
        ({"kind": "market_worsens", "decline": 0}, "/scenarios/0/decline"),
        ({"kind": "market_worsens", "decline": 1.5}, "/scenarios/0/decline"),
    ],
)
async def test_what_is_no_scenario_is_refused_by_its_place(client, scenario, pointer):
    account = await an_account(client)
    path = f"/v1/accounts/{account['id']}/health/scenarios"

    problem = await refused(client.post(path, json={"scenarios": [scenario]}), 422, "invalid_request")

    assert problem["errors"][0]["pointer"] == pointer


async def test_each_refusal(client, other_client):
    case = await a_grown_account(client)
    theirs = await a_record(client, "buying-centers", account=(await an_account(client, "Other"))["id"], name="There")

    def runs(who=client, path=case.path, **fields):
        return who.post(path, json=fields)

    for scenario in (
        {"kind": "supporter_leaves", "contact_id": NOBODY},
        {"kind": "buying_center_lost", "buying_center_id": theirs},
        {"kind": "competitor_beachhead", "buying_center_id": NOBODY},
    ):
        problem = await refused(runs(scenarios=[{"kind": "growth_flat"}, scenario]), 422, "unusable_scenario")
        assert problem["errors"][0]["pointer"].startswith("/scenarios/1/")
    await refused(runs(as_of=ago(-1)), 422, "in_the_future")
    await refused(runs(scenarios=[]), 422, "invalid_request")
    await refused(runs(scenarios=[{"kind": "growth_flat"}] * 21), 422, "invalid_request")
    await refused(runs(path=f"/v1/accounts/{NOBODY}/health/scenarios"), 404, "account_not_found")
    await refused(runs(who=other_client), 404, "account_not_found")
