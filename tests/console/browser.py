"""The browser that the console's tests look through: one Chromium, one service, one small organization.

A test that takes `desk` gets a page of the browser, signed in and watched: whatever its console tells, whatever the
policy stops and whatever host it asks beyond the service is an error of the test.
"""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright, expect

from app.main import create_app
from tests.conftest import Tenant, a_tenant, client_of
from tests.console.world import World, a_world
from tests.openapi.served import Served

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ALONE = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-features=LocalNetworkAccessChecks",  # the service stands on this machine here, and elsewhere for a CRM
)
PATIENCE_MS = 60_000
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 860}

__all__ = ["DESK", "PHONE", "Console", "browser", "console", "desk"]


@dataclass
class Console:
    """The service as a browser reaches it, with an organization and what is in it."""

    url: str
    tenant: Tenant
    world: World
    served: Served
    app: FastAPI
    browser: Browser
    cookies: list[Any] = field(default_factory=list)

    async def opened(self, **options) -> "Desk":
        """A new window, in which nobody is signed in yet."""
        context = await self.browser.new_context(
            base_url=self.url, viewport=options.pop("viewport", DESK), reduced_motion="reduce", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        return Desk(self, await context.new_page())

    def run(self, made):
        """The outcome of `made(client)`, with a client that has the organization's key."""

        async def called():
            async with client_of(self.app, self.tenant) as client:
                return await made(client)

        return self.served.run(called)


class Desk:
    """A window of the browser, and what went wrong in it."""

    def __init__(self, console: Console, page: Page) -> None:
        self.console, self.page = console, page
        self.wrong: list[str] = []
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def _told(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(f"{message.type}: {message.text}")

    def _asked(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.console.url:
            self.wrong.append(f"asked elsewhere: {request.url}")

    async def sign_in(self, key: str | None = None) -> Page:
        """Sign in through the form."""
        await self.page.goto("/console/sign-in")
        await self.page.get_by_label("API key").fill(key or self.console.tenant.key)
        await self.page.get_by_role("button", name="Sign in").click()
        return self.page

    async def open(self, path: str) -> Page:
        """Go to a page as somebody who is signed in; who signs in first is remembered for the others."""
        if self.console.cookies:
            await self.page.context.add_cookies(self.console.cookies)
        else:
            await self.sign_in()
            await expect(self.page.get_by_role("heading", level=1)).to_have_text("Portfolio")
            self.console.cookies = await self.page.context.cookies()
        await self.page.goto(path)
        await self.drawn()
        return self.page

    async def drawn(self) -> None:
        """Wait until every picture of the page is drawn."""
        for frame in await self.page.locator("[data-picture]").all():
            await expect(frame).to_have_attribute("data-drawn", re.compile("."), timeout=PATIENCE_MS)
            await expect(frame.locator("svg").first).to_be_visible()

    def expected(self, pattern: str) -> None:
        """Let one complaint pass: that a page was refused, say, is told in the browser's console as well."""
        (found,) = [told for told in self.wrong if re.search(pattern, told)]
        self.wrong.remove(found)

    async def close(self) -> None:
        """Close the window; all that went wrong in it is said now."""
        await self.page.context.close()
        assert self.wrong == []


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium without a head, on its own: it finds no other host than this machine."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ALONE, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        )
        yield found
        await found.close()


@pytest_asyncio.fixture(scope="session")
async def console(browser, settings, database_url) -> AsyncIterator[Console]:
    """The service with its organization; made once, and only read, or added to, by tests."""
    made = create_app(settings, database_url)
    with Served(made) as served:

        async def organized():
            tenant = await a_tenant(made.state.doorkeeper.database, name="Northwind Group")
            async with client_of(made, tenant) as client:
                return tenant, await a_world(client)

        tenant, world = served.run(organized)
        yield Console(served.url, tenant, world, served, made, browser)


@pytest_asyncio.fixture
async def desk(console) -> AsyncIterator[Desk]:
    """A window on the console."""
    opened = await console.opened()
    yield opened
    await opened.close()
