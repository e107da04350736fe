"""The way back to being a key account: what has to be shown, how far that is on a day, peers, and the return."""

from app.infra.jobs import Delivery
from app.retiering.jobs import NIGHTLY
from app.worker import tasks_of
from tests.asking import counted, days_ago, ok
from tests.retiering.reselections.ground import SATISFIED, TALKS, Way, a_way, selects_anew
from tests.retiering.resets.ground import a_case
from tests.selection.ground import an_account
from tests.selection.lifecycle.ground import a_key_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def nearly_there(way):
    """The way back of an account with two criteria: it is satisfied to 80 of 85, up from 65; the talks are held."""
    opened = await way.opens({**SATISFIED, "owner_contact_id": way.case.contact, "action": "Monthly review"}, TALKS)
    assert await way.case.key.stands() == ("reselection", None)
    assert await way.case.given() == {}
    satisfied, talks = opened["criteria"]
    # Satisfaction was 65 of 85 when it began.
    assert (satisfied["baseline"], satisfied["value"], satisfied["met"], satisfied["progress"]) == (65, 65, False, 0)
    assert satisfied["owner_names"] == ["Grace Hopper"]
    assert (opened["readiness_pct"], opened["eligible"], opened["criteria_met"]) == (0, False, 0)

    await way.observes(80)
    now = await way.look()
    assert [one["progress"] for one in now["criteria"]] == [0.75, 0]
    assert now["readiness_pct"] == 37.5
    await way.judges(satisfied, 422, met=True)
    await way.judges(talks, 422, target=3)
    judged = await way.judges(talks, met=True)
    assert (judged["readiness_pct"], judged["criteria_met"], judged["criteria_count"]) == (87.5, 1, 2)
    return satisfied, talks


async def test_an_account_comes_back_when_it_shows_all_that_was_asked_for_and_a_review_selects_it(client):
    way = await a_way(client)
    satisfied, talks = await nearly_there(way)
    refused = await way.ends("readmit", 409)
    assert refused["code"] == "not_eligible"
    assert "Satisfied again" in refused["detail"]
    eligible = await way.judges(satisfied, target=80)
    assert (eligible["readiness_pct"], eligible["eligible"], eligible["eligible_on"]) == (100, True, days_ago(0))
    (told,) = (await ok(client.get("/v1/events", params={"type": "reselection.eligible"})))["data"]
    assert told["data"]["account_id"] == way.case.account

    assert (await way.ends("readmit", 409))["code"] == "decision_needed"
    await selects_anew(way)
    back = await way.ends("readmit")
    assert (back["state"], back["closed_on"], back["note"]) == ("readmitted", days_ago(0), "All is shown")
    assert await way.case.key.stands() == ("selected", "tier_2")
    assert await way.case.given() == {way.case.engineer: 6}
    await way.judges(talks, 409, met=False)


async def test_it_is_introduced_to_key_accounts_alone(client):
    way = await a_way(client)
    await way.opens(TALKS)
    peer, stranger = await a_key_account(client), await an_account(client)
    made = await way.does(
        "peers", 201, peer_account_id=peer["id"], contact_id=way.case.contact, note="They meet in May"
    )
    assert [(one["peer_account_id"], one["note"]) for one in made["peers"]] == [(peer["id"], "They meet in May")]
    for other in (stranger["id"], way.case.account):
        await way.does("peers", 422, peer_account_id=other)
    await way.does("peers", 422, peer_account_id=peer["id"], peer_contact_id=way.case.contact)
    given_up = await way.ends("abandon")
    assert given_up["state"] == "abandoned"
    assert await way.case.key.stands() == ("exited", None)


async def test_what_it_fell_short_of_is_what_it_has_to_show_unless_people_name_it(client, other_client):
    case = await a_case(client, "exit_program")
    await Way(case).opens(SATISFIED, status=409)  # its customer was not told yet, and it would lose its tier
    way = await a_way(client)
    await way.opens(status=422)
    await way.opens({**SATISFIED, "comparison": None}, status=422)
    await way.opens({**SATISFIED, "metric": "no_such_metric"}, status=422)
    await way.opens(SATISFIED)
    await way.opens(SATISFIED, status=409)
    await ok(other_client.get(way.url), 404)
    await ok(client.get(way.url, params={"as_of": days_ago(1)}), 404)
    await ok(client.post(f"{way.url}/readmit", json={"reason": "Now"}), 428)


async def test_shortfalls_against_what_was_agreed_become_criteria(client, database, tenant):
    case = await a_case(client, "exit_program", agreed=(database, tenant))
    await case.plans()
    await case.done(1)
    await case.done(2)
    opened = await Way(case).opens()
    assert [(one["title"], one["metric"], one["met"]) for one in opened["criteria"]] == [("Requirement 0", None, None)]


async def test_who_is_ready_without_a_word_of_people_is_told_of_overnight_once(client, database):
    way = await a_way(client)
    await way.opens(SATISFIED)
    await way.observes(90)
    for _ in range(2):
        await tasks_of(database, {})[NIGHTLY](Delivery(NIGHTLY, {}, 1))
    (told,) = (await ok(client.get("/v1/events", params={"type": "reselection.eligible"})))["data"]
    assert (told["data"]["account_id"], (await way.look())["eligible_on"]) == (way.case.account, days_ago(0))


async def test_the_list_costs_as_many_statements_for_any_number(client, database):
    first = await a_way(client)
    await first.opens(SATISFIED, TALKS)
    with counted(database) as one:
        await ok(client.get("/v1/reselections"))
    second = await a_way(client)
    await second.opens(SATISFIED, TALKS)
    with counted(database) as two:
        listed = (await ok(client.get("/v1/reselections", params={"state": "open"})))["data"]
    assert [entry["account_id"] for entry in listed] == [second.case.account, first.case.account]
    assert len(two) <= len(one)
