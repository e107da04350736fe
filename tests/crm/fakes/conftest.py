"""The fake CRMs' own tests: a client of one fake, and what was recorded of the real one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.conftest import SHARED
from tests.crm.fakes.fake import Fake, serving

FIXTURES = SHARED / "fixtures"


@pytest.fixture
def recorded():
    """What was recorded of a CRM, by its path below `recorded`."""
    return lambda path: json.loads((_folder() / "recorded" / path).read_text())


@pytest.fixture
def payload():
    """What a CRM sent, by its path below `payloads`."""
    return lambda path: (_folder() / "payloads" / path).read_bytes()


def _folder():
    if not FIXTURES.is_dir():
        pytest.skip("the recorded traffic of CRMs is not here")
    return FIXTURES


@pytest.fixture
def asking():
    return _asking


@contextmanager
def _asking(fake: Fake, **headers: str) -> Iterator[httpx.Client]:
    """A client that comes with the token that always holds."""
    shown = {"authorization": "Bearer fixed-token", "x-orchard-key": "fixed-token", **headers}
    with serving(fake) as url, httpx.Client(base_url=url, headers=shown, timeout=10) as client:
        yield client
