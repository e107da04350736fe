"""A minute of steady load on an API and a worker of their own: nothing goes wrong, and nothing is left."""

import asyncio

import pytest

from tests.jobs import ground
from tests.soak.running import Pace, forked, soak

# Within a minute what is kept by design (statements, plans of queries) still fills up.
MEMORY = 1.5


@pytest.fixture
def url():
    return ground.fresh_database()


def test_a_minute_of_load_leaves_nothing_behind(url, tmp_path, capsys):
    pace = Pace(seconds=60, per_second=5, every=3)

    found = asyncio.run(soak(url, forked(url, tmp_path), pace, print))

    assert found.complaints(MEMORY) == [], capsys.readouterr().out
