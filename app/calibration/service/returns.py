"""How long it takes until accounts have brought in what was put into them, by whether they were calibrated with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.durations import Spell, time_to_end
from app.calibration.core.returns import Comparison
from app.calibration.queries import returns as queries
from app.calibration.service import calibrations
from app.kernel.ids import TenantId
from app.kernel.periods import day_asked
from app.resourcing.service.costs import unit_costs


@dataclass(frozen=True, slots=True)
class Returns:
    """The comparison as of a day; left out: uses of resources without a price, and deals without a rate."""

    as_of: date
    currency: str
    comparison: Comparison
    uses_left_out: int
    deals_left_out: int


async def find(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> Returns:
    """How long it takes; in as many statements for any number of accounts."""
    day = day_asked(as_of, calibrations.today(), pointer="/query/as_of")
    costs = await unit_costs(connection, tenant_id, day)
    rows = await queries.to_return(connection, tenant_id, day, costs.currency, costs.by_resource)
    return Returns(
        as_of=day,
        currency=costs.currency,
        comparison=Comparison(
            calibrated=time_to_end(_spells(rows, calibrated=True)), others=time_to_end(_spells(rows, calibrated=False))
        ),
        uses_left_out=sum(row["no_price"] for row in rows),
        deals_left_out=sum(row["no_rate"] for row in rows),
    )


def _spells(rows: Sequence[RowMapping], *, calibrated: bool) -> list[Spell]:
    counted = [row for row in rows if row["counted"] and row["calibrated"] is calibrated]
    return [Spell(row["days"], row["ended"]) for row in counted for _ in range(row["count"])]
