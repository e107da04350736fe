"""The heat map of whitespace: offerings by buying centers, each cell with its state and the figure that counts."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.console.core.figures import money
from app.health.core.whitespace import Cell, CellState, Grid, Line

ROWS: Final = 20
COLUMNS: Final = 8
WARMEST: Final = 4


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state looks: a sign for whoever does not see colours, what it is called, and what its figure is."""

    sign: str
    label: str
    figure: str


LOOKS: Final[Mapping[CellState, StateLook]] = {
    "open": StateLook("\N{WHITE CIRCLE}", "Open", "could bring a year"),
    "competitor": StateLook("\N{MULTIPLICATION X}", "With a competitor", "could bring a year"),
    "in_pipeline": StateLook("\N{CIRCLE WITH LEFT HALF BLACK}", "In the pipeline", "open deals"),
    "proposed": StateLook("\N{CIRCLE WITH ALL BUT UPPER LEFT QUADRANT BLACK}", "Proposed", "open deals"),
    "owned": StateLook("\N{BLACK CIRCLE}", "Owned", "won in 12 months"),
    "no_pursue": StateLook("\N{EN DASH}", "Not pursued", ""),
    "not_applicable": StateLook("\N{MIDDLE DOT}", "Does not apply", ""),
}


@dataclass(frozen=True, slots=True)
class Square:
    """A cell of the map. heat: 0 to WARMEST, by what it could bring beside the largest. amount: empty if not known."""

    state: CellState
    look: StateLook
    amount: str
    heat: int
    covered: bool
    rival: str | None


@dataclass(frozen=True, slots=True)
class WhitespaceMap:
    """The map: a row per offering, a column per buying center; those with most to win first.

    left_out: how many rows and columns there was no room for. states: those that occur, for the legend.
    """

    columns: Sequence[Line]
    rows: Sequence[tuple[Line, Sequence[Square | None]]]
    left_out: tuple[int, int]
    states: Sequence[tuple[CellState, StateLook]]


def whitespace_map(grid: Grid) -> WhitespaceMap | None:
    """The map of an account's whitespace; None where it has no cell."""
    if not grid.cells:
        return None
    offerings, centers = _most_first(grid.offerings), _most_first(grid.buying_centers)
    cells = {(cell.offering_id, cell.buying_center_id): cell for cell in grid.cells}
    most = max((cell.whitespace or 0.0 for cell in grid.cells), default=0.0)

    def square(offering: UUID, center: UUID) -> Square | None:
        cell = cells.get((offering, center))
        return None if cell is None else _square(cell, most)

    columns = centers[:COLUMNS]
    rows = [(line, [square(line.id, column.id) for column in columns]) for line in offerings[:ROWS]]
    return WhitespaceMap(
        columns,
        rows,
        (len(offerings) - len(rows), len(centers) - len(columns)),
        _states(one for _, row in rows for one in row if one is not None),
    )


def _most_first(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda one: (-(one.totals.whitespace or 0.0), -(one.totals.revenue or 0.0), one.name))


def _states(squares: Iterable[Square]) -> list[tuple[CellState, StateLook]]:
    there = {one.state for one in squares}
    return [(state, look) for state, look in LOOKS.items() if state in there]


def _square(cell: Cell, most: float) -> Square:
    amount = _amount(cell)
    share = (cell.whitespace or 0.0) / most if most > 0 else 0.0
    return Square(
        state=cell.state,
        look=LOOKS[cell.state],
        amount="" if amount is None or amount == 0 else money(amount, "").strip(),
        heat=math.ceil(math.sqrt(share) * WARMEST) if cell.vacant else 0,
        covered=cell.vacant and cell.strategy.covered,
        rival=cell.rival,
    )


def _amount(cell: Cell) -> float | None:
    if cell.state == "owned":
        return cell.bought.revenue
    if cell.state in {"in_pipeline", "proposed"}:
        return cell.bought.pipeline
    return cell.potential if cell.vacant else None
