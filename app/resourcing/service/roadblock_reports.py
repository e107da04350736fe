"""Roadblocks in all: what recurs from account to account, and for how long things have stood in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.resourcing.core.roadblocks import ageing, recurring
from app.resourcing.queries import escalating as queries
from app.resourcing.service.resources import today


@dataclass(frozen=True, slots=True)
class Ageing:
    """What stood in the way at the end of a day: in all, and by function; bands as in `core.roadblocks.ageing`."""

    as_of: date
    total: RowMapping
    by_function: Sequence[RowMapping]


async def recurring_now(connection: AsyncConnection, tenant_id: TenantId, day: date) -> list[recurring.Pattern]:
    """What recurs as of a day, what concerns the most accounts first."""
    rows = await queries.patterns(
        connection,
        tenant_id,
        after=recurring.counted_after(day),
        until=day,
        accounts=recurring.RECURRING_ACCOUNTS,
    )
    return [
        recurring.Pattern(**{**row, "accounts": tuple(row["accounts"]), "severities": tuple(row["severities"])})
        for row in rows
    ]


async def recurring_named(
    connection: AsyncConnection, tenant_id: TenantId
) -> tuple[list[recurring.Pattern], dict[AccountId, str]]:
    """What recurs today, and what the accounts in it are called."""
    found = await recurring_now(connection, tenant_id, today())
    of = sorted({AccountId(one) for pattern in found for one in pattern.accounts})
    return found, await accounts.account_names(connection, tenant_id, of)


async def aged(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> Ageing:
    """What stood in the way at the end of a day, today where none is asked for."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    total, *rows = await queries.ageing(connection, tenant_id, day, ageing.BANDS)
    return Ageing(day, total, rows)
