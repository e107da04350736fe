"""The page for people: whole from this service, under a policy that would stop anything else."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.infra.settings import Settings
from app.main import create_app
from tests.openapi.served import Served

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PAGES = Path(__file__).parents[2] / "app" / "infra" / "docs_page"


class Addresses(HTMLParser):
    """Collects where a page sends its reader's browser, and what it runs within itself."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.inline = []

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.found += [named[name] for name in ("src", "href", "action", "srcset") if named.get(name)]
        self.inline += [name for name in named if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag in {"style", "iframe", "object"} or (tag == "script" and "src" not in named) else []


async def test_the_page_and_its_parts_are_served_to_anyone(anyone):
    page = await anyone.get("/docs")
    read = Addresses()
    read.feed(page.text)

    assert page.headers["content-type"].startswith("text/html")
    assert read.inline == []
    for address in read.found:
        assert re.match(r"[/#](?!/)", address), f"{address} leads elsewhere"
        if address.startswith("/"):
            assert (await anyone.get(address)).status_code == 200


async def test_the_policy_lets_nothing_in_from_elsewhere(anyone):
    headers = (await anyone.get("/docs")).headers
    policy = dict(part.split(maxsplit=1) for part in headers["content-security-policy"].split("; "))

    assert policy.pop("require-trusted-types-for") == "'script'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"


def test_no_part_of_the_page_names_another_host_or_writes_markup():
    for part in PAGES.iterdir():
        if part.suffix in {".html", ".css", ".js"}:
            text = part.read_text()
            assert not re.search(r"https?://|//[a-z]+\.|@import|\burl\(", text), part.name
            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), part.name


async def test_the_document_is_served_as_it_is_committed_but_for_the_order(anyone, pytestconfig):
    served = await anyone.get("/openapi.json")
    assert served.json() == json.loads((pytestconfig.rootpath / "openapi" / "openapi.json").read_bytes())


@pytest.fixture(scope="module")
def pages():
    """The address of a service without a database, which these pages do not need."""
    with Served(create_app(Settings(), "postgresql://nowhere"), lifespan="off") as made:
        yield made.url


def seen(url, folder):
    """What a browser makes of a page, and every address that it asked for on the page's behalf."""
    log = folder / "net.json"
    alone = ["--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    headless = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=5000"]
    done = subprocess.run(
        [CHROMIUM or "", *headless, *alone, f"--user-data-dir={folder}", f"--log-net-log={log}", "--dump-dom", url],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    facts: dict[int, dict[str, str]] = {}
    for event in json.loads(log.read_text())["events"]:
        told = event.get("params", {})
        facts.setdefault(event["source"]["id"], {}).update(
            {name: told[name] for name in ("url", "initiator") if name in told}
        )
    # The browser asks for things of its own as well; those have no page for their reason.
    asked = [fact["url"] for fact in facts.values() if fact.get("initiator", "").startswith("http") and "url" in fact]
    return done.stdout, asked


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("", "What there is"),
        ("#operation/create_account", "Create an account"),
        ("#operation/score_accounts", "Score accounts that are sent along"),
        ("#schema/Score", "next_tier"),
    ],
)
def test_a_browser_shows_the_page_and_asks_nobody_else(pages, tmp_path, place, shown):
    dom, asked = seen(f"{pages}/docs{place}", tmp_path)

    main = dom[dom.index("<main") :]
    assert shown in main
    assert "could not be read" not in main
    assert f"{pages}/openapi.json" in asked
    assert [address for address in asked if not address.startswith(f"{pages}/")] == []


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
def test_the_index_leads_to_every_operation_and_schema(pages, tmp_path, document):
    """Each has its link in the index."""
    dom, _ = seen(f"{pages}/docs#operation/create_account", tmp_path)
    links = set(re.findall(r'href="#(?:operation|schema)/(\w+)"', dom))
    names = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}
    assert links >= names | document["components"]["schemas"].keys()
