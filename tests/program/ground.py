"""What the tests of the program stand on: books of scored accounts, people to care for them, solved portfolios."""

import asyncio

from tests.selection.ground import a_book, a_published_model, a_run

AS_OF = "2024-06-30"


async def a_kam(client, name="Kim"):
    made = await client.post("/v1/users", json={"name": name, "function": "sales"})
    assert made.status_code == 201, made.text
    return made.json()


async def a_scored_book(client, count=4):
    """Accounts A0, A1 … of rising composites, scored by a model of two criteria. Needs a worker."""
    accounts = await a_book(client, count)
    await a_published_model(client)
    await a_run(client, as_of=AS_OF)
    return accounts


async def asked(client, **body):
    """The address of a portfolio that was asked for, and of its job."""
    accepted = await client.post("/v1/selection/portfolios", json={"as_of": AS_OF, **body})
    assert accepted.status_code == 202, accepted.text
    return f"/v1/selection/portfolios/{accepted.json()['id']}", accepted.headers["location"]


async def ended(client, location):
    for _ in range(600):
        job = (await client.get(location)).json()
        if job["status"] in {"succeeded", "failed", "cancelled"}:
            return job
        await asyncio.sleep(0.05)
    raise AssertionError("the job did not end")


async def a_portfolio(client, **body):
    """A solved portfolio. Needs a worker."""
    url, location = await asked(client, **body)
    job = await ended(client, location)
    assert job["status"] == "succeeded", job
    return (await client.get(url)).json()


async def entries(client, portfolio, **params):
    answer = await client.get(f"/v1/selection/portfolios/{portfolio['id']}/accounts", params={"limit": 500, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def a_whole_story(client) -> dict[str, str]:
    """Each operation of the program once; needs no worker."""
    kam = await a_kam(client)
    url, _ = await asked(client, kams=[{"user_id": kam["id"]}])
    reports = ("/v1/sponsorships/impact", "/v1/resourcing/reallocation")
    for path in ("/v1/selection/portfolios", url, f"{url}/accounts", *reports):
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
    return {"portfolio_id": url.rpartition("/")[2]}
