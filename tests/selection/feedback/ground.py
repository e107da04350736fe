"""What the tests of feedback rounds stand on: people of several functions, a draft, a round, made through the API."""

from typing import Any

from tests.asking import a_person, ok

CRITERIA = ("fit", "access", "spend", "growth")
MODEL: dict[str, Any] = {
    "name": "Weighed by all",
    "opportunity_share": 0.5,
    "criteria": [
        {"key": "fit", "metric": "goal_fit", "dimension": "alignment", "weight": 3,
         "value_function": {"kind": "rating"}, "rationale": "We go where they go"},
        {"key": "access", "metric": "relationship_depth", "dimension": "alignment", "weight": 1,
         "value_function": {"kind": "linear", "low": 0, "high": 5}},
        {"key": "spend", "metric": "future_spend", "dimension": "opportunity", "weight": 1,
         "value_function": {"kind": "percentile"}},
        {"key": "growth", "metric": "customer_growth_outlook", "dimension": "opportunity", "weight": 1,
         "value_function": {"kind": "rating"}},
    ],
}  # fmt: skip


async def people_of(client, *functions):
    return [await a_person(client, function, f"{function} {at}") for at, function in enumerate(functions)]


async def a_draft(client, model=MODEL):
    return await ok(client.post("/v1/selection/models", json=model), 201)


def rounds_url(model):
    return f"/v1/selection/models/{model['id']}/feedback-rounds"


async def a_round(client, model, people, **fields):
    """An open round; returns its URL."""
    body = {"name": "First round", "participants": people, **fields}
    made = await client.post(rounds_url(model), json=body)
    assert made.status_code == 201, made.text
    return made.headers["location"]


def points(*given):
    return dict(zip(CRITERIA, given, strict=True))


async def weighs(client, url, person, *given):
    """The person's answer: points for the criteria in their order."""
    return await ok(client.put(f"{url}/answer", json={"user_id": person, "points": points(*given)}))


async def compares(client, url, person, pairs):
    """The person's answer: ratios by pair."""
    comparisons = [{"a": a, "b": b, "ratio": ratio} for (a, b), ratio in pairs.items()]
    return await ok(client.put(f"{url}/answer", json={"user_id": person, "comparisons": comparisons}))


async def raises(client, url, person, **fields):
    body = {"kind": "objection", "body": "It rewards the past", "user_id": person, **fields}
    return await ok(client.post(f"{url}/items", json=body), 201)


async def disposes(client, item, disposition, person, reason="We talked about it"):
    body = {"disposition": disposition, "reason": reason, "user_id": person}
    return await ok(client.post(f"/v1/selection/feedback-items/{item['id']}/dispose", json=body))


async def a_whole_story(client):
    """Every operation of feedback rounds once; returns the ids that their paths name."""
    model = await a_draft(client)
    ada, ben, cleo = await people_of(client, "finance", "sales", "product")
    url = await a_round(client, model, [ada, ben])
    await ok(client.post(f"{url}/participants", json={"participants": [cleo]}))
    await ok(client.delete(f"{url}/participants/{cleo}"), 204)
    await weighs(client, url, ada, 40, 30, 20, 10)
    await weighs(client, url, ben, 10, 20, 30, 40)
    settled = await raises(client, url, ada)
    await disposes(client, settled, "accepted", ben)
    taken_back = await raises(client, url, ada)
    withdrawal = {"user_id": ada, "reason": "Seen otherwise by now"}
    await ok(client.post(f"/v1/selection/feedback-items/{taken_back['id']}/withdraw", json=withdrawal))
    await ok(client.post(f"{url}/close"))
    await ok(client.get(url))
    await ok(client.get(f"{url}/participants/{ada}"))
    await ok(client.get(f"/v1/selection/feedback-items/{settled['id']}"))
    await ok(client.get(f"{url}/answer", params={"user_id": ada}))
    await ok(client.post(f"{url}/apply", headers={"If-Match": str(model["version"])}))
    other = await a_round(client, model, [ada])
    await ok(client.post(f"{other}/abandon"))
    await ok(client.get(rounds_url(model)))
    return {"model_id": model["id"], "round_id": url.rsplit("/", 1)[1], "item_id": settled["id"], "user_id": ada}
