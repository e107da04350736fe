"""What a cell of whitespace is worth, and what cells come to together."""

from datetime import date, timedelta
from operator import attrgetter
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.health.core.colonisation import FirstWin, colonisation
from app.health.core.whitespace import Bought, Cell, Strategy, lines, three_times, together, totals

DAY = date(2024, 6, 30)
CENTERS = [UUID(int=number) for number in range(3)]
OFFERINGS = [UUID(int=number) for number in range(10, 13)]
money = st.none() | st.integers(0, 1000).map(float)


def a_cell(center=CENTERS[0], offering=OFFERINGS[0], **fields):
    given_fields = {
        "active": True, "vacant": True, "potential": 100.0, "how": "entered", "among": None, "said": None,
        "said_on": None, "confidence": None, "competitor": None, "bought": Bought(), "strategy": Strategy(),
    }  # fmt: skip
    return Cell(buying_center_id=center, offering_id=offering, **{**given_fields, **fields})


cells = st.lists(
    st.builds(
        a_cell,
        center=st.sampled_from(CENTERS),
        offering=st.sampled_from(OFFERINGS),
        vacant=st.booleans(),
        potential=money,
        bought=st.builds(Bought, recent=st.just(1), revenue=money, open=st.just(1), pipeline=money, expected=money),
        strategy=st.builds(Strategy, covered=st.booleans()),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30)
@given(cells)
def test_rows_and_columns_add_up_to_the_whole(grid):
    whole = totals(grid, strategies=True)

    for part, ids in (("buying_center_id", CENTERS), ("offering_id", OFFERINGS)):
        names = {one: (str(one), None) for one in ids}
        rows = lines(grid, attrgetter(part), names, strategies=True)
        for figure in ("whitespace", "revenue", "pipeline", "remaining", "covered", "cells", "without_potential"):
            parts = [getattr(row.totals, figure) for row in rows]
            known = [one for one in parts if one is not None]
            assert sum(known) == pytest.approx(getattr(whole, figure) or 0)


@settings(max_examples=30)
@given(cells)
def test_what_is_covered_is_a_share_and_what_remains_is_never_below_zero(grid):
    whole = totals(grid, strategies=True)

    assert whole.covered_share is None or 0 <= whole.covered_share <= 1
    assert all(cell.remaining is None or cell.remaining >= 0 for cell in grid)
    assert totals(grid, strategies=False).covered_share is None


@pytest.mark.parametrize(
    ("bought", "remaining"),
    [
        (Bought(), 100),
        (Bought(won=1, recent=1, revenue=30.0, open=1, pipeline=40.0, expected=10.0), 60),
        (Bought(won=1, recent=1, revenue=130.0), 0),
        (Bought(won=1, recent=1, revenue=None), None),
    ],
)
def test_what_remains_is_the_potential_less_revenue_and_what_open_deals_promise(bought, remaining):
    assert a_cell(bought=bought).remaining == remaining


def test_nothing_remains_where_it_is_ruled_out():
    assert a_cell(said="no_pursue", vacant=False).remaining == 0
    assert a_cell(said="competitor").remaining == 100
    assert a_cell(potential=None).remaining is None


@pytest.mark.parametrize(
    ("whitespace", "pipeline", "covered", "ratio", "flagged"),
    [
        (200, 100, 0.4, 3, True),
        (199, 100, 0.4, 2.99, False),
        (200, 100, 0.5, 3, False),
        (200, 100, None, 3, None),
        (200, 0, 0.4, None, None),
        (None, 100, 0.4, None, None),
    ],
)
def test_three_times_what_is_in_sight_with_little_done_about_it_is_flagged(
    whitespace, pipeline, covered, ratio, flagged
):
    found = three_times(whitespace, pipeline, covered, (3.0, 0.5))

    assert (found.ratio, found.flagged) == (ratio, flagged)


def test_deals_together_are_unknown_only_where_no_amount_is():
    some = Bought(won=2, recent=1, revenue=10.0, last_won_on=DAY)
    unknown = Bought(open=1, pipeline=None, expected=None)

    both = together([some, unknown])

    assert (both.won, both.revenue, both.open, both.pipeline, both.last_won_on) == (2, 10, 1, None, DAY)
    assert together([]) == Bought()


def test_a_quarter_is_ninety_days_and_a_center_is_new_in_that_of_its_first_win():
    def ago(days):
        return DAY - timedelta(days=days)

    wins = [
        FirstWin(CENTERS[0], OFFERINGS[0], ago(90)),
        FirstWin(CENTERS[0], OFFERINGS[1], ago(89)),
        FirstWin(CENTERS[1], OFFERINGS[0], ago(0)),
        FirstWin(CENTERS[2], None, ago(100)),
        FirstWin(CENTERS[2], OFFERINGS[0], ago(10)),
    ]

    latest, before, *older = colonisation(wins, DAY)

    assert (latest.first, latest.last) == (ago(89), DAY)
    assert (latest.cells, latest.cells_in_new_centers, latest.new_centers) == (3, 1, 1)
    assert (before.cells, before.cells_in_new_centers, before.new_centers) == (1, 1, 2)
    assert [one.cells for one in older] == [0, 0]
