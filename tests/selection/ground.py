"""What the tests of selection stand on: small books of business, made through the API."""

import asyncio
from typing import Any

# The models of most tests are too small to pass the litmus test.
WHY = {"override_reason": "a model of a test"}
MODEL: dict[str, Any] = {
    "name": "Two criteria",
    "criteria": [
        {
            "key": "fit",
            "metric": "goal_fit",
            "dimension": "alignment",
            "weight": 1,
            "value_function": {"kind": "rating"},
        },
        {
            "key": "spend",
            "metric": "future_spend",
            "dimension": "opportunity",
            "weight": 1,
            "value_function": {"kind": "percentile"},
        },
    ],
}


async def an_account(client, name="Cancity", **fields):
    made = await client.post("/v1/accounts", json={"name": name, "effective_on": "2024-01-01", **fields})
    assert made.status_code == 201, made.text
    return made.json()


async def a_rating(client, account, value, *, metric="goal_fit", rated_on="2024-03-01", function="finance"):
    body = {"account": account["id"], "metric": metric, "value": value, "rated_on": rated_on, "function": function}
    made = await client.post("/v1/ratings", json=body)
    assert made.status_code == 201, made.text
    return made.json()


async def an_open_deal(client, account, amount, *, created_on="2024-02-01", probability=1.0):
    body = {
        "account": account["id"],
        "amount": {"amount": str(amount), "currency": "USD"},
        "probability": probability,
        "created_on": created_on,
    }
    made = await client.post("/v1/opportunities", json=body)
    assert made.status_code == 201, made.text
    return made.json()


async def a_book(client, count=4):
    """Accounts A0, A1 … with rising spend and fit."""
    accounts = []
    for place in range(count):
        account = await an_account(client, f"A{place}")
        await an_open_deal(client, account, 1000 * (place + 1))
        await a_rating(client, account, place % 5 + 1)
        accounts.append(account)
    return accounts


async def a_published_model(client, document=MODEL, *, use=True):
    made = await client.post("/v1/selection/models", json=document)
    assert made.status_code == 201, made.text
    published = await client.post(
        f"{made.headers['location']}/publish", json={"use": use, **WHY}, headers={"If-Match": made.headers["etag"]}
    )
    assert published.status_code == 200, published.text
    return published.json()


async def a_run(client, **body):
    accepted = await client.post("/v1/selection/runs", json=body)
    assert accepted.status_code == 202, accepted.text
    for _ in range(600):
        job = (await client.get(accepted.headers["location"])).json()
        if job["status"] in {"succeeded", "failed"}:
            assert job["status"] == "succeeded", job
            return job["result"]
        await asyncio.sleep(0.05)
    raise AssertionError("the run did not end")


async def results(client, run, **params):
    answer = await client.get(f"/v1/selection/runs/{run['run_id']}/results", params={"limit": 500, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]
