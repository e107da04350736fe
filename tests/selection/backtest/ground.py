"""What the tests of backtests stand on: organizations whose accounts grow by what is planted in them."""

import asyncio
from datetime import date, timedelta

import numpy as np

from tests.metrics.ground import World
from tests.selection.ground import MODEL, an_account

DAY = date(2024, 6, 30)
HORIZON_DAYS = 180
ASKED = {"as_of": DAY.isoformat(), "horizon_days": HORIZON_DAYS, "resamples": 200}


async def a_model(client, document=MODEL):
    made = await client.post("/v1/selection/models", json=document)
    assert made.status_code == 201, made.text
    return made.json()


async def started(client, model, **asked):
    accepted = await client.post(f"/v1/selection/models/{model['id']}/backtests", json={**ASKED, **asked})
    assert accepted.status_code == 202, accepted.text
    return accepted


async def ended(client, accepted):
    """The job, once it has come to an end."""
    for _ in range(2400):
        job = (await client.get(accepted.headers["location"])).json()
        if job["status"] not in {"queued", "running"}:
            return job
        await asyncio.sleep(0.05)
    raise AssertionError("the job did not end")


async def a_backtest(client, model, **asked):
    """A finished backtest; needs a worker."""
    job = await ended(client, await started(client, model, **asked))
    assert job["status"] == "succeeded", job
    answer = await client.get(f"/v1/selection/backtests/{job['result']['analysis_id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def planted(world: World, count=30, *, strength=1.0, seed=7):
    """Accounts that were rated 1 to 5 for their fit, and grew by it; their ids and what they spent before and after."""
    random = np.random.default_rng(seed)
    found = []
    for place in range(count):
        fit = place % 5 + 1
        account = world.account(since=DAY - timedelta(days=400))
        before = round(float(random.uniform(1000, 9000)), 2)
        after = round(before * float(np.exp(0.4 * strength * (fit - 3) + random.normal(0, 0.15))), 2)
        world.rating(account, fit, DAY - timedelta(days=20))
        world.deal(account, str(place + 1), created_on=DAY - timedelta(days=10), probability=0.5)
        world.won(account, str(before), DAY - timedelta(days=90))
        world.won(account, str(after), DAY + timedelta(days=90))
        found.append((account, fit, before, after))
    return found


async def a_whole_story(client):
    """Every operation once; the job is asked for and not waited for, so no worker is needed."""
    await an_account(client)
    model = await a_model(client)
    analysis_id = (await started(client, model)).json()["id"]
    for path in (f"models/{model['id']}/backtests", f"backtests/{analysis_id}"):
        answer = await client.get(f"/v1/selection/{path}")
        assert answer.status_code == 200, answer.text
    return {"model_id": model["id"], "analysis_id": analysis_id}
