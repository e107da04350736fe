"""Signing in to the console and out: sessions, cookies, forms, refusals as pages. Through HTTP, without a browser."""

import re
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from uuid import uuid4

import httpx
import pytest

from app.console.deps import COOKIE
from app.infra.rate_limits import RateLimiter, parse_limit
from tests.asking import a_record, ok
from tests.conftest import client_of

HTTPS = "https://kap.test"
OURS = {"Sec-Fetch-Site": "same-origin", "Origin": HTTPS}


def browsing(app, **options):
    """A client that keeps cookies, as a browser does."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=HTTPS, timeout=60, **options)


async def signed_in(browser, key, next_page=""):
    """What the sign-in answers."""
    return await browser.post("/console/sign-in", data={"key": key, "next": next_page}, headers=OURS)


def form_token(page):
    """What the page's own form carries."""
    (found,) = re.findall(r'name="form_token" value="([0-9a-f]{64})"', page.text)
    return found


async def test_a_key_opens_a_session_and_signing_out_ends_it(app, tenant):
    async with browsing(app) as browser, browsing(app) as thief:
        asked = await browser.get("/console/ranking?sort=name")
        assert (asked.status_code, asked.headers["location"]) == (
            303,
            "/console/sign-in?next=%2Fconsole%2Franking%3Fsort%3Dname",
        )
        came = await signed_in(browser, tenant.key, "/console/ranking?sort=name")
        cookie = SimpleCookie(came.headers["set-cookie"])[COOKIE]
        assert (came.status_code, came.headers["location"]) == (303, "/console/ranking?sort=name")
        assert cookie["httponly"]
        assert cookie["secure"]
        assert (cookie["samesite"].lower(), cookie["path"], cookie["max-age"]) == ("strict", "/console", "43200")
        assert tenant.key.split("_")[3] not in cookie.value

        page = await browser.get("/console/ranking")
        assert page.status_code == 200
        assert tenant.name in page.text
        thief.cookies.set(COOKIE, cookie.value, domain="kap.test", path="/console")
        gone = await browser.post("/console/sign-out", data={"form_token": form_token(page)}, headers=OURS)
        assert (gone.status_code, gone.headers["location"]) == (303, "/console/sign-in")

        for former in (browser, thief):
            assert (await former.get("/console")).status_code == 303


async def test_who_signed_in_and_out_is_on_record(app, client, tenant):
    async with browsing(app) as browser:
        await signed_in(browser, tenant.key)
        token = form_token(await browser.get("/console"))
        await browser.post("/console/sign-out", data={"form_token": token}, headers=OURS)

    entries = (await client.get("/v1/audit-log")).json()["data"]

    assert [(entry["operation"], entry["actor"]["key_name"]) for entry in entries[:2]] == [
        ("console.sign_out", "test"),
        ("console.sign_in", "test"),
    ]
    assert entries[0]["subject_id"] == entries[1]["subject_id"]
    assert entries[0]["said"] is None


async def test_what_is_kept_does_not_open_a_session(app, tenant, database):
    async with browsing(app) as browser:
        await signed_in(browser, tenant.key)
        token = browser.cookies[COOKIE]
        async with database.transaction(tenant.id) as connection:
            rows = await connection.exec_driver_sql("SELECT * FROM console_sessions")
            kept = " ".join(str(value) for row in rows for value in row)

        assert token not in kept
        browser.cookies.clear()
        forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
        browser.cookies.set(COOKIE, forged, domain="kap.test", path="/console")
        assert (await browser.get("/console")).status_code == 303


@pytest.mark.parametrize("ends", ["revoked", "expired", "over"])
async def test_a_session_ends_with_its_key_and_after_its_hours(app, client, tenant, database, ends):
    made = await ok(client.post("/v1/api-keys", json={"name": "console", "scopes": ["selection:read"]}), 201)
    async with browsing(app) as browser:
        await signed_in(browser, made["key"])
        assert (await browser.get("/console/ranking")).status_code == 200

        if ends == "revoked":
            await ok(client.delete(f"/v1/api-keys/{made['id']}"), 204)
        else:
            table = "api_keys" if ends == "expired" else "console_sessions"
            key = "id" if ends == "expired" else "key_id"
            async with database.transaction(tenant.id) as connection:
                past = datetime.now(UTC) - timedelta(seconds=1)
                statement = f"UPDATE {table} SET expires_at = '{past.isoformat()}' WHERE {key} = '{made['id']}'"
                assert (await connection.exec_driver_sql(statement)).rowcount == 1

        assert (await browser.get("/console/ranking")).status_code == 303


async def test_a_page_needs_the_scopes_of_what_it_shows(app, client):
    made = await ok(client.post("/v1/api-keys", json={"name": "narrow", "scopes": ["selection:read"]}), 201)
    async with browsing(app) as browser:
        await signed_in(browser, made["key"])
        refused, allowed = await browser.get("/console"), await browser.get("/console/ranking")

    assert refused.status_code == 403
    assert "accounts:read" in refused.text
    assert allowed.status_code == 200
    assert 'href="/console/ranking"' in refused.text
    assert ">Program<" not in allowed.text


async def test_forms_from_elsewhere_change_nothing(app, tenant):
    async with browsing(app) as browser, browsing(app) as other:
        for headers in ({"Sec-Fetch-Site": "cross-site", "Origin": HTTPS}, {"Origin": "https://evil.example"}, {}):
            refused = await browser.post("/console/sign-in", data={"key": tenant.key}, headers=headers)
            assert refused.status_code == 403
            assert "set-cookie" not in refused.headers
        await signed_in(browser, tenant.key)
        await signed_in(other, tenant.key)
        others = form_token(await other.get("/console/ranking"))
        for form in ({"form_token": ""}, {"form_token": "0" * 64}, {"form_token": others}):
            refused = await browser.post("/console/sign-out", data=form, headers=OURS)
            assert refused.status_code == 403
        assert (await browser.get("/console/ranking")).status_code == 200


async def test_a_key_is_not_taken_over_plain_http(app, tenant):
    async with browsing(app) as browser:
        headers = {"Origin": "http://kap.test", "Host": "kap.test"}
        refused = await browser.post("/console/sign-in", data={"key": tenant.key}, headers=headers)
    assert refused.status_code == 403
    assert "https" in refused.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"key": "x"}'),
        ("application/x-www-form-urlencoded", b"key=" + b"x" * 9000),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % at for at in range(30))),
        ("application/x-www-form-urlencoded", b"key=a&key=b"),
        ("application/x-www-form-urlencoded", b"key=\xff"),
        ("application/x-www-form-urlencoded", b"key=%FF"),
        ("application/x-www-form-urlencoded", b"key=%00"),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused_with_a_page(anyone, content_type, body):
    refused = await anyone.post("/console/sign-in", content=body, headers={**OURS, "Content-Type": content_type})
    assert refused.status_code == 400
    assert refused.headers["content-type"].startswith("text/html")


async def test_bad_keys_are_told_as_such_and_make_an_address_wait(app, tenant):
    keeper = app.state.doorkeeper
    usual, keeper.bad_keys = keeper.bad_keys, RateLimiter(parse_limit("2/minute"))
    try:
        async with browsing(app) as browser:
            wrong = await signed_in(browser, "kap_live_nothing")
            assert (wrong.status_code, "unknown, expired or revoked" in wrong.text) == (401, True)
            await signed_in(browser, "kap_live_nothing")
            waits = await signed_in(browser, tenant.key)
    finally:
        keeper.bad_keys = usual
    assert waits.status_code == 429
    assert int(waits.headers["retry-after"]) > 0
    assert "set-cookie" not in waits.headers


async def test_whatever_goes_wrong_is_a_page_under_the_same_policy(app, tenant):
    async with browsing(app) as browser:
        await signed_in(browser, tenant.key)
        found = {
            path: await browser.get(path)
            for path in (
                "/console/nowhere", "/console/ranking?sort=secret", "/console/ranking?as_of=2026-02-31",
                "/console/ranking?as_of=2999-01-01", "/console/ranking?page=none",
            )
        }  # fmt: skip
    assert [answer.status_code for answer in found.values()] == [404, 422, 422, 422, 422]
    for answer in found.values():
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-request-id"] in answer.text
        assert "Traceback" not in answer.text


async def test_a_page_shows_its_own_organization_alone(app, client, tenant, other_tenant):
    mine = f"Mine {uuid4()}"
    await a_record(client, "accounts", name=mine)
    async with client_of(app, other_tenant) as other:
        await a_record(other, "accounts", name="Theirs alone")
    async with browsing(app) as browser:
        await signed_in(browser, tenant.key)
        page = await browser.get("/console/ranking")
    assert mine in page.text
    assert "Theirs alone" not in page.text


async def test_who_follows_a_link_from_elsewhere_comes_again_from_here(anyone):
    first = await anyone.get("/console/ranking", headers={"Sec-Fetch-Site": "cross-site"})
    again = await anyone.get("/console/ranking", headers={"Sec-Fetch-Site": "same-origin"})
    assert (first.status_code, 'http-equiv="refresh"' in first.text) == (200, True)
    assert again.status_code == 303


async def test_files_are_kept_for_good_under_addresses_that_change_with_them(anyone):
    page = await anyone.get("/console/sign-in")
    (address,) = re.findall(r'href="(/console/static/\w+/console\.css)"', page.text)
    found = await anyone.get(address)
    assert found.status_code == 200
    assert found.headers["content-encoding"] == "gzip"
    assert "immutable" in found.headers["cache-control"]
    assert (await anyone.get(address, headers={"Accept-Encoding": "identity"})).content == found.content
    for wrong in (re.sub(r"static/\w+", "static/0000", address), "/console/static/x/..%2f..%2fdeps.py"):
        assert (await anyone.get(wrong)).status_code == 404
