"""An account's page inside a CRM's record: by a link alone, for a while, and in the frames that were settled."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.cards.service.links import Link
from app.kernel.ids import AccountId
from tests.asking import ok
from tests.cards.ground import PUBLIC, a_hubspot, a_known_account, looked_at

CRM = "https://crm.example"
SETTLED = {"frame_ancestors": [CRM, "https://*.lightning.force.com"]}


async def a_link(client, account, seconds=60):
    return (await ok(client.post(f"/v1/accounts/{account}/card-links", json={"seconds": seconds}), 201))["url"]


async def test_a_link_shows_the_account_without_a_key(client, anyone):
    case = await a_known_account(client)
    await ok(client.patch("/v1/organization", json=SETTLED))
    link = await a_link(client, case.account["id"])

    page = await anyone.get(link)

    assert page.status_code == 200
    assert case.account["name"] in page.text
    assert "Promised and not delivered yet" in page.text
    policy = page.headers["content-security-policy"]
    assert f"frame-ancestors {CRM} https://*.lightning.force.com" in policy
    assert "script-src" not in policy  # so that it is default-src 'none'
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"


async def test_nobody_frames_the_page_until_it_is_settled_who_may(client, anyone):
    case = await a_known_account(client)
    page = await anyone.get(await a_link(client, case.account["id"]))
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_a_link_that_is_over_or_was_changed_shows_nothing(app, client, tenant, anyone):
    case = await a_known_account(client)
    link = await a_link(client, case.account["id"])
    over = Link(tenant.id, AccountId(UUID(case.account["id"])), None, datetime.now(UTC) - timedelta(seconds=1))

    def changed(text, place):
        return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]

    for wrong in (
        app.state.card_links.made(over),
        changed(link, -9),
        changed(link, 40),
        "/console/framed/x",
        link[:-8],
    ):
        page = await anyone.get(wrong)
        assert page.status_code == 404, wrong
        assert case.account["name"] not in page.text


async def test_a_link_is_good_no_longer_than_the_key_that_made_it(app, client, anyone):
    case = await a_known_account(client)
    body = {"name": "plugin", "scopes": ["accounts:read", "health:read"]}
    made = await ok(client.post("/v1/api-keys", json=body), 201)
    link = (
        await ok(
            anyone.post(
                f"/v1/accounts/{case.account['id']}/card-links",
                json={},
                headers={"Authorization": f"Bearer {made['key']}"},
            ),
            201,
        )
    )["url"]
    shown = await anyone.get(link)
    assert "Warnings" in shown.text
    assert "Promised" not in shown.text  # the key may not read it

    await ok(client.delete(f"/v1/api-keys/{made['id']}"), 204)

    assert (await anyone.get(link)).status_code == 404


async def test_the_frame_that_hubspot_is_offered_opens(app, client, anyone):
    await a_known_account(client)
    address, headers = looked_at(await a_hubspot(client))
    links, public = app.state.card_links, PUBLIC
    app.state.card_links = type(links)(links.keys, public)  # as a service with a public address makes them
    try:
        told = await ok(anyone.get(address, headers=headers))
    finally:
        app.state.card_links = links

    action = told["primaryAction"]
    assert action["type"] == "IFRAME"
    assert action["uri"].startswith(f"{PUBLIC}/console/framed/")
    assert (await anyone.get(action["uri"].removeprefix(PUBLIC))).status_code == 200


@pytest.mark.parametrize("origin", [CRM, "https://other.example"])
async def test_a_browser_frames_it_in_the_settled_pages_alone(console, origin):
    (name, account), *_ = console.world.ids.items()
    console.run(lambda client: ok(client.patch("/v1/organization", json={"frame_ancestors": [CRM]})))
    link = console.url + console.run(lambda client: a_link(client, account))
    desk = await console.opened()
    await desk.page.route(
        f"{origin}/**",
        lambda route: route.fulfill(content_type="text/html", body=f'<title>CRM</title><iframe src="{link}"></iframe>'),
    )
    await desk.page.goto(f"{origin}/record")
    inside = desk.page.frame_locator("iframe").get_by_role("heading", level=1)

    if origin == CRM:
        await inside.wait_for()
        assert name.lower() in (await inside.inner_text()).lower()
    else:
        await desk.page.wait_for_function("() => document.readyState === 'complete'")
        assert any(re.search("frame-ancestors", told) for told in desk.wrong)
        assert await inside.count() == 0
    desk.wrong.clear()  # a fetch from elsewhere is what this is about
    await desk.close()
