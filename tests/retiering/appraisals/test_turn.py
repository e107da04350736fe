"""The scheduler's turn: what it opens at the first sign and on schedule, and which plans it has looked at anew."""

import asyncio

from tests.asking import counted, ok
from tests.health.scores import ground as health
from tests.retiering.appraisals.ground import a_case, a_turn, day, decided, said, used
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
WELL, ILL = {"csat": 5, "adoption": 0.9, "nps": 9}, {"csat": 5, "adoption": 0.1, "nps": 1}


async def _opened(client):
    """What is open, by account: what set it off, and the day of that."""
    found = (await ok(client.get("/v1/appraisals", params={"state": "open"})))["data"]
    return {one["account_id"]: (one["trigger"], one["first_sign_on"]) for one in found}


async def test_each_first_sign_is_seen_and_the_schedule_counts_from_selection(client, database, tenant):
    await health.a_health_model(client)
    falling, wasting, waiting, busy, fine = [
        await a_case(client, database, tenant, tier=tier, selected_ago=ago, name=name)
        for name, tier, ago in (
            ("Falling", None, 400), ("Wasting", None, 400), ("Waiting", "tier_1", 95), ("Busy", None, 400),
            ("Fine", "tier_1", 80),
        )
    ]  # fmt: skip
    for on, figures in ((day(60), WELL), (day(10), ILL)):
        await health.observed(client, {"id": falling.account}, on, **figures)
    await health.kept(database, tenant, day(20), day(8), day(3))
    await used(database, tenant, wasting.account, (4, 20), (4, 120))
    await used(database, tenant, busy.account, (4, 20), (6, 120))

    await asyncio.gather(a_turn(database, tenant), a_turn(database, tenant))
    assert await _opened(client) == {
        falling.account: ("quadrant_fell", day(8).isoformat()),
        wasting.account: ("utilization_low", day(0).isoformat()),
        waiting.account: ("schedule", day(5).isoformat()),
    }
    assert len((await ok(client.get("/v1/events", params={"type": "appraisal.opened"})))["data"]) == 3
    (sign,) = (await falling.listed())[0]["findings"]["signs"]
    assert (sign["figures"]["from"], sign["figures"]["to"]) == ("thriving", "coasting")
    (sign,) = (await wasting.listed())[0]["findings"]["signs"]
    assert (sign["figures"]["utilization"], sign["figures"]["utilization_before"]) == (0.4, 0.4)

    await waiting.closes((await waiting.listed())[0], "met")
    assert (await a_turn(database, tenant)).opened == 0, "the schedule counts from the last appraisal"
    assert (await fine.listed(), await busy.listed()) == ([], [])


async def test_a_plan_past_its_day_is_looked_at_anew_unless_all_is_done_and_met(client, database, tenant):
    cases = [
        await a_case(client, database, tenant, "They plan", tier=None, name=f"Plan {at}")
        for at in ("undone", "unmet", "well", "running")
    ]
    for case, left in zip(cases, (5, 5, 5, -5), strict=True):
        made = await case.opens(on=day(30).isoformat(), due_on=day(20).isoformat())
        action = await case.acts(made, due_on=day(left).isoformat())
        await case.moves(action, "agreed", "in_progress")
        if case is not cases[0]:
            await case.moves(action, "done")
    await said(database, tenant, cases[1].requirements["They plan"], (False, 1))

    assert (await a_turn(database, tenant)).reevaluated == 2
    assert (await a_turn(database, tenant)).reevaluated == 0
    states = [(one["state"], one["reevaluation_on"]) for case in cases for one in await case.listed()]
    anew = ("reevaluation", day(4).isoformat())
    assert states == [anew, anew, ("action_plan", None), ("action_plan", None)]
    assert [one["why"] for one in await cases[0].told("appraisal.reevaluation")] == ["past_due"]


async def test_a_decision_is_the_last_word_on_the_appraisal_that_it_comes_of(client, database, tenant):
    case = await a_case(client, database, tenant, "They plan", tier=None)
    await said(database, tenant, case.requirements["They plan"], (False, 20))
    made = await case.opens(on=day(15).isoformat(), first_sign_on=day(20).isoformat())
    await decided(database, tenant, case, made, day(5))
    waited = (await ok(client.get("/v1/appraisals/timeliness")))["to_decision"]
    assert (waited["n"], waited["median_days"]) == (1, 15)

    turned = await a_turn(database, tenant)
    assert (turned.settled, turned.opened) == (1, 0)
    assert (await a_turn(database, tenant)).settled == 0
    closed = await case.look(made)
    assert (closed["state"], closed["outcome"], closed["closed_on"]) == ("closed", "decided", day(5).isoformat())
    assert [one["outcome"] for one in await case.told("appraisal.closed")] == ["decided"]


async def test_a_turn_takes_as_many_statements_for_few_accounts_as_for_many(client, database, tenant):
    sent = []
    for count in (1, 4):
        for at in range(count):
            case = await a_case(client, database, tenant, "They plan", name=f"{count} {at}")
            await said(database, tenant, case.requirements["They plan"], (False, 3))
        with counted(database) as statements:
            assert (await a_turn(database, tenant)).opened == count
        sent.append(len(statements))
    assert sent[0] == sent[1]
