"""The whitespace of an account as a grid: the cells that the metrics sum up, with the deals and strategies in them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.core.colonisation import FirstWin, colonisation
from app.health.core.whitespace import (
    Bought,
    Cell,
    Grid,
    Strategy,
    lines,
    three_times,
    together,
    totals,
)
from app.health.queries import whitespace as queries
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.tenancy import service as tenancy

KEYS: Final = ("whitespace_ratio", "whitespace_covered")
Place = tuple[UUID | None, UUID | None]


async def grid(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None) -> Grid:
    """The account's whitespace at the end of a day, today unless one is asked for."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    limits = (await tenancy.organization(connection, tenant_id)).warning_thresholds
    reading = await metrics.reading_of(connection, tenant_id, day, (account_id,), keys=KEYS)
    rows = await queries.cells(reading)
    deals = {(row["buying_center_id"], row["offering_id"]): row for row in await queries.bought(reading)}
    cells = _cells(rows, deals)
    centers = await queries.buying_centers(connection, tenant_id, {cell.buying_center_id for cell in cells})
    offerings = await queries.offerings(connection, tenant_id, {cell.offering_id for cell in cells})

    strategies = "strategies" in reading.recorded
    whole = totals(cells, strategies=strategies)
    pipeline = together([_bought(row) for row in deals.values()]).pipeline
    thresholds = (limits.whitespace_ratio_from, limits.whitespace_covered_below)
    return Grid(
        as_of=day,
        currency=reading.currency,
        cells=tuple(sorted(cells, key=_most_first)),
        buying_centers=lines(cells, attrgetter("buying_center_id"), centers, strategies=strategies),
        offerings=lines(cells, attrgetter("offering_id"), offerings, strategies=strategies),
        totals=whole,
        unplaced=together([_bought(row) for place, row in deals.items() if None in place]),
        test=three_times(whole.whitespace, pipeline, whole.covered_share, thresholds),
        quarters=tuple(colonisation(_first_wins(deals), day)),
    )


def _cells(rows: Sequence[RowMapping], deals: Mapping[Place, RowMapping]) -> list[Cell]:
    """The cells of the catalogue, and behind them those of deals about offerings that have left it."""
    found = {(row["buying_center_id"], row["offering_id"]): _cell(row, deals) for row in rows}
    gone = [_gone(center, offering, deals) for center, offering in deals if (center, offering) not in found]
    return [*found.values(), *(cell for cell in gone if cell is not None)]


def _cell(row: RowMapping, deals: Mapping[Place, RowMapping]) -> Cell:
    mine = deals.get((row["buying_center_id"], row["offering_id"]))
    return Cell(
        buying_center_id=row["buying_center_id"],
        offering_id=row["offering_id"],
        active=True,
        vacant=row["vacant"],
        potential=row["potential"],
        how=row["how"],
        among=row["among"],
        said=row["said_state"],
        said_on=row["said_on"],
        confidence=row["confidence"],
        competitor=row["competitor"],
        bought=Bought() if mine is None else _bought(mine),
        strategy=Strategy(
            row["owner_user_id"], row["next_step"], row["due_on"], row["actions"], row["pursued_on"] is not None
        ),
    )


def _gone(center: UUID | None, offering: UUID | None, deals: Mapping[Place, RowMapping]) -> Cell | None:
    row = deals[center, offering]
    if center is None or offering is None or not (row["won"] or row["open"]):
        return None
    return Cell(
        buying_center_id=center,
        offering_id=offering,
        active=False,
        vacant=False,
        potential=None,
        how=None,
        among=None,
        bought=_bought(row),
        strategy=Strategy(),
        said=None,
        said_on=None,
        confidence=None,
        competitor=None,
    )


def _bought(row: RowMapping) -> Bought:
    return Bought(
        won=row["won"],
        last_won_on=row["last_won_on"],
        recent=row["recent"],
        revenue=row["revenue"],
        open=row["open"],
        pipeline=row["pipeline"],
        expected=row["expected"],
        proposed=row["proposed"],
        lost_to=row["lost_to"],
    )


def _first_wins(deals: Mapping[Place, RowMapping]) -> list[FirstWin]:
    return [
        FirstWin(center, offering, row["first_won_on"])
        for (center, offering), row in deals.items()
        if center is not None and row["first_won_on"] is not None
    ]


def _most_first(cell: Cell) -> tuple[float, float, UUID, UUID]:
    return (-(cell.whitespace or 0.0), -(cell.bought.revenue or 0.0), cell.buying_center_id, cell.offering_id)
