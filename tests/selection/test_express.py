"""The quick answers say what the routes themselves say, and leave to them whatever is not plain."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import pytest

from app.kernel.ids import RunId
from app.main import create_app
from app.selection.service import portfolio
from tests.conftest import client_of
from tests.selection.ground import MODEL, a_book, a_published_model

ON = "2024-06-30"
SCORE = "/v1/selection/score"
PLAIN: dict[str, Any] = {"model": MODEL, "accounts": [{"ref": "a", "inputs": {"goal_fit": 4, "future_spend": 100}}]}


async def a_scored_account(client, database, tenant):
    account, _ = await a_book(client, 2)
    await a_published_model(client)
    job = (await client.post("/v1/selection/runs", json={"as_of": ON})).json()["id"]
    async with database.transaction(tenant.id) as connection:
        await portfolio.carry_out(connection, tenant.id, RunId(job))
    return account


@pytest.mark.parametrize(
    "body",
    [
        PLAIN,
        {**PLAIN, "accounts": [{"ref": None, "inputs": {}}]},
        {**PLAIN, "accounts": [{"inputs": {"goal_fit": 4, "unasked": 1}}]},
        {**PLAIN, "accounts": PLAIN["accounts"] * 3},
        {**PLAIN, "accounts": [{"inputs": {"goal_fit": 7}}]},
        {**PLAIN, "accounts": []},
        {**PLAIN, "model": {"criteria": []}},
        {**PLAIN, "model_id": str(uuid4())},
        {"accounts": PLAIN["accounts"]},
        {**PLAIN, "extra": 1},
        [PLAIN],
    ],
)
async def test_what_is_sent_is_scored_or_refused_in_the_same_words(client, body):
    quick = await client.post(SCORE, json=body)
    # With this header a request goes the long way.
    slow = await client.post(SCORE, json=body, headers={"Idempotency-Key": str(uuid4())})
    assert quick.status_code == slow.status_code
    alike = [re.sub(r'"request_id":"[^"]*"', "", answer.text) for answer in (quick, slow)]
    assert alike[0] == alike[1]
    assert quick.headers.keys() == slow.headers.keys()


async def test_a_body_that_is_not_there_or_no_json_is_refused_in_the_same_words(client):
    for content in (b"", b"{", b'{"model": 1, "model": 2}'):
        headers = {"Content-Type": "application/json"}
        quick = await client.post(SCORE, content=content, headers=headers)
        slow = await client.post(SCORE, content=content, headers={**headers, "Idempotency-Key": str(uuid4())})
        assert (quick.status_code, quick.json()["code"]) == (slow.status_code, slow.json()["code"])


async def test_a_request_is_counted_once_however_it_is_answered(client):
    def left(answer):
        return int(re.findall(r"r=(\d+)", answer.headers["ratelimit"])[0])

    plain = await client.post(SCORE, json=PLAIN)
    refused = await client.post(SCORE, json={**PLAIN, "extra": 1})
    missing = await client.get(f"/v1/accounts/{uuid4()}/score")
    assert missing.status_code == 404
    assert left(plain) - left(refused) <= 2  # the window slides meanwhile
    assert left(refused) - left(missing) <= 2
    assert all(answer.headers.get_list("ratelimit") == [answer.headers["ratelimit"]] for answer in (plain, refused))


async def test_the_quick_score_is_the_one_that_was_kept(client, database, tenant):
    account = await a_scored_account(client, database, tenant)
    first = await client.get(f"/v1/accounts/{account['id']}/score")
    again = await client.get(f"/v1/accounts/{account['id']}/score")
    slow = await client.get(f"/v1/accounts/{account['id'].upper()}/score")  # not written as we write ids
    history = (await client.get(f"/v1/accounts/{account['id']}/scores")).json()["data"][0]
    assert first.text == again.text == slow.text
    beside = {"override": None, "effective_tier": history["tier"], "stale": False, "changed_at": None}
    assert first.json() == {**history, **beside}


async def test_scores_that_are_asked_for_together_are_each_the_askers_own(client, other_client, database, tenant):
    await a_scored_account(client, database, tenant)
    every = [row["id"] for row in (await client.get("/v1/accounts")).json()["data"]]
    urls = [f"/v1/accounts/{one}/score" for one in (*every, uuid4())]
    alone = [(await client.get(url)).text for url in urls[:-1]]

    asked = [client.get(url) for url in urls * 3] + [other_client.get(url) for url in urls]
    answers = await asyncio.gather(*asked)

    mine, theirs = answers[: -len(urls)], answers[-len(urls) :]
    for turn in range(3):
        here = mine[turn * len(urls) : (turn + 1) * len(urls)]
        assert [one.text for one in here[:-1]] == alone
        assert here[-1].status_code == 404
    assert {one.status_code for one in theirs} == {404}
    assert len(set(alone)) == len(every) > 1


async def test_a_new_name_a_new_score_and_a_manual_tier_show_at_once(client, database, tenant):
    account = await a_scored_account(client, database, tenant)
    url = f"/v1/accounts/{account['id']}/score"
    before = (await client.get(url)).json()

    renamed = await client.patch(f"/v1/accounts/{account['id']}", json={"name": "Renamed"})
    assert renamed.status_code == 200, renamed.text
    shown = (await client.get(url)).json()
    assert shown == {**before, "account_name": "Renamed", "stale": True, "changed_at": shown["changed_at"]}

    made = (await client.post(f"/v1/accounts/{account['id']}/scores", json={})).json()
    assert (await client.get(url)).json()["id"] == made["id"] != before["id"]

    body = {"tier": "tier_1", "reason": "board", "until_on": "2199-01-01"}
    override = await client.post(f"/v1/accounts/{account['id']}/tier-overrides", json=body)
    shown = (await client.get(url)).json()
    assert (shown["effective_tier"], shown["override"]["id"]) == ("tier_1", override.json()["id"])

    await client.delete(f"/v1/accounts/{account['id']}/tier-overrides/{override.json()['id']}")
    assert (await client.get(url)).json()["override"] is None


async def test_what_the_organization_changes_about_itself_shows_at_once(client, database, tenant):
    account = await a_scored_account(client, database, tenant)
    url = f"/v1/accounts/{account['id']}/score"
    before = (await client.get(url)).json()
    async with database.transaction(tenant.id) as connection:
        await connection.exec_driver_sql("UPDATE organizations SET simulated = true, version = version + 1")
    assert (await client.get(url)).json() == {**before, "simulated": True}


async def test_another_organization_does_not_see_the_score(client, other_client, database, tenant):
    account = await a_scored_account(client, database, tenant)
    url = f"/v1/accounts/{account['id']}/score"
    assert (await client.get(url)).status_code == 200
    theirs, nobodys = await other_client.get(url), await other_client.get(f"/v1/accounts/{uuid4()}/score")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json()["code"] == nobodys.json()["code"]


async def test_a_key_that_another_process_revoked_does_not_get_in_any_more(client, tenant, settings, database_url):
    """Each request looks its key up after it came, also those that look together."""
    here = create_app(settings, database_url)
    async with here.router.lifespan_context(here):
        issued = (await client.post("/v1/api-keys", json={"name": "second", "scopes": ["selection:read"]})).json()
        async with client_of(here, tenant) as caller:
            caller.headers["Authorization"] = f"Bearer {issued['key']}"
            assert {
                one.status_code for one in await asyncio.gather(*(caller.post(SCORE, json=PLAIN) for _ in range(8)))
            } == {200}
            assert (await client.delete(f"/v1/api-keys/{issued['id']}")).status_code == 204
            assert {
                one.status_code for one in await asyncio.gather(*(caller.post(SCORE, json=PLAIN) for _ in range(8)))
            } == {401}


async def test_a_key_without_the_scope_gets_no_quick_answer(client, app, tenant):
    issued = (await client.post("/v1/api-keys", json={"name": "facts", "scopes": ["accounts:read"]})).json()
    async with client_of(app, tenant) as caller:
        caller.headers["Authorization"] = f"Bearer {issued['key']}"
        assert (await caller.post(SCORE, json=PLAIN)).status_code == 403
