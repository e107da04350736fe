"""Whether accounts were calibrated with the customer before they were promoted into key status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.tested import Frequency, frequency, was_tested
from app.calibration.service import standing as calibrated
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.selection.core.lifecycle import IN_PROGRAM, PROMOTED_FROM, Standing
from app.selection.queries import promotions as queries
from app.selection.service.keeping import today


@dataclass(frozen=True, slots=True)
class Promotions:
    """Promotions of some days: how many there were, and those that were not tested by a calibration."""

    since: date | None
    until: date
    count: int
    untested: Sequence[RowMapping]

    @property
    def frequency(self) -> Frequency | None:
        """The same in a word; None without any."""
        return frequency(self.tested, self.count)

    @property
    def tested(self) -> int:
        return self.count - len(self.untested)

    @property
    def rate(self) -> float | None:
        """Which share was tested; None without any."""
        return self.tested / self.count if self.count else None


async def promotions(
    connection: AsyncConnection, tenant_id: TenantId, since: date | None, until: date | None
) -> Promotions:
    """The promotions from a day to another, both included; up to today when not said otherwise."""
    last = day_asked(until, today(), pointer="/query/to")
    rows = await queries.promotions(connection, tenant_id, PROMOTED_FROM, since, last)
    completed = await calibrated.completed(
        connection, tenant_id, sorted({AccountId(row["account_id"]) for row in rows})
    )
    untested = [row for row in rows if not was_tested(row["promoted_on"], completed.get(row["account_id"], ()))]
    return Promotions(since, last, len(rows), untested)


async def uncalibrated(
    connection: AsyncConnection, tenant_id: TenantId, standings: Sequence[tuple[AccountId, Standing]]
) -> set[AccountId]:
    """Of accounts, those in the program with which no calibration was completed yet; one statement at most."""
    inside = [account_id for account_id, standing in standings if standing.state in IN_PROGRAM]
    if not inside:
        return set()
    return set(inside) - await calibrated.completed_before(connection, tenant_id, inside, today())
