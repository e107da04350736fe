"""How the grid of whitespace looks on the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from app.health.core.whitespace import Cell, CellState, Grid, How, Line, Totals
from app.infra.wire import Answer
from app.kernel.ids import AccountId

DECIMALS = 4


class WhitespaceCell(Answer):
    """What a buying center buys of an offering and could buy yet; money is in the reporting currency."""

    buying_center_id: UUID
    offering_id: UUID
    in_catalogue: bool = Field(description="Whether the offering is sold on the day; else its deals alone are told")
    state: CellState = Field(
        description=(
            "`owned`: bought before; `proposed`, `in_pipeline`: with an open deal, in a proposal stage or not;"
            " `competitor`: stated, or where the last deal lost in 365 days went; `no_pursue`, `not_applicable`: stated"
        )
    )
    stated_on: date | None = Field(description="When it was last stated what holds of it")
    counts_as_whitespace: bool = Field(description="Neither bought, nor with an open deal, nor ruled out")
    revenue: float | None = Field(description="Won in the 365 days that end on the day")
    last_won_on: date | None
    open_pipeline: float | None = Field(description="Of the open deals; without an amount by list price")
    potential: float | None = Field(description="What it could bring in a year; null where nothing says so")
    potential_from: How | None = Field(
        description="`entered`, or the median of the buying centers that bought it in the `industry`, or of `all`"
    )
    potential_among: int | None = Field(description="Of how many buying centers it is the median")
    confidence: float | None = Field(description="In an entered potential, 0 to 1")
    wallet_share: float | None = Field(description="`revenue` / an entered potential")
    whitespace: float | None = Field(description="Its part of the metric: its potential, or 0 where it does not count")
    remaining: float | None = Field(
        description="max(0, potential - revenue - open deals by their chances), 0 where it is ruled out"
    )
    competitor: str | None
    covered: bool = Field(description="Whether there is an owner with a dated next step, or an open plan action")
    owner_user_id: UUID | None
    next_step: str | None
    due_on: date | None
    open_actions: int = Field(description="Of plans in force, on this buying center and offering")


class WhitespaceTotals(Answer):
    """Sums over cells, null where there are parts and none is known."""

    cells: int
    cells_of_whitespace: int
    cells_without_potential: int = Field(description="Of these, those of which nothing says what they could bring")
    whitespace: float | None = Field(description="As the metric `whitespace`", examples=[120000.0])
    covered: float = Field(description="Whitespace of the cells with a strategy")
    covered_share: float | None = Field(
        description="As the metric `whitespace_covered`; null while strategies are recorded nowhere"
    )
    remaining: float | None
    revenue: float | None
    open_pipeline: float | None


class WhitespaceLine(Answer):
    """A buying center, or an offering, with the sums over its cells."""

    id: UUID
    name: str
    code: str | None = Field(description="Of an offering")
    totals: WhitespaceTotals


class UnplacedDeals(Answer):
    """Deals that name no buying center or no offering: they are in no cell."""

    revenue: float | None
    open_pipeline: float | None
    deals_won: int = Field(description="Ever")
    deals_open: int


class ThreeTimesTest(Answer):
    """Whether far more could be sold than is in sight, and little is done about it."""

    ratio: float | None = Field(description="As the metric `whitespace_ratio`", examples=[3.4])
    ratio_from: float = Field(description="The organization's threshold")
    covered_share: float | None
    covered_below: float = Field(description="The organization's threshold")
    flagged: bool | None = Field(description="At or above the one and below the other; null where either is unknown")


class ColonisedQuarter(Answer):
    """What was first won in 90 days."""

    period_from: date
    period_to: date
    cells_won: int = Field(description="Cells that brought revenue for the first time")
    cells_won_in_new_buying_centers: int = Field(description="Of these, those in buying centers that were new, too")
    new_buying_centers: int = Field(description="Buying centers whose first win of all it was")


class WhitespaceGrid(Answer):
    """An account's whitespace on a day: buying centers by offerings."""

    account_id: UUID
    as_of: date
    currency: str = Field(description="The reporting currency", examples=["USD"])
    cells: list[WhitespaceCell] = Field(description="Those with most whitespace first, then by revenue")
    cells_left_out: int = Field(description="How many more there are that were not asked for")
    buying_centers: list[WhitespaceLine]
    offerings: list[WhitespaceLine]
    totals: WhitespaceTotals
    unplaced: UnplacedDeals
    three_times_test: ThreeTimesTest
    colonisation: list[ColonisedQuarter] = Field(description="The last four quarters of 90 days, the latest first")


def shown(account_id: AccountId, grid: Grid, wanted: CellState | None, limit: int) -> dict[str, Any]:
    """The grid as it is shown, with some of its cells; sums are of all."""
    cells = [cell for cell in grid.cells if wanted in {None, cell.state}][:limit]
    test = grid.test
    return {
        "account_id": account_id,
        "as_of": grid.as_of,
        "currency": grid.currency,
        "cells": [_cell(cell) for cell in cells],
        "cells_left_out": len(grid.cells) - len(cells),
        "buying_centers": [_line(line) for line in grid.buying_centers],
        "offerings": [_line(line) for line in grid.offerings],
        "totals": _totals(grid.totals),
        "unplaced": {
            "revenue": _rounded(grid.unplaced.revenue),
            "open_pipeline": _rounded(grid.unplaced.pipeline),
            "deals_won": grid.unplaced.won,
            "deals_open": grid.unplaced.open,
        },
        "three_times_test": {
            "ratio": _rounded(test.ratio),
            "ratio_from": test.ratio_from,
            "covered_share": _rounded(test.covered_share),
            "covered_below": test.covered_below,
            "flagged": test.flagged,
        },
        "colonisation": [
            {
                "period_from": quarter.first,
                "period_to": quarter.last,
                "cells_won": quarter.cells,
                "cells_won_in_new_buying_centers": quarter.cells_in_new_centers,
                "new_buying_centers": quarter.new_centers,
            }
            for quarter in grid.quarters
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "buying_center_id": cell.buying_center_id,
        "offering_id": cell.offering_id,
        "in_catalogue": cell.active,
        "state": cell.state,
        "stated_on": cell.said_on,
        "counts_as_whitespace": cell.vacant,
        "revenue": _rounded(cell.bought.revenue),
        "last_won_on": cell.bought.last_won_on,
        "open_pipeline": _rounded(cell.bought.pipeline),
        "potential": _rounded(cell.potential),
        "potential_from": cell.how,
        "potential_among": cell.among,
        "confidence": cell.confidence,
        "wallet_share": _rounded(cell.wallet_share),
        "whitespace": _rounded(cell.whitespace),
        "remaining": _rounded(cell.remaining),
        "competitor": cell.rival,
        "covered": cell.strategy.covered,
        "owner_user_id": cell.strategy.owner_user_id,
        "next_step": cell.strategy.next_step,
        "due_on": cell.strategy.due_on,
        "open_actions": cell.strategy.actions,
    }


def _line(line: Line) -> dict[str, Any]:
    return {"id": line.id, "name": line.name, "code": line.code, "totals": _totals(line.totals)}


def _totals(found: Totals) -> dict[str, Any]:
    return {
        "cells": found.cells,
        "cells_of_whitespace": found.vacant,
        "cells_without_potential": found.without_potential,
        "whitespace": _rounded(found.whitespace),
        "covered": round(found.covered, DECIMALS),
        "covered_share": _rounded(found.covered_share),
        "remaining": _rounded(found.remaining),
        "revenue": _rounded(found.revenue),
        "open_pipeline": _rounded(found.pipeline),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DECIMALS)
