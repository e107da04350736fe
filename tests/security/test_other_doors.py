"""Doors beside the keys' own: streams, pages and links let nobody see more, or longer, than the key behind them may."""

import asyncio

from app.jobs import service as jobs
from app.kernel.ids import JobId, KeyId
from tests.asking import a_record, ok
from tests.console.test_signing import browsing, signed_in


async def test_a_stream_ends_with_the_key_that_opened_it(client, database, tenant):
    """A job that nobody works at is followed for ten minutes; whose key is revoked sees no more of it."""
    key = await ok(client.post("/v1/api-keys", json={"name": "follows", "scopes": ["accounts:read"]}), 201)
    async with database.transaction(tenant.id) as connection:
        job = await jobs.start(connection, tenant.id, "selection.run", {})
    looks = jobs.looks(database, tenant.id, JobId(job.id), by=KeyId(key["id"]))
    assert (await anext(looks)) == job

    await ok(client.delete(f"/v1/api-keys/{key['id']}"), 204)

    async with asyncio.timeout(60):
        assert [seen async for seen in looks] == []
    refused = await client.get(f"/v1/jobs/{job.id}/events", headers={"Authorization": f"Bearer {key['key']}"})
    assert refused.status_code == 401


async def test_the_ranking_leads_to_no_page_that_the_key_may_not_see(app, client):
    account = await a_record(client, "accounts", name="Northwind")
    led = f'href="/console/accounts/{account}"'
    for scopes, leads in ((["selection:read"], False), (["selection:read", "accounts:read"], True)):
        key = (await ok(client.post("/v1/api-keys", json={"name": "looks", "scopes": scopes}), 201))["key"]
        async with browsing(app) as browser:
            await signed_in(browser, key)
            page = await browser.get("/console/ranking")
        assert "Northwind" in page.text
        assert (led in page.text) is leads


async def test_a_link_to_a_page_is_neither_kept_nor_cached(client):
    account = await a_record(client, "accounts", name="Northwind")
    again = [
        await client.post(f"/v1/accounts/{account}/card-links", json={}, headers={"Idempotency-Key": "once"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in again] == [201, 201]
    assert again[0].json()["url"] != again[1].json()["url"]
    assert {answer.headers["cache-control"] for answer in again} == {"no-store"}


async def test_a_session_of_one_organization_opens_no_page_of_another(app, tenant, other_client):
    theirs = await a_record(other_client, "accounts", name="Elsewhere")
    async with browsing(app) as browser:
        await signed_in(browser, tenant.key)
        for path in (f"/console/accounts/{theirs}", f"/console/accounts/{theirs}?as_of=2024-01-01"):
            page = await browser.get(path)
            assert page.status_code == 404
            assert "Elsewhere" not in page.text
        for page in ("/console", "/console/ranking", "/console/accountability", "/console/program"):
            assert "Elsewhere" not in (await browser.get(page)).text


async def test_only_who_may_do_everything_makes_keys(app, client, anyone):
    """A key with every scope but `admin` can neither make a key that may do more, nor read of keys, nor of the log."""
    scopes = [f"{area}:*" for area in ("accounts", "selection", "calibration", "resourcing", "health", "crm")]
    key = (await ok(client.post("/v1/api-keys", json={"name": "broad", "scopes": scopes}), 201))["key"]
    shown = {"Authorization": f"Bearer {key}"}
    for method, path in (("POST", "/v1/api-keys"), ("GET", "/v1/api-keys"), ("GET", "/v1/audit-log")):
        answer = await anyone.request(method, path, json={"name": "more", "scopes": ["admin"]}, headers=shown)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
