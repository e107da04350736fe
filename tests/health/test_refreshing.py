"""Health follows the facts: with the scores when something changes, with a run, and every night."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from app.accounts.service import changing
from app.health import jobs
from app.health.service.refreshing import REFRESH
from app.infra.jobs import Delivery
from app.selection import jobs as selection_jobs
from tests.selection.ground import a_book, a_published_model, a_run
from tests.selection.test_freshness import queued
from tests.selection.test_statement_counts import counted

__all__ = ["counted"]
TODAY = datetime.now(UTC).date()


async def rescored(database, tenant, **more):
    delivery = Delivery(changing.RESCORE, {"tenant_id": str(tenant.id), **more}, 1)
    await selection_jobs.rescore(database, delivery, beside=jobs.beside)


async def a_book_with_targets(client, count=3):
    """Accounts whose targets are a thousand for this year of theirs."""
    accounts = await a_book(client, count)
    period = {"from": (TODAY - timedelta(days=364)).isoformat(), "to": TODAY.isoformat()}
    for account in accounts:
        amount = {"amount": "1000.00", "currency": "USD"}
        body = {"account": account["id"], "metric": "revenue", "period": period, "amount": amount}
        made = await client.post("/v1/targets", json=body)
        assert made.status_code == 201, made.text
    return accounts


async def a_won_deal(client, account, amount):
    day = (TODAY - timedelta(days=5)).isoformat()
    body = {
        "account": account["id"], "amount": {"amount": amount, "currency": "USD"}, "status": "won",
        "created_on": day, "closed_on": day,
    }  # fmt: skip
    made = await client.post("/v1/opportunities", json=body)
    assert made.status_code == 201, made.text


async def health(client, account):
    answer = await client.get(f"/v1/accounts/{account['id']}/health")
    assert answer.status_code == 200, answer.text
    return answer.json()


def attainment(shown):
    return next(one for one in shown["hygiene"]["contributions"] if one["metric"] == "revenue_attainment")["value"]


async def nobody_asks(database):
    """Takes away what was asked for all the organizations of other tests: no worker of theirs is to carry it out."""
    async with database.engine.begin() as connection:
        await connection.execute(text("DELETE FROM pgqueuer WHERE entrypoint = :name"), {"name": REFRESH})


async def test_a_change_of_facts_is_judged_with_the_score_and_for_that_account_alone(client, database, tenant):
    first, second, _ = await a_book_with_targets(client)
    await a_published_model(client)
    await a_won_deal(client, first, "500.00")
    await a_won_deal(client, second, "500.00")
    await rescored(database, tenant, whole=True)
    before = [await health(client, one) for one in (first, second)]

    await a_won_deal(client, first, "700.00")
    await rescored(database, tenant)

    after = [await health(client, one) for one in (first, second)]
    assert [attainment(one) for one in before] == [0.5, 0.5]
    assert [attainment(one) for one in after] == [1.2, 0.5]
    assert after[0]["hygiene"]["score"] > before[0]["hygiene"]["score"]
    assert after[1] == before[1]


async def test_every_night_all_organizations_are_asked_for_once(client, database, tenant):
    accounts = await a_book_with_targets(client)

    for _ in range(2):
        await jobs.nightly(database, Delivery("health.nightly", {}, 1))

    assert await queued(database, tenant, REFRESH) == 1
    await nobody_asks(database)
    await jobs.refresh(database, Delivery(REFRESH, {"tenant_id": str(tenant.id)}, 1))
    shown = (await client.get("/v1/health")).json()["data"]
    assert {one["account_id"] for one in shown} == {account["id"] for account in accounts}
    assert {one["as_of"] for one in shown} == {TODAY.isoformat()}


async def test_a_run_has_health_judged_with_it(client, working):
    accounts = await a_book_with_targets(client)
    await a_published_model(client)

    await a_run(client)

    shown = []
    for _ in range(600):
        shown = (await client.get("/v1/health")).json()["data"]
        if shown:
            break
        await asyncio.sleep(0.05)
    assert len(shown) == len(accounts)


async def test_statements_do_not_grow_with_the_accounts(client, database, tenant, counted):
    sent = []
    for more in (2, 9):
        await a_book_with_targets(client, more)
        with counted() as statements:
            await jobs.refresh(database, Delivery(REFRESH, {"tenant_id": str(tenant.id)}, 1))
        sent.append(len(statements))

    assert sent[0] > 10
    assert sent[1] <= sent[0]
