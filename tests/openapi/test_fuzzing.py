"""Requests made up from the document, fit and unfit: no answer is a fault, and each is one that is documented."""

import re

import pytest

from app.main import create_app
from tests.conftest import a_tenant
from tests.openapi.asking import asking
from tests.openapi.parts import part
from tests.openapi.served import Served

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


def test_made_up_requests_are_answered_as_documented(served, tmp_path):
    """Two to each operation, of which one is mostly unfit; `make fuzz` sends more, and what the document shows."""
    passed, said = asking(served, tmp_path, "--phases", "fuzzing", "--max-examples", "2")
    assert passed, said


def test_requests_at_every_bound_are_answered_as_documented(served, tmp_path):
    groups = [word for name in EXHAUSTIVE for word in ("--include-tag", name)]
    passed, said = asking(served, tmp_path, "--phases", "coverage", *groups)
    assert passed, said


def test_what_is_made_can_be_followed_by_its_links(served, tmp_path):
    """One thing after another: made, read, changed, removed, and not there any more."""
    document = part(FOLLOWED, tmp_path)
    passed, said = asking(
        served, tmp_path, "--phases", "stateful", "--max-examples", "3", "--mode", "positive", document=document
    )
    assert passed, said
    followed = re.search(r"(\d+) covered / (\d+) selected", said)
    assert followed is not None, said
    assert int(followed[1]) > 0, said
