"""People who rate, reveal, agree and decide in the same moment; and lists that cost the same however long they are."""

import asyncio

from tests.asking import counted, ok
from tests.selection.reviews.ground import a_joint_review, a_review, a_voted_review
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def put(case, what, function, **body):
    return case.client.put(f"{case.candidate()}/{what}", json={"user_id": case.people[function], **body})


def rating(value, metric="goal_fit"):
    return {"ratings": [{"metric": metric, "value": value}]}


async def test_people_who_rate_at_once_are_all_heard(client):
    case = await a_review(client)
    answers = await asyncio.gather(
        *(put(case, "ratings", function, **rating(at + 1)) for at, function in enumerate(case.people)),
        *(put(case, "ratings", "sales", **rating(1)) for _ in range(3)),
    )

    assert {answer.status_code for answer in answers} == {200}
    await case.reveals()
    look = await case.look()
    assert {one["function"]: one["value"] for one in look["ratings"]} == {"sales": 1, "finance": 2, "operations": 3}


async def test_a_rating_in_the_moment_of_the_reveal_is_in_it_or_refused(client):
    for _ in range(2):
        case = await a_review(client)
        asking = {"user_id": case.people["sales"], "reason": "x"}
        rated, revealed, other = await asyncio.gather(
            put(case, "ratings", "finance", **rating(4)),
            client.post(f"{case.url}/reveal", json=asking),
            put(case, "ratings", "sales", **rating(2)),
        )

        assert revealed.status_code == 200
        shown = {one["function"] for one in (await case.look())["ratings"]}
        assert shown == {
            function for function, answer in (("finance", rated), ("sales", other)) if answer.status_code == 200
        }
        assert {rated.status_code, other.status_code} <= {200, 409}


async def test_two_who_agree_on_different_metrics_at_once_lose_neither(client):
    case = await a_joint_review(client)
    answers = await asyncio.gather(
        put(case, "unified", "sales", **rating(4)),
        put(case, "unified", "finance", **rating(3, "willingness_to_partner")),
    )

    assert [answer.status_code for answer in answers] == [200, 200]
    agreed = (await case.look())["agreed"]
    assert {one["metric"]: one["value"] for one in agreed} == {"goal_fit": 4, "willingness_to_partner": 3}


async def test_of_two_who_decide_at_once_one_does(client):
    case = await a_voted_review(client)
    body = {"decision": "defer", "rationale": "x"}
    answers = await asyncio.gather(
        *(
            client.post(f"{case.candidate()}/decision", json={**body, "user_id": user_id})
            for user_id in case.people.values()
        )
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len((await case.look())["decisions"]) == 1


async def test_two_reviews_that_decide_at_once_follow_each_other(client):
    first = await a_joint_review(client)
    second = await a_review(client)
    second.accounts[:] = first.accounts
    await ok(client.post(f"{second.url}/candidates", json={"accounts": [first.accounts[0]["id"]]}))
    await second.reveals(reason="x")

    made = await asyncio.gather(*(case.decides(override_reason="x") for case in (first, second)))

    followed = [one["supersedes_id"] for one in made]
    assert followed.count(None) == 1
    assert {one["id"] for one in made} & set(followed)


async def test_what_is_read_takes_the_same_statements_for_few_and_many(client, database):
    found = []
    for accounts, functions in ((1, ("sales",)), (6, ("sales", "finance", "operations", "legal"))):
        case = await a_review(client, accounts=accounts, functions=functions)
        for at in range(accounts):
            for function in functions:
                await case.rates(function, at, goal_fit=3)
        await case.reveals()
        counts = []
        for way in (case.url, case.candidate(), "/v1/selection/reviews", "/v1/selection/objections"):
            await ok(client.get(way))
            with counted(database) as sent:
                await ok(client.get(way))
            counts.append(len(sent))
        found.append(counts)
    assert found[0] == found[1]
    assert max(found[0]) <= 15


async def test_what_is_written_takes_the_same_statements_for_few_and_many(client, database):
    found = []
    all_functions = ("sales", "finance", "operations", "legal")
    for accounts, functions in ((1, ("sales",)), (1, ("sales",)), (6, all_functions)):  # the first warms up
        case = await a_review(client, accounts=accounts, functions=functions)
        await case.reveals(reason="x")
        with counted(database) as agreeing:
            await case.agrees(goal_fit=3)
        with counted(database) as deciding:
            await case.decides(override_reason="x")
        found.append((len(agreeing), len(deciding)))
    assert found[1] == found[2]
