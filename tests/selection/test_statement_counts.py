"""How many statements a request sends to the database does not depend on how many accounts it is about."""

from contextlib import contextmanager

import pytest_asyncio
from sqlalchemy import event

from app.kernel.ids import RunId
from app.selection.service import portfolio
from tests.conftest import a_tenant, client_of
from tests.selection.ground import MODEL, a_book, a_published_model

FEW, MANY = 2, 9
ON = "2024-06-30"


@pytest_asyncio.fixture
async def counted(database):
    """Counts what goes to the database inside its block, through the engine and through the fast lane."""
    sent = []
    lane = database.fast
    taken = [await lane.acquire() for _ in range(lane.get_max_size())]
    for connection in taken:
        connection.add_query_logger(lambda record: sent.append(record.query))
    for connection in taken:
        await lane.release(connection)

    @contextmanager
    def counting():
        def note(_connection, _cursor, statement, *_rest):
            sent.append(statement)

        sent.clear()
        engine = database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


async def asked(client, counted, method, url, **more):
    """The statements of a request, which was made once before so that connections and models are ready."""
    await client.request(method, url, **more)
    with counted() as sent:
        answer = await client.request(method, url, **more)
    assert answer.is_success, answer.text
    return list(sent)


async def a_scored_book(app, database, count):
    """An organization of `count` accounts that were scored; its client, its accounts, the run, what the run sent."""
    tenant = await a_tenant(database)
    client = client_of(app, tenant)
    accounts = await a_book(client, count)
    await a_published_model(client)
    job = (await client.post("/v1/selection/runs", json={"as_of": ON})).json()["id"]
    return tenant, client, accounts, job


async def carried_out(database, counted, tenant, job):
    with counted() as sent:
        async with database.transaction(tenant.id) as connection:
            result = await portfolio.carry_out(connection, tenant.id, RunId(job))
    return result["accounts"], list(sent)


async def test_scoring_what_is_sent_asks_for_the_key_and_no_more(client, counted):
    for count in (1, MANY):
        accounts = [{"inputs": {"goal_fit": 4, "future_spend": place}} for place in range(count)]
        sent = await asked(client, counted, "POST", "/v1/selection/score", json={"model": MODEL, "accounts": accounts})
        assert sent == ["SELECT * FROM authenticate($1)"]


async def test_scoring_what_is_sent_with_a_kept_model_takes_the_same_few_statements_for_all(client, counted):
    model = await a_published_model(client)
    counts = []
    for count in (1, FEW, MANY):
        accounts = [{"inputs": {"goal_fit": 4, "future_spend": place}} for place in range(count)]
        body = {"model_id": model["id"], "accounts": accounts}
        counts.append(len(await asked(client, counted, "POST", "/v1/selection/score", json=body)))
    assert len(set(counts)) == 1
    assert counts[0] <= 5


async def test_a_run_takes_the_same_statements_for_few_and_many(app, database, counted):
    found = []
    for count in (FEW, FEW, MANY):  # the first warms up
        tenant, client, _, job = await a_scored_book(app, database, count)
        starting = await asked(client, counted, "POST", "/v1/selection/runs", json={"as_of": ON})
        accounts, running = await carried_out(database, counted, tenant, job)
        assert accounts == count
        found.append((len(starting), len(running)))
        await client.aclose()
    assert found[1] == found[2]


async def test_reading_takes_the_same_statements_for_few_and_many(app, database, counted):
    found = []
    for count in (FEW, MANY):
        tenant, client, accounts, job = await a_scored_book(app, database, count)
        await carried_out(database, counted, tenant, job)
        urls = {
            "results": f"/v1/selection/runs/{job}/results?limit=500",
            "matrix": f"/v1/selection/matrix?as_of={ON}",
            "history": f"/v1/accounts/{accounts[0]['id']}/scores",
        }
        found.append({name: len(await asked(client, counted, "GET", url)) for name, url in urls.items()})
        assert len((await client.get(urls["results"])).json()["data"]) == count
        await client.aclose()
    assert found[0] == found[1]
    assert max(found[0].values()) <= 8


async def test_a_score_that_was_read_before_takes_one_statement_beside_the_key(app, database, counted):
    tenant, client, accounts, job = await a_scored_book(app, database, FEW)
    await carried_out(database, counted, tenant, job)
    sent = await asked(client, counted, "GET", f"/v1/accounts/{accounts[0]['id']}/score")
    look_up, read = sent
    assert look_up == "SELECT * FROM authenticate($1)"
    assert "LATERAL newest_score($1, asked.account_id, $3)" in read
    await client.aclose()
