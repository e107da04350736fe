"""What a load needs grows with it, is never nothing, and is what its costs come to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.infra.capacity import Load, need, table, usual
from tests.processes import kap

COUNTS = st.integers(0, 10**7)
LOADS = st.builds(Load, st.integers(1, 10_000), st.integers(0, 10**5), st.integers(0, 10**6), *[COUNTS] * 4)


def test_a_small_organization_is_carried_by_one_process_of_each_kind():
    found = need(usual(1, 1_000, 10_000, 1_000, 10_000))

    assert (found.api_processes, found.workers, found.pooler) == (1, 1, False)
    assert found.database_cores < 1
    assert found.disk_gb < 2


def test_what_is_needed_is_what_the_work_takes_of_a_core_at_the_busiest_hour():
    """2,160,000 requests a day are 25 a second on average, 100 at the peak; each takes a core 7.5 ms."""
    found = need(Load(1, 0, 0, 0, 0, 0, 2_160_000))

    assert found.api_busy == pytest.approx(0.75)
    assert found.api_processes == 2  # none is to be busy for more than 60 % of the time
    assert found.database_cores == pytest.approx(0.3 / 0.6)


def test_a_portfolio_of_a_hundred_thousand_accounts_takes_some_seconds_a_night():
    """B7: 14.0 s for 100,000 accounts with 5 deals each; here the worker's half, and as much for health."""
    found = need(Load(1, 100_000, 500_000, 0, 0, 0, 0))

    assert found.night_hours * 3_600 == pytest.approx(14, rel=0.1)


def test_more_connections_than_the_server_allows_ask_for_a_pooler():
    found = need(usual(100, 1_000, 10_000, 0, 30_000_000))

    assert found.connections > 100
    assert found.pooler
    assert "a pooler before them" in table(usual(100, 1_000, 10_000, 0, 30_000_000), found)


@given(LOADS, st.sampled_from(["tenants", "accounts", "deals", "events", "reads", "pages", "writes"]))
def test_more_of_anything_never_needs_less(load, what):
    before, after = need(load), need(replace(load, **{what: getattr(load, what) * 2 + 1}))

    for name in ("api_processes", "workers", "database_cores", "connections", "disk_gb"):
        assert getattr(after, name) >= getattr(before, name)


@given(LOADS)
def test_a_machine_twice_as_fast_is_busy_for_half_the_time(load):
    slow, fast = need(load), need(load, speed=2)

    assert fast.api_busy == pytest.approx(slow.api_busy / 2)
    assert fast.database_cores == pytest.approx(slow.database_cores / 2)
    assert fast.disk_gb == slow.disk_gb


@pytest.mark.parametrize("change", [{"tenants": 0}, {"deals": -1}, {"peak": 0.5}])
def test_a_load_that_cannot_be_is_refused(change):
    with pytest.raises(ValueError, match="at least one organization"):
        need(replace(usual(1, 1, 1, 1, 10), **change))


async def test_the_command_prints_a_table(tmp_path):
    async with kap("capacity", "--tenants", "50", "--events", "200000", log=tmp_path / "capacity") as process:
        assert await process.ended() == 0

    assert "50 · 1,000 · 10,000" in process.said
    assert "workers, a core each" in process.said


async def test_the_command_tells_citus_of_each_table(tmp_path):
    async with kap("distribution", log=tmp_path / "distribution") as process:
        assert await process.ended() == 0

    lines = process.said.splitlines()
    assert lines[0] == "SELECT create_reference_table('tenant_directory');"
    assert len(lines) == len(set(lines)) > 100
