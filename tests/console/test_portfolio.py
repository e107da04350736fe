"""The portfolio as a map, in a browser: looked at, pointed at, and reached without a mouse."""

import re

from playwright.async_api import expect

from tests.console.browser import PHONE
from tests.console.looking import contrast, problems_of
from tests.console.world import ACCOUNTS, UNKNOWN

BEST = ACCOUNTS[0][0]


_PLACE = """(name) => {
  const frame = document.querySelector("[data-picture]");
  const chart = window.echarts.getInstanceByDom(frame);
  const series = chart.getOption().series;
  const at = series.findIndex((one) => (one.data || []).some((datum) => datum.name === name));
  const datum = series[at].data.find((one) => one.name === name);
  const [x, y] = chart.convertToPixel({ seriesIndex: at }, datum.value);
  frame.scrollIntoView();
  const box = frame.getBoundingClientRect();
  return [box.left + x, box.top + y];
}"""


async def place_of(page, name):
    """Where an account lies in the window."""
    return await page.evaluate(_PLACE, name)


async def test_somebody_signs_in_points_at_an_account_and_goes_to_it(desk):
    page = await desk.sign_in("kap_live_wrong")
    await expect(page.get_by_role("alert")).to_contain_text("unknown, expired or revoked")
    desk.expected("401")
    await desk.sign_in()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio")
    await desk.drawn()
    (cookie,) = await page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/console")
    assert await page.evaluate("document.cookie") == ""

    tip = page.locator(".tip")
    await expect(tip).to_be_hidden()
    await page.mouse.move(*await place_of(page, "Proseware"))
    await expect(tip.locator("strong")).to_have_text("Proseware")
    for told in ("Tier", "Composite", "Revenue, 12 months"):
        await expect(tip).to_contain_text(told)
    await page.mouse.down()
    await page.mouse.up()
    await page.wait_for_url(re.compile(f"/console/accounts/{desk.console.world.ids['Proseware']}"))


async def test_the_map_says_the_same_to_who_cannot_see_it(desk):
    page = await desk.open("/console")
    assert await problems_of(page) == []
    await expect(page.get_by_role("img", name=re.compile("accounts by alignment"))).to_be_visible()
    await expect(page.get_by_role("complementary").get_by_role("link", name=UNKNOWN)).to_be_visible()

    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.locator(".figures summary").focus()
    await page.keyboard.press("Enter")
    table = page.get_by_role("table", name="Opportunity and alignment")
    await expect(table.get_by_role("row")).to_have_count(len(ACCOUNTS) + 1)
    await expect(table.get_by_role("link", name=BEST)).to_have_attribute(
        "href", f"/console/accounts/{desk.console.world.ids[BEST]}"
    )
    # Whatever an account is called, it is a name.
    await expect(table.get_by_role("link", name="Adatum <b>&amp; {b|Sons}</b>")).to_be_visible()


async def test_the_map_is_drawn_anew_in_the_dark_and_fits_a_phone(console):
    phone = await console.opened(viewport=PHONE)
    page = await phone.open("/console")
    light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    drawn = await page.locator("[data-picture] svg").inner_html()
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert await contrast(page) >= 4.5

    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await expect(page.locator("[data-picture] svg")).to_have_count(1)
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert await page.locator("[data-picture] svg").inner_html() != drawn
    assert await contrast(page) >= 4.5
    await phone.close()
