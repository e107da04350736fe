"""Revenue by its motions through HTTP."""

import pytest

from tests.asking import counted, ok
from tests.health.motions.ground import TODAY, a_deal, a_growing_account, ago, the_motions
from tests.selection.ground import an_account
from tests.selection.reviews.ground import NOBODY
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_every_motion_of_the_last_year_is_told_beside_the_year_before(client):
    account = await a_growing_account(client)

    told = await the_motions(client, account)

    assert (told["period_from"], told["period_to"], told["currency"]) == (ago(364), TODAY.isoformat(), "USD")
    assert (told["revenue"], told["revenue_before"], told["open_amount"]) == (160, 140, 60)
    again, deeper, wider = told["motions"]
    assert [one["motion"] for one in told["motions"]] == ["continuation", "cross_sell", "expansion"]
    # A year before, nothing had been bought anywhere: all of it opened doors.
    assert (again["amount"], again["share"], again["amount_before"], again["change"]) == (80, 0.5, 0, None)
    assert (deeper["amount"], deeper["share"], deeper["share_change"]) == (30, 0.1875, 0.1875)
    assert (wider["amount"], wider["amount_before"]) == (50, 140)
    assert wider["change"] == pytest.approx(50 / 140 - 1, abs=1e-4)
    assert wider["share_change"] == pytest.approx(50 / 160 - 1, abs=1e-4)
    # What is open counts by what is bought by now: chairs in the north are no news any more.
    assert [(one["open_amount"], one["open_deals"]) for one in told["motions"]] == [(60, 1), (0, 0), (0, 0)]
    assert told["gross_retention"] == pytest.approx(80 / 140, abs=1e-4)
    assert told["net_retention"] == pytest.approx(160 / 140, abs=1e-4)


async def test_the_retentions_of_a_year_are_those_of_the_metrics_on_any_day(client):
    account = await a_growing_account(client)

    for days in (0, 60, 150):
        told = await the_motions(client, account, to=ago(days))
        metrics = (await ok(client.get(f"/v1/accounts/{account['id']}/metrics", params={"as_of": ago(days)})))[
            "metrics"
        ]
        for mine, key in (
            ("revenue", "revenue_ltm"), ("revenue_before", "revenue_prior_ltm"), ("open_amount", "open_pipeline"),
            ("gross_retention", "gross_retention"), ("net_retention", "net_retention"),
        ):  # fmt: skip
            assert told[mine] == metrics[key]["value"], (days, key)


async def test_a_period_of_any_length_stands_beside_the_one_of_that_length_before(client):
    account = await a_growing_account(client)

    told = await the_motions(client, account, **{"from": ago(129), "to": ago(40)})

    # 90 days hold the chairs (30) and the south (50), the 90 days before them the desks (80).
    assert (told["revenue"], told["revenue_before"]) == (80, 80)
    assert [one["amount"] for one in told["motions"]] == [0, 30, 50]
    assert told["net_retention"] == 1
    assert told["gross_retention"] == 0


async def test_the_deals_are_listed_with_their_motions(client):
    account = await a_growing_account(client)
    path = f"/v1/accounts/{account['id']}/revenue-motions/deals"

    first = await ok(client.get(path, params={"limit": 3}))
    rest = await ok(client.get(path, params={"limit": 3, "cursor": first["next_cursor"]}))

    listed = [(one["name"], one["state"], one["motion"], one["amount"]) for one in first["data"] + rest["data"]]
    assert listed == [
        ("Desks for the south", "won", "expansion", 50),
        ("Chairs, too", "won", "cross_sell", 30),
        ("More desks", "won", "continuation", 80),
        ("Chairs again", "open", "continuation", 60),
    ]
    assert rest["next_cursor"] is None
    assert first["data"][0]["buying_center_name"] == "Cancity south"
    assert first["data"][0]["offering_name"] == "desks"
    only = await ok(client.get(path, params={"motion": "continuation", "state": "won"}))
    assert [one["name"] for one in only["data"]] == ["More desks"]


async def test_a_deal_without_amount_is_counted_and_said_to_have_none(client):
    account = await an_account(client, effective_on=ago(900))
    assert (await the_motions(client, account))["revenue"] is None  # nobody records deals

    await a_deal(client, account, None, 50, 10)

    told = await the_motions(client, account)
    wider = told["motions"][2]
    assert (told["revenue"], wider["amount"], wider["deals"], wider["deals_without_amount"]) == (None, None, 1, 1)
    assert told["motions"][0]["amount"] == 0


async def test_the_portfolio_adds_up_and_no_surplus_makes_up_for_anothers_loss(client):
    account = await a_growing_account(client)
    lost = await an_account(client, "Gone", effective_on=ago(900))
    await a_deal(client, lost, 60, 500, 400)
    await an_account(client, "Silent")

    told = await ok(client.get("/v1/revenue-motions", params={"by": "expansion"}))

    assert (told["revenue"], told["revenue_before"]) == (160, 200)
    assert [one["amount"] for one in told["motions"]] == [80, 30, 50]
    assert told["gross_retention"] == 0.4  # 80 of 140, and 0 of 60
    assert [(one["account_name"], one["revenue"]) for one in told["accounts"]] == [("Cancity", 160)]
    assert told["accounts"][0]["account_id"] == account["id"]
    none = await ok(client.get("/v1/revenue-motions", params={"limit": 0}))
    assert none["accounts"] == []


async def test_statements_do_not_grow_with_accounts_or_deals(client, database):
    async def asked():
        with counted(database) as sent:
            await ok(client.get("/v1/revenue-motions"))
        return len(sent)

    await a_growing_account(client, "One")
    few = await asked()
    for name in ("Two", "Three"):
        await a_growing_account(client, name)

    assert await asked() == few <= 9


async def test_what_cannot_be_asked_is_refused_by_name(client, other_client):
    account = await an_account(client)
    path = f"/v1/accounts/{account['id']}/revenue-motions"

    for params, code in (
        ({"from": ago(1), "to": ago(2)}, "unusable_period"),
        ({"from": "1990-01-01"}, "unusable_period"),
        ({"to": ago(-1)}, "in_the_future"),
    ):
        for at in (path, f"{path}/deals", "/v1/revenue-motions"):
            refused = await client.get(at, params=params)
            assert refused.status_code == 422
            assert [one["code"] for one in refused.json()["errors"]] == [code]
    for whose, wanted in ((other_client, account["id"]), (client, NOBODY)):
        assert (await whose.get(f"/v1/accounts/{wanted}/revenue-motions")).status_code == 404
        assert (await whose.get(f"/v1/accounts/{wanted}/revenue-motions/deals")).status_code == 404
