"""The page of an account: what it says is what the API answers, to whoever may read it, seen or not."""

import re
from datetime import UTC, datetime
from uuid import UUID

from playwright.async_api import expect

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS as KIND
from tests.asking import a_record, counted, ok
from tests.cards.ground import a_known_account
from tests.conftest import client_with
from tests.console.browser import PHONE
from tests.console.looking import contrast, problems_of
from tests.console.test_signing import browsing, signed_in
from tests.console.world import ACCOUNTS, UNKNOWN
from tests.health.warnings.ground import a_troubled_account, evaluated
from tests.resourcing.commitments.ground import on

BEST = ACCOUNTS[0][0]


def address(console, name=BEST):
    return f"/console/accounts/{console.world.ids[name]}"


async def test_an_account_shows_why_it_stands_where_it_does(desk):
    page = await desk.open("/console/ranking")
    await page.get_by_role("link", name=BEST).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(BEST)
    await desk.drawn()
    assert await problems_of(page) == []
    assert await contrast(page) >= 4.5

    account = desk.console.world.ids[BEST]
    score = desk.console.run(lambda client: ok(client.get(f"/v1/accounts/{account}/score")))
    await page.locator(".picture", has_text="What makes up the score").locator("summary").click()
    table = page.get_by_role("table", name="What makes up the score")
    await expect(table.get_by_role("row")).to_have_count(len(score["contributions"]) + 2)
    await expect(table.get_by_role("row", name="Composite")).to_contain_text(f"{score['composite']['score']:.1f}")
    await expect(page.get_by_role("table", name="Offerings by buying centers")).to_contain_text("Owned")
    await expect(page.get_by_text("12 days overdue")).to_be_visible()
    await expect(page.get_by_text("Cared for by Kim")).to_be_visible()


async def test_an_account_of_which_nothing_is_known_says_so(desk):
    page = await desk.open(address(desk.console, UNKNOWN))
    assert await problems_of(page) == []
    await expect(page.get_by_role("heading", name="Not scored yet")).to_be_visible()
    await expect(page.get_by_role("heading", name="Hygiene and health")).to_be_visible()
    await expect(page.get_by_text("Nothing was ever promised to this account")).to_be_visible()
    await expect(page.get_by_text("Nothing warns of this account")).to_be_visible()


async def test_an_account_fits_a_phone_in_the_dark(console):
    phone = await console.opened(viewport=PHONE, color_scheme="dark")
    page = await phone.open(address(console))
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert await contrast(page) >= 4.5
    await phone.close()


def text_of(page):
    """What a page says, in one line."""
    said = re.sub(r"<script.*?</script>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", said).replace("\N{MINUS SIGN}", "-")


def number(figure):
    return "\N{EN DASH}" if figure is None else f"{figure:.1f}"


async def test_its_figures_are_those_of_the_api(app, client, tenant, database):
    case = await a_known_account(client)
    account = case.account["id"]
    score = await ok(client.get(f"/v1/accounts/{account}/score"))
    health = await ok(client.get(f"/v1/accounts/{account}/health"))
    due = await ok(client.get(f"/v1/accounts/{account}/commitments"))
    async with browsing(app) as browser:
        await signed_in(browser, tenant.key)
        with counted(app.state.doorkeeper.database) as statements:
            page = await browser.get(f"/console/accounts/{account}")
        await case.promised(due_on=on(25))
        with counted(app.state.doorkeeper.database) as with_more:
            more = await browser.get(f"/console/accounts/{account}")

    said = text_of(page)
    assert page.status_code == 200
    assert "Owed to it 3 none overdue" in text_of(more)
    assert len(with_more) <= len(statements)
    for name in ("composite", "opportunity", "alignment"):
        figure = score[name]["score"]
        assert f"{name.capitalize()} {number(figure)}" in said
    for side in ("hygiene", "health"):
        figure = health[side]["score"]
        assert f"{side.capitalize()} {number(figure)}" in said
    assert f"Owed to it {sum(one['state'] == 'accepted' for one in due['data'])} none overdue" in said
    assert "Cared for by Kam" in said


async def test_warnings_are_told_with_their_figures_and_what_to_do(app, client, tenant, database):
    account = (await a_troubled_account(client))["account"]
    await evaluated(database, tenant)
    warnings = (await ok(client.get(f"/v1/accounts/{account}/warnings")))["data"]
    async with browsing(app) as browser:
        await signed_in(browser, tenant.key)
        said = text_of(await browser.get(f"/console/accounts/{account}"))

    assert len(warnings) > 1
    assert f"Open warnings {len(warnings)}" in said
    for warning in warnings:
        assert warning["title"] in said
        assert warning["plays"][0]["title"] in said
    (review,) = [one for one in warnings for figure in one["figures"] if figure["metric"] == "days_since_qbr"]
    assert f"150 days (above {review['figures'][0]['threshold']:.0f})" in said


async def test_parts_that_a_key_may_not_read_are_left_out_by_name(app, client):
    account = (await a_known_account(client)).account
    made = await ok(client.post("/v1/api-keys", json={"name": "narrow", "scopes": ["accounts:read"]}), 201)
    async with browsing(app) as browser, client_with(app, made["key"]) as narrow:
        await signed_in(browser, made["key"])
        said = text_of(await browser.get(f"/console/accounts/{account['id']}"))
        for hidden in ("score", "health", "warnings", "whitespace", "commitments"):
            assert (await narrow.get(f"/v1/accounts/{account['id']}/{hidden}")).status_code == 403

    assert account["name"] in said
    for part in ("score and tier", "hygiene, health, warnings, whitespace", "commitments", "the partnership"):
        assert part in said.partition("Left out")[2]
    for hidden in ("Composite", "Open warnings", "Owed to", "Whitespace", "Not scored yet"):
        assert hidden not in said.replace("whitespace", "")


async def test_every_way_to_an_account_leads_to_where_it_stands(app, client, tenant, database):
    loser, survivor = [await a_record(client, "accounts", name=name) for name in ("Loser", "Survivor")]
    async with database.transaction(tenant.id) as connection:
        await accounts.merge(connection, tenant.id, KIND, UUID(loser), UUID(survivor), datetime.now(UTC))
    async with browsing(app) as browser:
        await signed_in(browser, tenant.key)
        led = await browser.get(f"/console/accounts/{loser}")
        before = await browser.get(f"/console/accounts/{survivor}?as_of=2020-01-01")
        lost = await browser.get(f"/console/accounts/{tenant.id}")

    assert (led.status_code, led.headers["location"]) == (303, f"/console/accounts/{survivor}")
    assert "There was no score of Survivor by 1 Jan 2020" in text_of(before)
    assert lost.status_code == 404
