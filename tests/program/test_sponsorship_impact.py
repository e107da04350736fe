"""What came with sponsorship, through its door."""

import pytest

from tests.asking import a_person, counted, days_ago, ok
from tests.selection.ground import an_account
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def an_account_of(client, tier, name):
    account = (await an_account(client, name, effective_on="2023-01-01"))["id"]
    body = {"tier": tier, "reason": "the board's word", "until_on": "2199-01-01"}
    await ok(client.post(f"/v1/accounts/{account}/tier-overrides", json=body), 201)
    return account


async def closes(client, account, days, status, amount, *, took=20):
    body = {
        "account": account, "status": status, "closed_on": days_ago(days), "created_on": days_ago(days + took),
        "amount": {"amount": amount, "currency": "USD"},
    }  # fmt: skip
    await ok(client.post("/v1/opportunities", json=body), 201)


async def is_sponsored(client, account, user, days, **fields):
    body = {"user_id": user, "level": "vp", "started_on": days_ago(days), **fields}
    await ok(client.post(f"/v1/accounts/{account}/sponsorships", json=body), 201)


BEFORE_AND_SINCE = {
    "Sponsored": ("won lost lost", "won won won lost"),
    "Alike": ("won won lost", "won won lost"),
}


async def a_history(client):
    """An account that was sponsored for 100 days, one like it, one of another tier, one sponsored a while ago."""
    ada = await a_person(client, "executive")
    ours, alike, unlike, young = [
        await an_account_of(client, tier, name)
        for name, tier in (("Sponsored", "tier_1"), ("Alike", "tier_1"), ("Unlike", "tier_2"), ("Young", "tier_1"))
    ]
    await is_sponsored(client, ours, ada, 100)
    await is_sponsored(client, young, ada, 20)
    for account, (before, since) in zip((ours, alike), BEFORE_AND_SINCE.values(), strict=True):
        for at, status in enumerate(before.split()):
            await closes(client, account, 150 + at, status, "100.00", took=40)
        for at, status in enumerate(since.split()):
            await closes(client, account, 50 + at, status, "300.00", took=30)
    await closes(client, unlike, 10, "won", "99999.00")
    for days, value in ((120, 6.0), (20, 8.0)):
        body = {"account": ours, "metric": "csat", "value": value, "observed_on": days_ago(days)}
        await ok(client.post("/v1/observations", json=body), 201)
    return ada


async def test_the_sponsored_are_held_against_their_own_past_and_against_those_of_their_tier(client):
    await a_history(client)

    found = await ok(client.get("/v1/sponsorships/impact"))

    assert (found["sponsored_accounts"], found["too_recent"], found["compared_accounts"]) == (1, 1, 1)
    figures = {one["figure"]: one for one in found["data"]}
    win_rate, revenue, csat = figures["win_rate"], figures["revenue"], figures["csat"]
    assert (win_rate["before"], win_rate["since"]) == (0.3333, 0.75)
    assert (win_rate["compared_before"], win_rate["compared_since"]) == (0.6667, 0.6667)
    assert win_rate["difference"] == {"n": 1, "mean": 0.4167, "low": None, "high": None}
    assert (revenue["before"], revenue["since"], revenue["unit"]) == (365.0, 900 * 3.65, "USD")
    assert revenue["difference"]["mean"] == pytest.approx(3.65 * ((900 - 100) - (600 - 200)), abs=0.01)
    assert (csat["change"]["mean"], csat["difference"]["n"]) == (2.0, 0)
    assert (figures["cycle_days"]["change"]["mean"], figures["cycle_days"]["lower_is_better"]) == (-10.0, True)
    assert {one["verdict"] for one in found["data"]} == {"insufficient_data"}


async def test_an_earlier_day_knows_less_and_more_accounts_take_no_more_statements(client, database):
    ada = await a_history(client)
    earlier = await ok(client.get("/v1/sponsorships/impact", params={"as_of": days_ago(60)}))
    with counted(database) as few:
        await ok(client.get("/v1/sponsorships/impact"))
    for name in ("More", "Most"):
        await is_sponsored(client, await an_account_of(client, "tier_1", name), ada, 200)
    with counted(database) as many:
        again = await ok(client.get("/v1/sponsorships/impact", params={"window_days": 120}))

    assert (earlier["sponsored_accounts"], earlier["too_recent"]) == (0, 1)
    assert (again["sponsored_accounts"], len(many)) == (3, len(few))


async def test_without_sponsors_nothing_is_claimed(client):
    found = await ok(client.get("/v1/sponsorships/impact"))
    assert [one["change"]["n"] for one in found["data"]] == [0, 0, 0, 0]
    answer = await client.get("/v1/sponsorships/impact", params={"as_of": days_ago(-3)})
    assert (answer.status_code, answer.json()["code"]) == (422, "in_the_future")
