"""The portfolio as a map, in a browser."""

from playwright.async_api import expect

from tests.console.browser import browser, console, desk  # noqa: F401  # fixtures
from tests.console.world import UNKNOWN


async def test_the_map_shows_the_accounts_and_leads_to_them(desk):  # noqa: F811  # a fixture
    page = await desk.open("/console")
    await page.screenshot(path="/tmp/h-world.png", full_page=True)
    aside = page.get_by_role("complementary")
    await expect(aside.get_by_role("link", name=UNKNOWN)).to_be_visible()
