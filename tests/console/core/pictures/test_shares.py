"""Bars that are whole, cut into parts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.console.core.pictures.shares import Bar, Part, share_bars

PARTS = (Part("kept", "Kept", "var(--good)"), Part("late", "Late", "var(--warn)"))
COUNTS = st.fixed_dictionaries({"kept": st.integers(0, 50), "late": st.integers(0, 50)})


@given(st.lists(COUNTS, min_size=1, max_size=30))
def test_each_bar_that_has_something_in_it_is_drawn_whole_and_the_table_has_them_all(counts):
    bars = [Bar(f"bar {at}", count, more=(("Overdue", "1"),)) for at, count in enumerate(counts)]
    picture: Any = share_bars("p", "P", "s", PARTS, bars)
    filled = [count for count in counts if sum(count.values())]
    if not filled:
        assert picture is None
        return
    kept, late = (one["data"] for one in picture.option["series"])
    assert len(kept) == min(len(filled), 20)
    for one, other in zip(kept, late, strict=True):
        assert one["value"] + other["value"] == pytest.approx(100, abs=0.01)
    assert [row[1:4] for row in picture.table.rows] == [
        [str(count["kept"]), str(count["late"]), str(sum(count.values()))] for count in counts
    ]


def test_a_bar_tells_the_share_of_its_first_part_and_leads_on():
    picture: Any = share_bars("p", "P", "s", PARTS, [Bar("A", {"kept": 3, "late": 1}, "/console/accounts/1")])
    last = picture.option["series"][-1]["data"][0]
    assert last["label"]["formatter"] == "75 %"
    assert last["href"] == "/console/accounts/1"
    assert last["tip"]["lines"] == [["Kept", "3 (75 %)"], ["Late", "1 (25 %)"]]
