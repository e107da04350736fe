"""What the tests of backtests of warnings stand on: accounts of which some decline, after they said that they would."""

from datetime import date, timedelta

import numpy as np

from tests.asking import ok
from tests.metrics.ground import World
from tests.selection.backtest.ground import ended
from tests.selection.ground import an_account

FIRST, LAST = date(2023, 1, 1), date(2023, 10, 28)
ASKED = {"from": FIRST.isoformat(), "to": LAST.isoformat(), "step_days": 60}
PATH = "/v1/warning-backtests"


def planted(world: World, count=44, *, seed=7):
    """Accounts that buy every month; every other one speaks badly of us on some day, and buys no more from then on.

    Returns who declines, with the day on which they spoke.
    """
    random = np.random.default_rng(seed)
    decliners = {}
    for place in range(count):
        account = world.account(since=FIRST - timedelta(days=800))
        turns = FIRST + timedelta(days=int(random.integers(45, 280)))
        declines = place % 2 == 0
        for month in range(-15, 26):
            day = FIRST + timedelta(days=30 * month + place % 30)
            if not declines or day < turns:
                world.won(account, "1000", day)
        for days in range(0, 310, 20):
            held = FIRST + timedelta(days=days)
            world.observation(account, "nps", 3.0 if declines and held >= turns else 9.0, held)
        if declines:
            decliners[account] = turns
    return decliners


async def started(client, **asked):
    answer = await client.post(PATH, json={**ASKED, **asked})
    assert answer.status_code == 202, answer.text
    return answer


async def a_backtest(client, **asked):
    """A finished backtest; needs a worker."""
    job = await ended(client, await started(client, **asked))
    assert job["status"] == "succeeded", job
    return await ok(client.get(f"{PATH}/{job['result']['warning_backtest_id']}"))


async def a_whole_story(client) -> dict[str, str]:
    """Every operation once; the job is asked for and not waited for, so no worker is needed."""
    await an_account(client)
    backtest_id = (await started(client)).json()["id"]
    await ok(client.get(PATH))
    await ok(client.get(f"{PATH}/{backtest_id}"))
    return {"backtest_id": backtest_id}
