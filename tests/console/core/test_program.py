"""Our figures beside published ones, and the growth premium on a line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.console.core.beside import beside_number, beside_share
from app.console.core.program import counted, interval
from app.kernel.benchmarks import BENCHMARKS

SHARES = st.integers(-1000, 1000).map(lambda permille: permille / 1000)
WIDTHS = st.integers(0, 1000).map(lambda permille: permille / 1000)


def test_a_share_stands_beside_a_range_on_one_scale():
    one: Any = beside_share("Revenue", 0.472, BENCHMARKS["key_account_revenue"])
    assert (one.said, one.published, one.at) == ("47 %", "60 to 70 %", pytest.approx(47.2))
    assert one.places == (60.0, 10.0)
    unknown = beside_share("Use", None, BENCHMARKS["resources_fully_used"])
    assert (unknown.said, unknown.at, unknown.published) == ("\N{EN DASH}", None, "16 %")


def test_what_is_beyond_the_scale_stands_at_its_end():
    one = beside_number("Load", 40.0, BENCHMARKS["accounts_per_manager"], most=15.0)
    assert (one.said, one.at, one.published) == ("40.0", 100.0, "7 to 8")


@given(SHARES, WIDTHS, WIDTHS)
def test_the_interval_is_in_order_and_on_the_line_with_nothing_where_it_belongs(value, below, above):
    found: Any = interval({"premium": value, "low": value - below, "high": value + above})
    assert 0 <= found.low <= found.at <= found.high <= 100
    assert (found.zero <= found.at) == (value >= 0)
    assert 0 <= found.zero <= 100


def test_a_premium_may_be_known_without_an_interval_or_not_at_all():
    assert interval({"premium": None, "low": None, "high": None}) is None
    found: Any = interval({"premium": 0.1, "low": None, "high": None})
    assert (found.low, found.high) == (None, None)


def test_numbers_are_told_as_shares_of_the_largest():
    assert counted([("a", 4), ("b", 1)]) == [("a", 4, 100.0), ("b", 1, 25.0)]
    assert counted([("a", 0)]) == [("a", 0, 0.0)]
