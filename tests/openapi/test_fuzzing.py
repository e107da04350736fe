"""Requests made up from the document, fit and unfit: no answer is a fault, and each is one that is documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.main import create_app
from tests.conftest import a_tenant
from tests.openapi.parts import part
from tests.openapi.served import Served

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DOCUMENT = ROOT / "openapi" / "openapi.json"
CONFIG = HERE / "schemathesis.toml"
# What is exhaustive takes minutes for all operations: it is done for one kind of facts, since all of them have the same
# doors, and for the groups that every caller uses.
EXHAUSTIVE = ("accounts", "metrics", "jobs", "tenancy", "operation")

# What is made, read, changed and removed again alike for all kinds of facts.
FOLLOWED = frozenset({
    "create_account", "get_account", "change_account", "remove_account", "put_account_by_external_id",
    "get_account_by_external_id", "create_user", "get_user", "change_user", "remove_user",
})  # fmt: skip


@pytest.fixture(scope="module")
def served(settings, database_url):
    app = create_app(settings, database_url)
    with Served(app) as made:
        yield made.url, made.run(lambda: a_tenant(app.state.doorkeeper.database)).key


def said_of(served, folder, *more, document=DOCUMENT):
    """Whether schemathesis has nothing to say against the service, and what it says."""
    url, key = served
    command = [
        Path(sys.executable).with_name("st"), "--config-file", CONFIG, "run", document, "--url", url,
        "-H", f"Authorization: Bearer {key}", "--seed", "1", "--no-color", "--no-shrink",
        "--warnings", "off", "--exclude-path-regex", "/events$", *more,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"}
    )
    said = "\n".join(line[:500] for line in done.stdout.splitlines())
    return done.returncode == 0, said + done.stderr[-2000:]


def test_made_up_requests_are_answered_as_documented(served, tmp_path):
    passed, said = said_of(served, tmp_path, "--phases", "examples,fuzzing", "--max-examples", "2")
    assert passed, said


def test_requests_at_every_bound_are_answered_as_documented(served, tmp_path):
    groups = [word for name in EXHAUSTIVE for word in ("--include-tag", name)]
    passed, said = said_of(served, tmp_path, "--phases", "coverage", *groups)
    assert passed, said


def test_what_is_made_can_be_followed_by_its_links(served, tmp_path):
    """One thing after another: made, read, changed, removed, and not there any more."""
    document = part(FOLLOWED, tmp_path)
    passed, said = said_of(
        served, tmp_path, "--phases", "stateful", "--max-examples", "3", "--mode", "positive", document=document
    )
    assert passed, said
    followed = re.search(r"(\d+) covered / (\d+) selected", said)
    assert followed is not None, said
    assert int(followed[1]) > 0, said
