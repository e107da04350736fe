"""How fast new ground is won in an account: cells and buying centers by the quarter of their first win."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.kernel.periods import QUARTER_DAYS

QUARTERS = 4


@dataclass(frozen=True, slots=True)
class FirstWin:
    """A buying center's first deal of an offering (None: of none that is named) that was won."""

    buying_center_id: UUID
    offering_id: UUID | None
    won_on: date


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was opened up in the 90 days that end on a day: cells first won, of these in new centers; new centers."""

    first: date
    last: date
    cells: int
    cells_in_new_centers: int
    new_centers: int


def colonisation(wins: Sequence[FirstWin], as_of: date) -> list[Quarter]:
    """The last four trailing quarters, the latest first; a center is new in the quarter of its first win of all."""
    begun: dict[UUID, date] = {}
    for win in wins:
        begun[win.buying_center_id] = min(win.won_on, begun.get(win.buying_center_id, win.won_on))
    return [_quarter(wins, begun, as_of - timedelta(days=QUARTER_DAYS * back)) for back in range(QUARTERS)]


def _quarter(wins: Sequence[FirstWin], begun: dict[UUID, date], last: date) -> Quarter:
    after = last - timedelta(days=QUARTER_DAYS)
    new = {center for center, day in begun.items() if after < day <= last}
    won = [win.buying_center_id for win in wins if win.offering_id is not None and after < win.won_on <= last]
    return Quarter(
        first=after + timedelta(days=1),
        last=last,
        cells=len(won),
        cells_in_new_centers=sum(center in new for center in won),
        new_centers=len(new),
    )
