"""Before the reveal nobody sees what another rated: not by any door, any key, nor after the review was given up."""

import orjson

from tests.asking import a_person, ok, own_client
from tests.selection.reviews.ground import a_rated_review, a_review
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
SECRET = "whispered-by-finance"


async def a_secret(case, at=0, *, value=2):
    """A rating by finance that nobody else may see; what its writer is told."""
    body = {
        "user_id": case.people["finance"],
        "ratings": [{"metric": "goal_fit", "value": value, "comment": SECRET}],
    }
    return await ok(case.client.put(f"{case.candidate(at)}/ratings", json=body))


def every_way(case):
    """Every door that tells of a review, of its accounts, or of what happened."""
    account = case.accounts[0]["id"]
    return [
        "/v1/selection/reviews", f"/v1/selection/reviews?account_id={account}", case.url, case.candidate(),
        "/v1/selection/objections", f"/v1/accounts/{account}/decisions", f"/v1/accounts/{account}/ratings",
        "/v1/ratings", f"/v1/accounts/{account}/metrics", "/v1/events", "/v1/jobs",
    ]  # fmt: skip


async def told(client, case):
    return [(await client.get(way)).text for way in every_way(case)]


async def test_no_door_tells_an_admin_key_or_another_participant_what_was_rated(app, client):
    case = await a_review(client)
    await a_secret(case)
    outsider = await a_person(client, "legal")

    async with (
        await own_client(app, client, case.people["sales"], ["admin"]) as sales,
        await own_client(app, client, outsider, ["admin"]) as legal,
    ):
        texts = [text for key in (client, sales, legal) for text in await told(key, case)]
        looks = [await case.look(client=key) for key in (client, sales, legal)]

    assert not any(SECRET in text for text in texts)
    for look in looks:
        assert look["functions_rated"] == ["finance"]
        assert [look[name] for name in ("own_ratings", "metrics", "axes", "ratings", "votes")] == [None] * 5
        assert (look["agreed"], look["revealed"]) == ([], False)


async def test_the_same_answers_come_whatever_was_rated(client):
    """What nobody may see changes nothing that anybody sees: ids and times apart, 1 and 5 look alike."""
    found = []
    for value in (1, 5):
        case = await a_review(client)
        await a_secret(case, value=value)
        look = await case.look()
        review = await ok(client.get(case.url))
        hidden = {"review_id", "account_id", "id", "key_id", "created_at", "updated_at", "participants"}
        found.append(
            [
                {name: value for name, value in look.items() if name not in hidden},
                {name: value for name, value in review.items() if name not in {*hidden, "candidates"}},
                [{k: v for k, v in one.items() if k not in hidden} for one in review["candidates"]],
            ]
        )
    assert found[0] == found[1]


async def test_a_persons_own_key_sees_their_own_ratings_alone(app, client):
    case = await a_review(client)
    await a_secret(case)

    async with await own_client(app, client, case.people["finance"]) as finance:
        mine = await case.look(client=finance)
    async with await own_client(app, client, case.people["sales"]) as sales:
        await case.rates("sales", goal_fit=5, client=sales)
        theirs = await case.look(client=sales)

    assert mine["own_ratings"]["ratings"] == [{"metric": "goal_fit", "value": 2, "comment": SECRET}]
    assert mine["own_ratings"]["function"] == "finance"
    assert theirs["own_ratings"]["user_id"] == case.people["sales"]
    assert SECRET not in orjson.dumps(theirs).decode()


async def test_writing_again_tells_only_what_is_written(client):
    """A key of nobody may speak for anybody, and learns nothing by it."""
    case = await a_review(client)
    await a_secret(case)

    again = await case.rates("finance", willingness_to_partner=3)

    assert again["ratings"] == [{"metric": "willingness_to_partner", "value": 3, "comment": None}]


async def test_all_is_open_to_everybody_who_may_read_once_it_is_revealed(app, client):
    case = await a_review(client)
    await a_secret(case)
    await case.reveals(reason="The others are away")

    async with await own_client(app, client, case.people["sales"], ["selection:read"]) as sales:
        look = await case.look(client=sales)

    assert [one["comment"] for one in look["ratings"]] == [SECRET]
    assert look["votes"] == []
    fit = next(one for one in look["metrics"] if one["metric"] == "goal_fit")
    assert fit["by_function"] == [{"function": "finance", "mean": 2.0, "raters": 1}]
    assert fit["single_rater"]


async def test_what_was_never_revealed_stays_hidden_when_the_review_is_given_up(client):
    case = await a_review(client)
    await a_secret(case)
    await ok(client.post(f"{case.url}/abandon", json={"user_id": case.people["sales"], "reason": "Too early"}))

    assert not any(SECRET in text for text in await told(client, case))
    look = await case.look()
    assert (look["review_state"], look["revealed"], look["metrics"]) == ("abandoned", False, None)


async def test_what_was_revealed_stays_open_when_the_review_is_given_up(client):
    case = await a_rated_review(client)
    await case.reveals()
    await ok(client.post(f"{case.url}/abandon", json={"user_id": case.people["sales"], "reason": "Too early"}))

    look = await case.look()
    assert (look["review_state"], look["revealed"]) == ("abandoned", True)
    assert len(look["ratings"]) == 6


async def test_another_organization_sees_none_of_it(client, other_client):
    case = await a_rated_review(client)
    await case.reveals()

    assert (await ok(other_client.get("/v1/selection/reviews")))["data"] == []
    for way in (case.url, case.candidate()):
        answer = await other_client.get(way)
        assert (answer.status_code, answer.json()["code"]) == (404, "review_not_found")
