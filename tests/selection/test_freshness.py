"""A score says when facts have changed that it does not know, until the account is scored anew."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from app.accounts import service as facts
from app.accounts.kinds import ACCOUNTS, OPPORTUNITIES
from app.accounts.service import changing
from app.infra.jobs import Delivery
from app.selection import jobs
from tests.selection.ground import a_book, a_published_model, a_rating, a_run, an_account, an_open_deal


async def rescored(database, tenant, **more):
    """The queued work, done here and now."""
    delivery = Delivery(changing.RESCORE, {"tenant_id": str(tenant.id), **more}, 1)
    await jobs.rescore(database, delivery)


async def score(client, account):
    answer = await client.get(f"/v1/accounts/{account['id']}/score")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def queued(database, tenant, name):
    async with database.transaction(tenant.id) as connection:
        return await connection.scalar(
            text(
                "SELECT count(*) FROM pgqueuer WHERE entrypoint = :name AND convert_from(payload, 'UTF8') LIKE :whose"
            ),
            {"name": name, "whose": f"%{tenant.id}%"},
        )


async def scores_kept(database, tenant):
    async with database.transaction(tenant.id) as connection:
        return await connection.scalar(text("SELECT count(*) FROM scores"))


async def a_scored_book(client, database, tenant, count=4):
    accounts = await a_book(client, count)
    for place, account in enumerate(accounts):  # the book's own ratings are too old by now
        await a_rating(client, account, place % 5 + 1, rated_on=str(datetime.now(UTC).date()))
    await a_published_model(client)
    await rescored(database, tenant, whole=True)
    return accounts


async def until(client, accounts, found):
    """The accounts' scores, once they are as they are wanted."""
    async with asyncio.timeout(60):
        while True:
            scores = [await score(client, account) for account in accounts]
            if found(scores):
                return scores
            await asyncio.sleep(0.05)


async def test_a_change_makes_the_score_stale_and_a_new_one_knows_it(client, database, tenant):
    accounts = await a_scored_book(client, database, tenant)
    before = await score(client, accounts[0])
    assert (before["stale"], before["changed_at"]) == (False, None)

    began = datetime.now(UTC) - timedelta(seconds=1)
    await an_open_deal(client, accounts[0], 1_000_000)
    stale, other = await score(client, accounts[0]), await score(client, accounts[1])
    assert (stale["stale"], stale["id"]) == (True, before["id"])
    assert (datetime.fromisoformat(stale["changed_at"]) > began, other["stale"]) == (True, False)

    await rescored(database, tenant)
    after = await score(client, accounts[0])
    assert (after["stale"], after["changed_at"]) == (False, None)
    assert after["opportunity"]["score"] > before["opportunity"]["score"]
    assert after["previous"]["composite"] == before["composite"]["score"]
    assert (await score(client, accounts[1]))["id"] == other["id"]


async def test_the_long_way_says_the_same_as_the_quick_one(client, database, tenant):
    (account, *_) = await a_scored_book(client, database, tenant)
    for changed in (False, True):
        if changed:
            await a_rating(client, account, 5, rated_on="2024-05-01")
        quick = await client.get(f"/v1/accounts/{account['id']}/score")
        slow = await client.get(f"/v1/accounts/{account['id'].upper()}/score")
        assert quick.json() == slow.json()
        assert quick.json()["stale"] is changed


async def test_accounts_that_are_scored_together_come_out_as_each_would_alone(client, database, tenant):
    accounts = await a_scored_book(client, database, tenant, 6)
    changed = accounts[:3]
    for place, account in enumerate(changed):
        await an_open_deal(client, account, 5_000 * (place + 1))
    await rescored(database, tenant)
    together = [await score(client, account) for account in changed]

    alone = [(await client.post(f"/v1/accounts/{account['id']}/scores", json={})).json() for account in changed]

    for one, other in zip(together, alone, strict=True):
        assert {name: one[name] for name in ("opportunity", "alignment", "composite", "tier")} == {
            name: other[name] for name in ("opportunity", "alignment", "composite", "tier")
        }
        assert one["ranked"] == other["ranked"] == 6


async def test_a_worker_scores_what_changes_without_being_told_to(client, database, tenant, working):
    (account, *_) = await a_scored_book(client, database, tenant)
    before = await score(client, account)

    await an_open_deal(client, account, 1_000_000)

    (found,) = await until(client, [account], lambda found: found[0]["id"] != before["id"] and not found[0]["stale"])
    assert found["opportunity"]["score"] > before["opportunity"]["score"]


async def test_what_was_given_up_is_asked_for_again(client, database, tenant):
    (account, *_) = await a_scored_book(client, database, tenant)
    await an_open_deal(client, account, 10)
    async with database.transaction(tenant.id) as connection:
        whose = {"name": changing.RESCORE, "whose": f"%{tenant.id}%"}
        given_up = "DELETE FROM pgqueuer WHERE entrypoint = :name AND convert_from(payload, 'UTF8') LIKE :whose"
        await connection.execute(text(given_up), whose)

    for _ in range(2):
        await jobs.catch_up(database, Delivery("selection.catch_up", {}, 1))

    assert await queued(database, tenant, changing.RESCORE) == 1


async def test_new_scores_are_told_of_once(client, database, tenant):
    (account, *_) = await a_scored_book(client, database, tenant)
    assert await queued(database, tenant, "scores.changed") == 1

    await an_open_deal(client, account, 10)
    await rescored(database, tenant)
    await client.post(f"/v1/accounts/{account['id']}/scores", json={})

    assert await queued(database, tenant, "scores.changed") == 1


async def test_an_organization_that_was_never_scored_is_left_alone_unless_it_asks(client, database, tenant):
    await a_book(client, 2)
    await rescored(database, tenant)
    assert await scores_kept(database, tenant) == 0

    async with database.transaction(tenant.id) as connection:
        await facts.score_portfolio_soon(connection, tenant.id)
    assert await queued(database, tenant, changing.RESCORE) == 2  # that of the facts, and this
    await rescored(database, tenant, whole=True)
    assert await scores_kept(database, tenant) == 2


async def test_one_that_looks_back_at_history_only_is_left_alone(client, database, tenant, working):
    (account, *_) = await a_book(client, 2)
    await a_published_model(client)
    await a_run(client, as_of="2024-06-30")
    assert (await score(client, account))["stale"] is False

    await an_open_deal(client, account, 10)
    await rescored(database, tenant)

    assert await scores_kept(database, tenant) == 2
    assert (await score(client, account))["stale"] is True


async def test_a_run_as_of_an_earlier_day_leaves_todays_scores_stale(client, database, tenant, working):
    (account, *_) = await a_scored_book(client, database, tenant)
    async with database.transaction(tenant.id) as holds:  # so that no worker is first
        await changing.told(holds, tenant.id, ACCOUNTS, [UUID(account["id"])], any_record=True)
    async with database.transaction(tenant.id) as connection:
        await connection.execute(text("SELECT FROM changed_accounts FOR SHARE"))
        await a_run(client, as_of="2024-06-30")
        assert (await score(client, account))["stale"] is True


@pytest.mark.parametrize("what", ["rate", "offering"])
async def test_what_every_account_depends_on_makes_all_of_them_stale_and_runs_the_portfolio(
    client, database, tenant, what
):
    accounts = await a_scored_book(client, database, tenant)
    before = await scores_kept(database, tenant)
    if what == "rate":
        rate = {"currency": "EUR", "into_currency": "USD", "rate": "1.1", "from_on": "2024-01-01"}
        assert (await client.post("/v1/exchange-rates", json=rate)).status_code == 201
    else:
        assert (await client.post("/v1/offerings", json={"code": "N", "name": "New"})).status_code == 201
    assert all([(await score(client, account))["stale"] for account in accounts])

    await rescored(database, tenant)

    assert not any([(await score(client, account))["stale"] for account in accounts])
    assert await scores_kept(database, tenant) == before + 4


async def test_where_most_of_a_portfolio_changes_all_of_it_is_run(client, database, tenant):
    await a_scored_book(client, database, tenant, 1)
    items = [{"name": f"B{n}", "source": "s", "external_id": str(n)} for n in range(changing.TAKEN_AT_ONCE + 10)]
    assert (await client.post("/v1/accounts/batch", json={"items": items})).status_code == 200
    async with database.transaction(tenant.id) as connection:
        runs = await connection.scalar(text("SELECT count(*) FROM selection_runs"))

    await rescored(database, tenant)

    async with database.transaction(tenant.id) as connection:
        assert await connection.scalar(text("SELECT count(*) FROM selection_runs")) == runs + 1
        assert await changing.marked(connection, tenant.id) == (0, False)


async def test_more_than_is_taken_at_once_is_scored_turn_by_turn(client, database, tenant):
    items = [{"name": f"B{n}", "source": "s", "external_id": str(n)} for n in range(1000)]
    for start in range(4):
        some = [{**item, "external_id": f"{start} {item['external_id']}"} for item in items]
        assert (await client.post("/v1/accounts/batch", json={"items": some})).status_code == 200
    await a_published_model(client)
    await rescored(database, tenant, whole=True)
    changed = [{**item, "external_id": f"0 {item['external_id']}", "country": "DE"} for item in items[:600]]
    assert (await client.post("/v1/accounts/batch", json={"items": changed})).json()["updated"] == 600
    before = await scores_kept(database, tenant)

    await rescored(database, tenant)

    assert await scores_kept(database, tenant) == before + 600


async def test_a_removed_account_keeps_its_score_and_leaves_the_map(client, database, tenant):
    accounts = await a_scored_book(client, database, tenant)
    gone = UUID(accounts[0]["id"])
    async with database.transaction(tenant.id) as connection:
        await facts.mark_gone(connection, tenant.id, ACCOUNTS, {gone: None}, facts.arriving())
    before = await scores_kept(database, tenant)

    await rescored(database, tenant)

    assert await scores_kept(database, tenant) == before
    shown = (await client.get("/v1/selection/matrix")).json()["points"]
    assert str(gone) not in {point["account_id"] for point in shown}
    assert (await score(client, accounts[0]))["stale"] is False


async def test_of_merged_accounts_the_survivors_score_is_read_by_both_ids(client, database, tenant):
    accounts = await a_scored_book(client, database, tenant)
    loser, survivor = accounts[0], accounts[1]
    old = await score(client, loser)
    async with database.transaction(tenant.id) as connection:
        await facts.merge(connection, tenant.id, ACCOUNTS, UUID(loser["id"]), UUID(survivor["id"]))
    assert (await score(client, loser))["stale"] is True

    await rescored(database, tenant)

    found = await score(client, survivor)
    assert found == await score(client, loser)
    spend = next(one for one in found["contributions"] if one["criterion"] == "spend")
    assert spend["value"] == 3000.0  # the deals of both
    history = (await client.get(f"/v1/accounts/{loser['id']}/scores")).json()["data"]
    assert {one["account_id"] for one in history} == {loser["id"], survivor["id"]}
    assert old["id"] in {one["id"] for one in history}


async def test_a_removed_deal_counts_no_more(client, database, tenant):
    (account, *_) = await a_scored_book(client, database, tenant)
    deal = await an_open_deal(client, account, 1_000_000)
    async with database.transaction(tenant.id) as connection:
        await facts.mark_gone(connection, tenant.id, OPPORTUNITIES, {UUID(deal["id"]): None}, facts.arriving())

    await rescored(database, tenant)

    spend = next(one for one in (await score(client, account))["contributions"] if one["criterion"] == "spend")
    assert spend["value"] == 1000.0


async def test_while_somebody_changes_facts_another_time_is_asked_for(client, database, tenant):
    (account, *_) = await a_scored_book(client, database, tenant)
    forget = text("DELETE FROM pgqueuer WHERE convert_from(payload, 'UTF8') LIKE :whose")
    async with database.transaction(tenant.id) as connection:
        await connection.execute(forget, {"whose": f"%{tenant.id}%"})
    async with database.transaction(tenant.id) as slow:
        await changing.told(slow, tenant.id, ACCOUNTS, [UUID(account["id"])], any_record=True)
        await slow.execute(forget, {"whose": f"%{tenant.id}%"})
        # Its own job is out of the way: it counts on the one that runs now, and is not committed yet.
        await rescored(database, tenant)
    assert (await score(client, account))["stale"] is True
    assert await queued(database, tenant, changing.RESCORE) == 1

    await rescored(database, tenant)
    assert (await score(client, account))["stale"] is False


async def test_changes_by_many_at_once_are_all_scored_in_the_end(client, database, tenant, working):
    accounts = await a_scored_book(client, database, tenant, 8)

    async def changes(place):
        for number in range(6):
            await an_open_deal(client, accounts[(place + number) % 8], 100)

    await asyncio.gather(*(changes(place) for place in range(8)))
    scores = await until(client, accounts, lambda found: not any(one["stale"] for one in found))

    for place, found in enumerate(scores):
        spend = next(one for one in found["contributions"] if one["criterion"] == "spend")
        assert spend["value"] == 1000 * (place + 1) + 600


async def test_a_new_account_is_scored_as_the_others_are(client, database, tenant):
    await a_scored_book(client, database, tenant)
    newcomer = await an_account(client, "Newcomer", effective_on=None)

    await rescored(database, tenant)

    assert (await score(client, newcomer))["model_version"] == 1


async def test_what_changed_is_left_to_who_scores_it_already_and_is_not_forgotten(client, database, tenant):
    account, *_ = await a_scored_book(client, database, tenant)
    await an_open_deal(client, account, 1_000_000)

    async with database.transaction(tenant.id) as other:
        assert await changing.only_taker(other, tenant.id)
        async with database.transaction(tenant.id) as connection:
            await connection.execute(  # as when ours was the one that waited
                text("DELETE FROM pgqueuer WHERE entrypoint = :name AND payload = CAST(:payload AS bytea)"),
                {"name": changing.RESCORE, "payload": orjson.dumps({"tenant_id": str(tenant.id)})},
            )
        await rescored(database, tenant)
        assert (await score(client, account))["stale"] is True
        assert await queued(database, tenant, changing.RESCORE) == 1

    await rescored(database, tenant)
    assert (await score(client, account))["stale"] is False
