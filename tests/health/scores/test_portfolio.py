"""The portfolio's hygiene and health: lists by quadrant, KAM and change, the sum of it all, and what that takes."""

import pytest

from app.health.service import keeping
from tests.asking import a_person, counted, ok
from tests.health.scores.ground import (
    TODAY,
    a_health_model,
    an_observed_account,
    days_ago,
    kept,
    listed,
    observed,
)
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
# Hygiene is 100 or 0, health what is used.
PLACES = {"thriving": (5, 0.9), "coasting": (5, 0.3), "building": (1, 0.7), "at_risk": (1, 0.1)}


async def a_portfolio(client):
    """An account of each quadrant, by its name."""
    await a_health_model(client)
    return {
        name: await an_observed_account(client, name, csat=csat, adoption=used, nps=10 * used)
        for name, (csat, used) in PLACES.items()
    }


async def won(client, account, amount, closed_on=None):
    body = {
        "account": account["id"],
        "amount": {"amount": str(amount), "currency": "USD"},
        "status": "won",
        "created_on": days_ago(60).isoformat(),
        "closed_on": (closed_on or days_ago(30)).isoformat(),
    }
    await ok(client.post("/v1/opportunities", json=body), 201)


def names(rows):
    return [row["account_name"] for row in rows]


async def test_accounts_are_listed_with_the_least_healthy_first_and_by_quadrant(client, database, tenant):
    await a_portfolio(client)
    await kept(database, tenant)

    assert names(await listed(client)) == ["at_risk", "coasting", "building", "thriving"]
    assert set(names(await listed(client, sort="-hygiene"))[:2]) == {"coasting", "thriving"}
    assert names(await listed(client, sort="-health")) == ["thriving", "building", "coasting", "at_risk"]
    assert names(await listed(client, sort="name")) == ["at_risk", "building", "coasting", "thriving"]
    for state in PLACES:
        (row,) = await listed(client, state=state)
        assert (row["account_name"], row["quadrant"]) == (state, state)
        assert row["quadrant_since"] == row["as_of"] == TODAY.isoformat()


async def test_a_row_tells_both_sides_and_how_they_changed(client, database, tenant):
    await a_health_model(client)
    account = await an_observed_account(client, csat=5, adoption=0.2, nps=2)
    await kept(database, tenant, days_ago(31))
    await observed(client, account, TODAY, adoption=0.6)
    await kept(database, tenant)

    (row,) = await listed(client)

    # three times 0.6 and once 0.2, of four
    assert row["health"] == {
        "score": 50, "low": 50, "high": 50, "coverage": 1, "delta": 30, "trend_30": 30, "trend_90": None,
    }  # fmt: skip
    assert row["hygiene"]["score"] == 100
    assert (row["account_id"], row["previous_on"]) == (account["id"], days_ago(31).isoformat())


async def test_who_lost_most_in_a_month_comes_first_and_who_has_no_figure_last(client, database, tenant):
    await a_health_model(client)
    made = [await an_observed_account(client, f"A{at}", csat=5, adoption=0.5, nps=5) for at in range(3)]
    await kept(database, tenant, days_ago(31), accounts=made[:2])
    await observed(client, made[1], TODAY, adoption=0.1)
    await kept(database, tenant)

    assert names(await listed(client, sort="health_30")) == ["A1", "A0", "A2"]
    assert names(await listed(client, sort="-health_30")) == ["A0", "A1", "A2"]


async def test_a_kam_sees_the_accounts_that_are_theirs_now(client, database, tenant):
    await a_health_model(client)
    ada, bob = await a_person(client, "sales"), await a_person(client, "sales")
    for name, kam in (("hers", ada), ("his", bob), ("nobody's", None)):
        await an_observed_account(client, name, fields={"kam_user_id": kam}, csat=5, adoption=0.5)
    await kept(database, tenant)

    rows = await listed(client, kam_user_id=ada)

    assert names(rows) == ["hers"]
    assert rows[0]["kam_user_id"] == ada


async def test_an_account_that_was_removed_is_listed_no_more(client, database, tenant):
    await a_portfolio(client)
    gone = await an_account(client, "gone")
    await kept(database, tenant)
    before = len(await listed(client))
    removed = await client.delete(f"/v1/accounts/{gone['id']}")
    assert removed.is_success, removed.text

    assert before == 5
    assert names(await listed(client)) == ["at_risk", "coasting", "building", "thriving"]
    assert (await ok(client.get("/v1/health/summary")))["accounts"] == 4


async def test_pages_hold_every_account_once(client, database, tenant):
    await a_health_model(client)
    for place in range(7):
        await an_observed_account(client, f"A{place}", csat=5, adoption=0.5)  # all alike: the id decides
    await an_account(client, "unknown")
    await kept(database, tenant)

    for sort in ("health", "-health"):
        found, cursor = [], None
        for _ in range(4):
            params = {"limit": 3, "sort": sort} | ({"cursor": cursor} if cursor else {})
            page = await ok(client.get("/v1/health", params=params))
            found += names(page["data"])
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(found) == len(set(found)) == 8
        assert found[-1] == "unknown"


async def test_the_first_page_is_the_same_however_it_is_asked_for(client, other_client, database, tenant):
    await a_portfolio(client)
    await an_account(client, "unknown")
    await kept(database, tenant)

    for query in ("", "?limit=2", "?limit=4", "?limit=5", "?limit=500", "?limit=0", "?limit=501", "?limit=1&limit=2"):
        quick = await client.get(f"/v1/health{query}")
        # With this header a request goes the long way.
        slow = await client.get(f"/v1/health{query}", headers={"Idempotency-Key": "long"})
        assert quick.status_code == slow.status_code
        if slow.is_success:
            assert quick.text == slow.text
        assert quick.headers.keys() == slow.headers.keys()

    page = await ok(client.get("/v1/health", params={"limit": 2}))
    rest = await ok(client.get("/v1/health", params={"cursor": page["next_cursor"]}))
    assert [*names(page["data"]), *names(rest["data"])] == ["at_risk", "coasting", "building", "thriving", "unknown"]
    assert (await ok(other_client.get("/v1/health"))) == {"data": [], "next_cursor": None}


async def test_the_portfolio_is_summed_up_by_account_and_by_revenue(client, database, tenant):
    accounts = await a_portfolio(client)
    await an_account(client, "unknown")
    await won(client, accounts["thriving"], 100)
    await won(client, accounts["coasting"], 300)
    await kept(database, tenant)

    found = await ok(client.get("/v1/health/summary"))

    assert (found["accounts"], found["provisional"], found["revenue"], found["currency"]) == (5, 1, 400, "USD")
    assert found["health"]["scored"] == 4
    assert found["health"]["coverage"] == 0.8
    assert found["health"]["by_account"]["score"] == 50  # of 90, 30, 70 and 10
    assert found["health"]["by_revenue"]["score"] == 45  # 90 once, 30 thrice
    assert found["hygiene"]["by_account"]["score"] == 50
    assert found["hygiene"]["by_revenue"]["score"] == 100
    assert [(one["quadrant"], one["accounts"], one["revenue_share"]) for one in found["quadrants"]] == [
        ("thriving", 1, 0.25), ("coasting", 1, 0.75), ("building", 1, 0), ("at_risk", 1, 0), (None, 1, 0),
    ]  # fmt: skip


async def test_as_of_a_day_the_whole_portfolio_is_judged_by_what_was_known_then(client, database, tenant):
    accounts = await a_portfolio(client)
    await won(client, accounts["thriving"], 100, days_ago(45))
    await kept(database, tenant)
    for account in accounts.values():
        await observed(client, account, days_ago(3), csat=5, adoption=1.0)

    before = await ok(client.get("/v1/health/summary", params={"as_of": days_ago(40).isoformat()}))
    now = await ok(client.get("/v1/health/summary", params={"as_of": TODAY.isoformat()}))

    assert [one["accounts"] for one in before["quadrants"]] == [1, 1, 1, 1, 0]
    assert [one["accounts"] for one in now["quadrants"]] == [4, 0, 0, 0, 0]
    assert before["health"]["by_account"]["score"] == 50
    assert (before["revenue"], before["health"]["by_revenue"]["score"]) == (100, 90)
    assert before["health"]["by_account"]["trend_30"] is None


async def test_nothing_is_summed_up_where_nothing_was_kept(client):
    found = await ok(client.get("/v1/health/summary"))

    assert found["accounts"] == 0
    assert found["hygiene"]["by_account"] == dict.fromkeys(("score", "low", "high", "trend_30", "trend_90"))
    assert [one["revenue_share"] for one in found["quadrants"]] == [None] * 5


async def test_lists_refuse_what_they_cannot_do(client):
    for params, kind in (({"sort": "weight"}, "invalid-sort"), ({"cursor": "x"}, "invalid-cursor")):
        refused = await client.get("/v1/health", params=params)
        assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{kind}")
    assert (await client.get("/v1/health", params={"state": "fine"})).status_code == 422


async def test_another_organizations_accounts_are_not_listed(client, other_client, database, tenant):
    await a_portfolio(client)
    await kept(database, tenant)

    assert await listed(other_client) == []
    assert (await ok(other_client.get("/v1/health/summary")))["accounts"] == 0


@pytest.mark.parametrize("path", ["/v1/health", "/v1/health/summary", f"/v1/health/summary?as_of={TODAY}"])
async def test_a_list_takes_the_same_statements_for_few_and_many(client, database, tenant, path):
    await a_health_model(client)
    found = []
    for count in (2, 7):
        for place in range(count):
            await an_observed_account(client, f"{count}{place}", csat=5, adoption=0.5)
        await kept(database, tenant)
        await ok(client.get(path))
        with counted(database) as sent:
            await ok(client.get(path))
        found.append(len(sent))
    assert found[0] == found[1]


async def test_keeping_takes_the_same_statements_for_few_and_many_and_for_many_moves(client, database, tenant):
    await a_health_model(client)
    found = []
    for count in (2, 7):
        accounts = [
            await an_observed_account(client, f"{count}{place}", csat=5, adoption=0.9) for place in range(count)
        ]
        await kept(database, tenant)
        for account in accounts:
            await observed(client, account, TODAY, adoption=0.1)
        with counted(database) as sent:
            await kept(database, tenant)
        found.append(len(sent))
    assert found[0] == found[1]
    told = await ok(client.get("/v1/events", params={"type": keeping.STATE_CHANGED, "limit": 100}))
    assert len(told["data"]) == 9
