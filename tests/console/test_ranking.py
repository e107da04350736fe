"""The ranking, in a browser: sorted, searched, and read without a mouse."""

from playwright.async_api import expect

from tests.console.browser import PHONE
from tests.console.looking import contrast, problems_of
from tests.console.world import ACCOUNTS, UNKNOWN


async def names(page):
    """The accounts in the order of the page."""
    return await page.locator("tbody th").all_inner_texts()


async def test_the_ranking_is_that_of_the_api_and_sorted_by_its_headings(desk):
    page = await desk.open("/console/ranking")

    async def kept(client):
        return (await client.get("/v1/selection/matrix")).json()["points"]

    points = desk.console.run(kept)
    assert await names(page) == [*(point["name"] for point in points), UNKNOWN]
    figures = await page.locator(".bar-figure").all_inner_texts()
    assert [float(figure) for figure in figures] == [round(point["composite"], 1) for point in points]
    assert await problems_of(page) == []

    await page.get_by_role("link", name="Account", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("th[aria-sort=ascending]")).to_have_text("Account↑")
    assert await names(page) == sorted((*(name for name, *_ in ACCOUNTS), UNKNOWN), key=str.casefold)

    await page.get_by_label("Find an account").fill("toys")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("1 account")
    assert await names(page) == ["Tailspin Toys"]
    await page.goto("/console/ranking?as_of=2019-01-01")
    await expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()


async def test_the_ranking_fits_a_phone_in_the_dark(console):
    phone = await console.opened(viewport=PHONE, color_scheme="dark")
    page = await phone.open("/console/ranking")

    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await expect(page.get_by_role("row")).to_have_count(len(ACCOUNTS) + 2)
    assert await contrast(page) >= 4.5
    await phone.close()
