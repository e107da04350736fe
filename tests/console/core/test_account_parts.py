"""The parts of an account's page that are no pictures: whitespace, promises, and figures of warnings in words."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.console.core.compared import compared
from app.console.core.promises import promises
from app.console.core.whitespace_map import COLUMNS, WARMEST, whitespace_map
from app.health.core.whitespace import Bought, Cell, Grid, Line, Strategy, three_times, together, totals

DAY = date(2026, 5, 1)


def cell(center, offering, *, potential=None, bought=None, said=None, covered=False):
    bought = bought or Bought()
    return Cell(
        buying_center_id=UUID(int=center), offering_id=UUID(int=offering), active=True,
        vacant=not (bought.won or bought.open or said), potential=potential, how=None, among=None, said=said,
        said_on=None, confidence=None, competitor=None, bought=bought, strategy=Strategy(covered=covered),
    )  # fmt: skip


def grid(*cells):
    def lines(name, ids):
        return tuple(
            Line(one, f"{name} {one.int}", None, totals([c for c in cells if one in ids(c)], strategies=True))
            for one in sorted({one for c in cells for one in ids(c)})
        )

    centers = lines("center", lambda one: [one.buying_center_id])
    offerings = lines("offering", lambda one: [one.offering_id])
    test = three_times(None, None, None, (3.0, 0.5))
    whole = totals(cells, strategies=True)
    return Grid(DAY, "EUR", cells, centers, offerings, whole, together([]), test, ())


def test_the_map_has_what_there_is_most_to_win_of_first_and_tells_each_state_without_colour():
    shown: Any = whitespace_map(
        grid(
            cell(1, 10, bought=Bought(won=1, revenue=5_000.0)),
            cell(1, 20, potential=90_000.0, covered=True),
            cell(2, 20, potential=10_000.0),
            cell(2, 10, said="no_pursue"),
        )
    )
    assert [line.name for line, _ in shown.rows] == ["offering 20", "offering 10"]
    assert [column.name for column in shown.columns] == ["center 1", "center 2"]
    (rich, poor), (owned, unwanted) = (squares for _, squares in shown.rows)
    assert (rich.amount, rich.heat, rich.covered) == ("90.0 k", WARMEST, True)
    assert 0 < poor.heat < rich.heat
    assert (owned.state, owned.amount, owned.heat) == ("owned", "5.0 k", 0)
    assert (unwanted.state, unwanted.amount) == ("no_pursue", "")
    assert [state for state, _ in shown.states] == ["open", "owned", "no_pursue"]
    assert len({look.sign for _, look in shown.states}) == 3


def test_what_finds_no_room_on_the_map_is_counted():
    shown: Any = whitespace_map(grid(*(cell(center, 100, potential=float(center)) for center in range(1, COLUMNS + 4))))
    assert len(shown.columns) == COLUMNS
    assert shown.left_out == (0, 3)
    assert whitespace_map(grid()) is None


def commitment(state, due, *, kept=None, overdue=False):
    return {"state": state, "due_on": DAY + timedelta(days=due), "kept": kept, "overdue": overdue}


def test_promises_are_told_by_what_became_of_them():
    found = promises(
        [
            commitment("accepted", 9), commitment("accepted", -3, kept=False, overdue=True),
            commitment("delivered", -9, kept=True), commitment("delivered", -8, kept=False),
            commitment("missed", -7, kept=False), commitment("requested", 5), commitment("declined", 5),
        ]
    )  # fmt: skip
    assert [one["due_on"] for one in found.owed] == [DAY - timedelta(days=3), DAY + timedelta(days=9)]
    assert len(found.asked) == 1
    assert (found.fell_due, found.kept, found.late, found.missed, found.overdue) == (4, 1, 1, 1, 1)
    assert found.kept_share == 0.25
    assert promises([]).kept_share is None


@pytest.mark.parametrize(
    ("unit", "value", "threshold", "measure", "said"),
    [
        ("days", 143.0, 100.0, "now", ("Title", "143 days (above 100)")),
        ("ratio", 0.88, 0.6, "now", ("Title", "88 % (above 60 %)")),
        ("ratio", 22.01, 3.0, "now", ("Title", "22.0 times (above 3.0 times)")),
        ("hhi", 0.8, 0.6, "fall", ("Title, fall in 90 days", "0.80 (above 0.60)")),
        ("count", None, 2.0, "before", ("Title, 90 days before", "\N{EN DASH} (above 2)")),
    ],
)
def test_a_figure_is_told_in_its_unit_with_what_it_was_compared_with(unit, value, threshold, measure, said):
    figure = {
        "metric": "m", "title": "Title", "unit": unit, "measure": measure, "value": value, "compares": "above",
        "threshold": threshold,
    }  # fmt: skip
    assert compared(figure) == said
