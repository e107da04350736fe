"""Revenue by its three motions: of one account, of the whole portfolio, and deal by deal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.health.core.motions import (
    MOTIONS,
    NOW,
    OPEN,
    MotionName,
    MotionSums,
    Period,
    Portfolio,
    Told,
    period,
    together,
)
from app.health.queries import motions as queries
from app.health.queries.motions import Windows
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.core.measured import Vector
from app.metrics.families.reading import Reading

DealState = Literal["won", "open"]
Order = Literal["revenue", "continuation", "cross_sell", "expansion"]
SPANS: dict[DealState, int] = {"won": NOW, "open": OPEN}
DEALS = Keyset(
    {"closed_on": queries.CLOSED_ON, "created_on": queries.CREATED_ON, "amount": queries.AMOUNT},
    tiebreak=queries.ID,
    default="-closed_on",
)


@dataclass(frozen=True, slots=True)
class WantedDeals:
    """Which deals are to be listed: of which period, of one motion, in one state."""

    first: date | None
    last: date | None
    motion: MotionName | None
    state: DealState | None


async def of_account(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, first: date | None, last: date | None
) -> Told:
    """An account's revenue of a period by motion, as it was known when the period ended."""
    wanted, reading = await _reading(connection, tenant_id, first, last, (account_id,))
    found = await _sums(reading, wanted)
    return Told(account_id, wanted, reading.currency, together(found))


async def of_portfolio(  # whose, which days, which accounts first, how many
    connection: AsyncConnection,
    tenant_id: TenantId,
    first: date | None,
    last: date | None,
    *,
    by: Order,
    limit: int,
) -> Portfolio:
    """The same of all accounts together, and of those with most revenue, or with most of one motion."""
    wanted, reading = await _reading(connection, tenant_id, first, last, None)
    found = await _sums(reading, wanted)

    leading = _leading(found, by, limit)
    told = Told(None, wanted, reading.currency, together(found))

    ids = [_id_at(reading, row) for row in leading]
    names = await accounts.account_names(connection, tenant_id, ids)
    each = [together(found.of(np.array([row]))) for row in leading]
    shown = [(one, names.get(one), motions) for one, motions in zip(ids, each, strict=True)]
    return Portfolio(told, tuple(shown))


async def deals(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest, wanted: WantedDeals
) -> Slice[RowMapping]:
    """A page of the deals that were won in the period and of those open at its end, each with its motion."""
    days, reading = await _reading(connection, tenant_id, wanted.first, wanted.last, (account_id,))
    chosen = queries.listed(
        reading,
        _windows(days),
        motion=None if wanted.motion is None else MOTIONS.index(wanted.motion),
        span=None if wanted.state is None else SPANS[wanted.state],
    )
    rows = (await connection.execute(DEALS.page(chosen, asked))).all()
    return DEALS.cut(rows, asked, by_name)


async def _reading(
    connection: AsyncConnection,
    tenant_id: TenantId,
    first: date | None,
    last: date | None,
    account_ids: Sequence[AccountId] | None,
) -> tuple[Period, Reading]:
    wanted = period(first, day_asked(last, datetime.now(UTC).date(), pointer="/query/to"))
    reading = await metrics.reading_of(connection, tenant_id, wanted.last, account_ids)
    reach = max(reading.rates_reach_days, (wanted.last - wanted.before).days + 1)
    return wanted, replace(reading, rates_reach_days=reach)


def _id_at(reading: Reading, row: int) -> AccountId:
    upper, lower = reading.places.ids[row].tolist()
    return AccountId(UUID(int=upper << 64 | lower))


def _windows(wanted: Period) -> Windows:
    return Windows(wanted.after, wanted.before)


async def _sums(reading: Reading, wanted: Period) -> MotionSums:
    table = await queries.sums(reading, _windows(wanted))
    at = (table.rows, table.whole("span"), table.whole("motion"))

    def summed(column: str) -> Vector:
        result = np.zeros((reading.accounts, 3, 3))
        np.add.at(result, at, np.nan_to_num(table[column]))
        return result

    known = "opportunities" in reading.recorded
    return MotionSums(summed("deals"), summed("counted"), summed("worth"), known=known)


def _leading(sums: MotionSums, by: Order, limit: int) -> NDArray[np.intp]:
    """The accounts with deals in the period that have most of what is asked for, the most first."""
    value = sums.revenue(NOW) if by == "revenue" else sums.amounts()[:, NOW, MOTIONS.index(by)]
    there = np.flatnonzero(~np.isnan(value) & (sums.deals[:, NOW].sum(axis=1) > 0))
    ordered: NDArray[np.intp] = there[np.argsort(-value[there], kind="stable")]
    return ordered[:limit]
