"""The grid of whitespace: what each buying center buys of each offering, could buy yet, and who pursues it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Literal
from uuid import UUID

from app.health.core.colonisation import Quarter

CellState = Literal["owned", "proposed", "in_pipeline", "competitor", "no_pursue", "not_applicable", "open"]
Said = Literal["open", "competitor", "no_pursue", "not_applicable"]
How = Literal["entered", "industry", "all"]
UNWANTED = ("no_pursue", "not_applicable")


@dataclass(frozen=True, slots=True)
class Bought:
    """The deals of a cell; money in the reporting currency, None where there are deals and no amount is known.

    won: ever; recent, revenue: of the last 365 days; open: now; expected: of the open ones by their chances; proposed:
    whether one of them is in a proposal stage; lost_to: the competitor that the last one lost in 365 days went to.
    """

    won: int = 0
    last_won_on: date | None = None
    recent: int = 0
    revenue: float | None = 0.0
    open: int = 0
    pipeline: float | None = 0.0
    expected: float | None = 0.0
    proposed: bool = False
    lost_to: str | None = None


@dataclass(frozen=True, slots=True)
class Strategy:
    """What is done about a cell: the last word on it, and open actions of the plan."""

    owner_user_id: UUID | None = None
    next_step: str | None = None
    due_on: date | None = None
    actions: int = 0
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A buying center and an offering.

    active: whether the offering is in the catalogue. vacant: whether it counts as whitespace: neither bought nor with
    an open deal, nor ruled out. potential: what it could bring in a year, None where nothing says so; how it is known,
    and among how many buying centers that bought the offering it is the median. said: the state last stated.
    """

    buying_center_id: UUID
    offering_id: UUID
    active: bool
    vacant: bool
    potential: float | None
    how: How | None
    among: int | None
    said: Said | None
    said_on: date | None
    confidence: float | None
    competitor: str | None
    bought: Bought
    strategy: Strategy

    @property
    def state(self) -> CellState:
        """Deals go before what was said; a competitor that won a deal before an `open` that nobody changed."""
        if self.bought.won:
            return "owned"
        if self.bought.open:
            return "proposed" if self.bought.proposed else "in_pipeline"
        if self.said is not None and self.said != "open":
            return self.said
        return "open" if self.bought.lost_to is None else "competitor"

    @property
    def rival(self) -> str | None:
        """Who supplies it, if anybody is known to."""
        return self.competitor or self.bought.lost_to

    @property
    def whitespace(self) -> float | None:
        """Its part of the metric: the potential of a vacant cell, None where that is unknown; else 0."""
        return self.potential if self.vacant else 0.0

    @property
    def remaining(self) -> float | None:
        """What it could bring beyond what it brings: max(0, potential - revenue - what open deals promise).

        0 where it is ruled out; None where any of these is unknown. Source: catalogue, WHT-02.
        """
        if self.said in UNWANTED:
            return 0.0
        if self.potential is None or self.bought.revenue is None or self.bought.expected is None:
            return None
        return max(0.0, self.potential - self.bought.revenue - self.bought.expected)

    @property
    def wallet_share(self) -> float | None:
        """Revenue / potential, where somebody entered a potential above 0."""
        if self.how != "entered" or not self.potential or self.bought.revenue is None:
            return None
        return self.bought.revenue / self.potential


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over cells; None where there are parts and none is known.

    whitespace: None without any cell of the catalogue. without_potential: vacant cells whose potential is unknown.
    covered: whitespace of the cells with a strategy; covered_share: of the whitespace, None unless that is above 0 and
    strategies are recorded.
    """

    cells: int
    vacant: int
    without_potential: int
    whitespace: float | None
    covered: float
    covered_share: float | None
    remaining: float | None
    revenue: float | None
    pipeline: float | None


def totals(cells: Sequence[Cell], *, strategies: bool) -> Totals:
    """The sums over some cells: a row of the grid, a column, or all; `strategies`: whether any are recorded at all."""
    vacant = [cell for cell in cells if cell.vacant]
    known = [cell.potential for cell in vacant if cell.potential is not None]
    there = any(cell.active for cell in cells) and (bool(known) or not vacant)
    whitespace = fsum(known) if there else None
    covered = fsum(cell.potential or 0.0 for cell in vacant if cell.strategy.covered)
    return Totals(
        cells=len(cells),
        vacant=len(vacant),
        without_potential=len(vacant) - len(known),
        whitespace=whitespace,
        covered=covered,
        covered_share=covered / whitespace if whitespace and strategies else None,
        remaining=_sum(cell.remaining for cell in cells),
        revenue=_sum(cell.bought.revenue for cell in cells if cell.bought.recent),
        pipeline=_sum(cell.bought.pipeline for cell in cells if cell.bought.open),
    )


def _sum(parts: Iterable[float | None]) -> float | None:
    listed = list(parts)
    known = [part for part in listed if part is not None]
    return fsum(known) if known or not listed else None


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column of the grid: a buying center, or an offering with its code."""

    id: UUID
    name: str
    code: str | None
    totals: Totals


def lines(
    cells: Iterable[Cell], of: Callable[[Cell], UUID], names: Mapping[UUID, tuple[str, str | None]], *, strategies: bool
) -> tuple[Line, ...]:
    """The rows or columns of the grid by name; `of`: which one a cell is in, `names`: its name and its code if any."""
    parts: dict[UUID, list[Cell]] = {}
    for cell in cells:
        parts.setdefault(of(cell), []).append(cell)
    made = [Line(one, *names[one], totals(part, strategies=strategies)) for one, part in parts.items()]
    return tuple(sorted(made, key=lambda line: (line.name, line.id)))


@dataclass(frozen=True, slots=True)
class ThreeTimes:
    """Whether far more could be sold than is in sight, and little is done about it (catalogue, WHT-04).

    ratio: (whitespace + pipeline) / pipeline, None where either is unknown or the pipeline is 0.
    flagged: the ratio is at or above its threshold and the covered share below its own; None where either is unknown.
    """

    ratio: float | None
    ratio_from: float
    covered_share: float | None
    covered_below: float
    flagged: bool | None


def three_times(
    whitespace: float | None, pipeline: float | None, covered: float | None, thresholds: tuple[float, float]
) -> ThreeTimes:
    """The test for an account; thresholds: the ratio from which, and the covered share below which, it is flagged."""
    ratio_from, covered_below = thresholds
    ratio = (whitespace + pipeline) / pipeline if pipeline and whitespace is not None else None
    flagged = None if ratio is None or covered is None else ratio >= ratio_from and covered < covered_below
    return ThreeTimes(ratio, ratio_from, covered, covered_below, flagged)


@dataclass(frozen=True, slots=True)
class Grid:
    """The whitespace of an account on a day: its cells, those with most of it first, and their sums.

    unplaced: the deals that name no buying center or no offering, together; they are in no cell.
    """

    as_of: date
    currency: str
    cells: tuple[Cell, ...]
    buying_centers: tuple[Line, ...]
    offerings: tuple[Line, ...]
    totals: Totals
    unplaced: Bought
    test: ThreeTimes
    quarters: tuple[Quarter, ...]


def together(parts: Sequence[Bought]) -> Bought:
    """The deals of several cells as one."""
    days = [part.last_won_on for part in parts if part.last_won_on is not None]
    return Bought(
        won=sum(part.won for part in parts),
        last_won_on=max(days, default=None),
        recent=sum(part.recent for part in parts),
        revenue=_sum(part.revenue for part in parts if part.recent),
        open=sum(part.open for part in parts),
        pipeline=_sum(part.pipeline for part in parts if part.open),
        expected=_sum(part.expected for part in parts if part.open),
        proposed=any(part.proposed for part in parts),
    )
