"""What became of accounts after their resets: revenue, retention and satisfaction, beside what was feared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.errors import Conflict
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import Window, day_asked
from app.metrics import service as metrics
from app.retiering.core.aftermath import Aftermath, Checkpoint, aftermath, checkpoints
from app.retiering.service.resets import require, today

# What the customer says, at each checkpoint beside the day of the reset.
SAID: Final = ("csat", "nps")


class ResetNotComplete(Conflict):
    """The relationship reset was not complete by then."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A checkpoint, what is known at it, and what the customer said then and when the reset was complete, by metric."""

    at: Checkpoint
    found: Aftermath
    said: dict[str, tuple[float | None, float | None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an account by a day. currency: of the revenue."""

    retiering_id: UUID
    account_id: AccountId
    as_of: date
    completed_on: date
    feared_loss_share: float | None
    currency: str
    checkpoints: Sequence[Looked]


async def outcome(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, as_of: date | None) -> Outcome:
    """What became of the account 3, 6 and 12 months after, as far as it is known on a day."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    row = await require(connection, tenant_id, retiering_id)
    completed_on = row["completed_on"]
    if completed_on is None or completed_on > day:
        raise ResetNotComplete(f"on {day} it was under way; there is nothing to look back at yet")
    account_id, feared = AccountId(row["account_id"]), row["feared_loss_share"]
    account_id = (await metrics.successors(connection, tenant_id, day, [account_id])).get(account_id) or account_id

    all_of_them = checkpoints(completed_on)
    reached = [at for at in all_of_them if at.on <= day]
    found = await _since(connection, tenant_id, account_id, (completed_on, day), reached, feared)
    days = [completed_on, *(at.on for at in reached)]
    currency, said = await _said(connection, tenant_id, account_id, days)
    nothing: dict[str, tuple[float | None, float | None]] = {key: (said[0][key], None) for key in SAID}
    looked = [
        Looked(at, one, {key: (said[0][key], now[key]) for key in SAID})
        for at, one, now in zip(reached, found, said[1:], strict=True)
    ]
    looked += [Looked(at, Aftermath("too_early"), nothing) for at in all_of_them[len(reached) :]]
    return Outcome(retiering_id, account_id, day, completed_on, feared, currency, looked)


async def _since(  # of whom, after which day, as known when, up to which days, and what was feared
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    days: tuple[date, date],
    reached: Sequence[Checkpoint],
    feared: float | None,
) -> list[Aftermath]:
    """What the account spent in the days up to each checkpoint, against as many before; one reading of its deals."""
    completed_on, day = days
    if not reached:
        return []
    windows = [
        window
        for at in reached
        for window in (Window(completed_on - timedelta(days=at.days), completed_on), Window(completed_on, at.on))
    ]
    spent = await metrics.revenue_within(connection, tenant_id, windows, known_on=day, account_id=account_id)
    value = [None if np.isnan(one) else float(one) for one in spent.value]
    won = [int(one) for one in spent.deals]
    places = range(0, len(windows), 2)
    return [aftermath(value[at], value[at + 1], (won[at], won[at + 1]), feared) for at in places]


async def _said(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, days: Sequence[date]
) -> tuple[str, list[dict[str, float | None]]]:
    """The organization's currency, and what the customer said by each day, which are four at most."""
    found = [
        await metrics.measured(connection, tenant_id, as_of=day, keys=SAID, account_ids=[account_id]) for day in days
    ]
    return found[0].currency, [{key: one.value(key, 0) for key in SAID} for one in found]
