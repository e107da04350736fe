"""The guides say nothing that is not so: links lead somewhere, operations and settings that they name exist."""

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from app.crm.schemas.spec import spec_of
from app.events.core import signing
from app.infra.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_OPERATION = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\s+(/v1/[\w/{}.,-]*[\w}])")
_SETTING = re.compile(r"\bKAP_[A-Z_]+[A-Z]\b")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOT_A_SLUG = re.compile(r"[^\w\- ]")


def prose(page: Path) -> str:
    """The page without its code, in which brackets mean something else."""
    unfenced = _FENCE.sub("", page.read_text())
    return "\n".join(line for line in unfenced.splitlines() if not line.startswith("    "))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text()), re.MULTILINE)
    return frozenset(_NOT_A_SLUG.sub("", title.lower()).replace(" ", "-") for title in titles)


def broken_links(page: Path) -> Iterator[str]:
    for link in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@cache
def operations() -> frozenset[tuple[str, str]]:
    """(method, path) of the committed document, whatever the paths' parameters are called."""
    paths = json.loads((ROOT / "openapi" / "openapi.json").read_text())["paths"]
    return frozenset((method.upper(), unnamed(path)) for path, told in paths.items() for method in told)


def unnamed(path: str) -> str:
    """The path with its parameters without names; one that is filled in stays as it is."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def setting_names() -> set[str]:
    return {f"KAP_{name.upper()}" for name in Settings.model_fields}


def test_there_are_guides():
    assert len(PAGES) > 1
    assert {"GET", "POST"} <= {method for method, _ in operations()}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page):
    assert list(broken_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_operation_that_is_named_exists(page):
    named = {(method, unnamed(path)) for method, path in _OPERATION.findall(page.read_text())}
    assert sorted(named - operations()) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_setting_that_is_named_exists(page):
    assert sorted(set(_SETTING.findall(page.read_text())) - setting_names()) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_python_in_the_guides_compiles_and_json_is_json(page):
    for number, (language, code) in enumerate(_FENCE.findall(page.read_text()), 1):
        if language == "python":
            compile(code, f"{page.name}, fence {number}", "exec")
        if language == "json":
            json.loads(code)


def code_of(page: str, language: str) -> list[str]:
    return [code for found, code in _FENCE.findall((ROOT / "docs" / page).read_text()) if found == language]


def test_the_connector_that_is_shown_can_be_used():
    (shown,) = code_of("connect-anything-else.md", "json")

    assert spec_of(json.loads(shown)).title == "Orchard"


@pytest.fixture
def receiver():
    """What the guide's Python defines."""
    told: dict[str, Any] = {}
    for code in code_of("verify-our-webhooks.md", "python"):
        exec(code, told)  # noqa: S102  # the guide's own code is what is tried
    return told


SECRETS = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
BODY = b'{"id":"e-1","sequence":2,"account":{"id":"a-1"}}'


@pytest.mark.parametrize("secret", SECRETS)
def test_a_message_of_ours_is_taken_by_the_guides_receiver_with_either_secret_of_a_rotation(receiver, secret):
    headers = signing.headers(SECRETS, "e-1", BODY, datetime.now(UTC))

    assert receiver["verified"](secret, headers, BODY) == json.loads(BODY)


@pytest.mark.parametrize(
    ("age", "changes", "body"),
    [
        (timedelta(minutes=6), {}, BODY),
        (timedelta(minutes=-6), {}, BODY),
        (timedelta(0), {}, BODY + b" "),
        (timedelta(0), {"webhook-id": "e-2"}, BODY),
        (timedelta(0), {"webhook-timestamp": "nan"}, BODY),
        (timedelta(0), {"webhook-signature": "v1"}, BODY),
        (timedelta(0), {"webhook-signature": "v1,é"}, BODY),
        (timedelta(0), {}, b"\xff"),
    ],
)
def test_the_guides_receiver_refuses_what_is_old_or_changed_or_makes_no_sense(receiver, age, changes, body):
    headers = signing.headers(SECRETS[:1], "e-1", BODY, datetime.now(UTC) - age)

    with pytest.raises(receiver["NotOurs"]):
        receiver["verified"](SECRETS[0], {**headers, **changes}, body)


def test_the_guides_receiver_has_one_effect_per_event_and_none_out_of_order(receiver):
    db = sqlite3.connect(":memory:")
    db.executescript(
        "create table seen (id text primary key); create table newest (account text primary key, sequence integer)"
    )
    told = [{"id": name, "sequence": place, "account": {"id": "a"}} for name, place in (("x", 1), ("z", 3), ("y", 2))]

    assert [receiver["applied"](db, event) for event in (told[0], told[0], *told[1:])] == [True, False, True, False]
    assert receiver["applied"](db, {"id": "o", "sequence": 1, "account": None})
    db.close()


def test_the_signature_that_readers_check_their_code_by_is_right():
    page = (ROOT / "docs" / "verify-our-webhooks.md").read_text()
    told = dict(re.findall(r"^    (secret|id|timestamp|body|signature) +(\S.*)$", page, re.MULTILINE))
    sent = datetime.fromtimestamp(int(told["timestamp"]), UTC)

    assert Webhook(told["secret"]).sign(told["id"], sent, told["body"]) == told["signature"]


def test_the_guide_to_deploying_has_every_setting_with_its_default():
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (ROOT / "docs" / "deploy.md").read_text(), re.MULTILINE))
    told = {name.removeprefix("KAP_"): default for name, default in rows.items() if name.startswith("KAP_")}
    plain = {"DATABASE_URL", "DATABASE_READ_URL", "DATABASE_DIRECT_URL", "PORT"}
    expected = {name.upper(): field for name, field in Settings.model_fields.items() if name.upper() not in plain}

    assert plain <= rows.keys()
    assert told.keys() == expected.keys()
    for name, default in told.items():
        shown = re.match(r"`([^`]+)`", default)
        if shown:
            assert shown[1] == _as_text(expected[name].default), name


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
