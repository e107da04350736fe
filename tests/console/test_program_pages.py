"""The pages of accountability and of the program: what they say is what the API answers."""

import pytest
from playwright.async_api import expect

from tests.asking import ok
from tests.console.browser import PHONE
from tests.console.looking import contrast, problems_of
from tests.console.test_account_page import text_of
from tests.console.test_signing import browsing, signed_in
from tests.console.world import ACCOUNTS

BEST = ACCOUNTS[0][0]


async def test_accountability_tells_who_kept_what_and_leads_to_the_accounts(desk):
    page = await desk.open("/console")
    await page.get_by_role("link", name="Accountability").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Accountability")
    await desk.drawn()
    assert await problems_of(page) == []
    assert await contrast(page) >= 4.5

    report = desk.console.run(lambda client: ok(client.get("/v1/resourcing/accountability")))
    total = report["total"]
    assert (total["kept"], total["fell_due"], total["overdue_now"]) == (1, 2, 1)
    await expect(page.locator(".tiles")).to_contain_text("50 % 1 of 2 that fell due")
    await expect(page.get_by_role("table", name="Roadblocks")).to_contain_text("No field engineer in Asia")
    await expect(page.get_by_text("published: 16 % (n = 372)")).to_be_visible()

    await page.get_by_role("link", name="By account").click()
    await desk.drawn()
    await page.get_by_role("table", name="Overdue promises").get_by_role("link", name=BEST).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(BEST)


async def test_the_program_stands_beside_what_was_published(desk):
    page = await desk.open("/console/program")
    assert await problems_of(page) == []
    assert await contrast(page) >= 4.5

    summary = desk.console.run(lambda client: ok(client.get("/v1/program/summary")))
    audit = desk.console.run(lambda client: ok(client.get("/v1/program/audit")))
    key = summary["key_accounts"]
    await expect(page.locator(".tiles")).to_contain_text(f"Key accounts{key['accounts']} ")
    await expect(page.locator(".tiles")).to_contain_text(f"Their revenue{100 * key['revenue_share']:.0f} %")
    await expect(page.get_by_text("published: 60 to 70 %")).to_be_visible()
    table = page.get_by_role("table", name="The six design requirements")
    await expect(table.get_by_role("row")).to_have_count(len(audit["requirements"]) + 1)
    for action in audit["next_actions"]:
        await expect(page.get_by_role("listitem").filter(has_text=action["action"])).to_be_visible()


async def test_they_fit_a_phone_in_the_dark(console):
    phone = await console.opened(viewport=PHONE, color_scheme="dark")
    for path in ("/console/accountability", "/console/program"):
        page = await phone.open(path)
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
        assert await contrast(page) >= 4.5, path
    await phone.close()


@pytest.mark.parametrize(
    ("path", "scope", "empty"),
    [
        ("/console/accountability", "resourcing:read", "No promises yet"),
        ("/console/program", "retiering:read", "There are no key accounts yet"),
    ],
)
async def test_they_need_their_scope_and_begin_empty(app, client, path, scope, empty):
    for scopes, status in ((["accounts:read"], 403), ([scope], 200)):
        made = await ok(client.post("/v1/api-keys", json={"name": "narrow", "scopes": scopes}), 201)
        async with browsing(app) as browser:
            await signed_in(browser, made["key"])
            page = await browser.get(path)
        assert page.status_code == status
        assert (scope if status == 403 else empty) in text_of(page)
