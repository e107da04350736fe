"""Looks back at accounts that the rules would have let go: those that people kept, and those that they let go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import Window, day_asked
from app.metrics import service as metrics
from app.retiering.core.kept_outcomes import HORIZONS, Case, Change, Horizon, horizons
from app.retiering.core.recommendation import LESS
from app.retiering.queries import outcomes as queries
from app.retiering.service.recommending import today

# Of this many months after the health of accounts with less is told beside the published figure.
HEALTHIER_AFTER: Final = 6


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The cases as of a day, and how they went on."""

    as_of: date
    cases: Sequence[Case]
    horizons: Sequence[Horizon]

    @property
    def kept(self) -> int:
        return sum(case.kept for case in self.cases)

    @property
    def reduced(self) -> int:
        """Of how many the resources were really reduced."""
        return sum(case.resources_less and not case.kept for case in self.cases)

    @property
    def healthier(self) -> tuple[int, int]:
        """Of those, how many have a known change of health, and in how many of them it rose."""
        changes = [
            case.after[HEALTHIER_AFTER].health
            for case in self.cases
            if case.resources_less and not case.kept and HEALTHIER_AFTER in case.after
        ]
        known = [change for change in changes if change is not None]
        return len(known), sum(change > 0 for change in known)


async def outcomes(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> Outcomes:
    """All decisions that stood by a day on accounts of which less was recommended; statements do not grow with them."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    rows = await queries.decided(connection, tenant_id, day, LESS)
    changes = await _changes(connection, tenant_id, rows, day) if rows else []
    cases = [
        Case(row["decision"] not in LESS, row["keeping_reason"], row["resources_less"] > 0, change)
        for row, change in zip(rows, changes, strict=True)
    ]
    return Outcomes(day, cases, horizons(cases))


async def _changes(
    connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping], day: date
) -> list[dict[int, Change]]:
    """By decision, what became of the account after each number of months that has passed by the day."""
    named = sorted({AccountId(row["account_id"]) for row in rows})
    standing = await metrics.successors(connection, tenant_id, day, named)
    whose = [(AccountId(row["account_id"]), row["decided_on"]) for row in rows]
    keys = [
        (place, months)
        for place, (_, on) in enumerate(whose)
        for months, days in HORIZONS.items()
        if on + timedelta(days=days) <= day
    ]
    revenue = await _revenue(connection, tenant_id, [(*whose[at], months) for at, months in keys], standing, day)
    health = await _health(connection, tenant_id, [(*whose[at], months) for at, months in keys])
    found: list[dict[int, Change]] = [{} for _ in rows]
    for (place, months), spent, felt in zip(keys, revenue, health, strict=True):
        found[place][months] = Change(spent, felt)
    return found


_Since = tuple[AccountId, date, int]


async def _revenue(
    connection: AsyncConnection,
    tenant_id: TenantId,
    since: Sequence[_Since],
    standing: Mapping[AccountId, AccountId | None],
    day: date,
) -> list[float | None]:
    windows = [
        (standing.get(account_id) or account_id, window)
        for account_id, on, months in since
        for window in _around(on, timedelta(days=HORIZONS[months]))
    ]
    if not windows:
        return []
    spent = (await metrics.revenue_of_each(connection, tenant_id, windows, known_on=day)).value
    return [
        None if np.isnan(before) or np.isnan(after) or before <= 0 else float(after / before - 1)
        for before, after in spent.reshape(-1, 2)
    ]


def _around(on: date, span: timedelta) -> tuple[Window, Window]:
    return Window(on - span, on), Window(on, on + span)


async def _health(connection: AsyncConnection, tenant_id: TenantId, since: Sequence[_Since]) -> list[float | None]:
    days = [(account_id, at) for account_id, on, months in since for at in (on, on + timedelta(days=HORIZONS[months]))]
    kept = await queries.health_on(connection, tenant_id, days) if days else []
    pairs = zip(kept[::2], kept[1::2], strict=True)
    return [None if before is None or after is None else after - before for before, after in pairs]
