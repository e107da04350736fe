"""Backtests of warnings: the rules walked through past days, against whose revenue declined afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NewType
from uuid import UUID

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.core.warning_backtest.course import Course, stacked
from app.health.core.warning_backtest.documents import result_document, walk_document, walk_from
from app.health.core.warning_backtest.outcomes import outcomes
from app.health.core.warning_backtest.walk import Walk, refuse_unusable
from app.health.core.warnings.aligned import aligned
from app.health.core.warnings.conditions import BEFORE_DAYS, Figures
from app.health.core.warnings.judging import Findings, findings
from app.health.core.warnings.limits import limits_of
from app.health.core.warnings.rules import RULES
from app.health.queries import warning_backtests as queries
from app.health.service.keeping import today
from app.health.service.warnings import KEYS, KEYS_BEFORE
from app.health.tables import warning_backtests
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.jobs import service as jobs
from app.jobs.core.job import Job
from app.jobs.service import JobContext
from app.kernel.errors import NotFound
from app.kernel.ids import AccountId, KeyId, TenantId
from app.metrics import service as metrics
from app.metrics.core.measured import Measured, Vector
from app.selection.service.tiers import tiers
from app.tenancy import service as tenancy

JOB: Final = "health.warning_backtest"
REVENUE: Final = "revenue_ltm"
WarningBacktestId = NewType("WarningBacktestId", UUID)
BACKTESTS = Keyset(
    {"created_at": warning_backtests.c.created_at}, tiebreak=warning_backtests.c.id, default="-created_at"
)


class WarningBacktestNotFound(NotFound):
    """No such backtest of warnings."""


@dataclass(frozen=True, slots=True)
class _Revenue:
    """What accounts spent in the year that ends with each walked day, (days, accounts), NaN where unknown."""

    days: Sequence[date]
    places: dict[AccountId, int]
    values: Vector


async def start(connection: AsyncConnection, tenant_id: TenantId, walk: Walk, *, key_id: KeyId | None) -> Job:
    """Ask for a backtest; the thresholds and cadences in force when it is carried out count on all of its days."""
    refuse_unusable(walk, today())
    job = await jobs.start(connection, tenant_id, JOB, {}, key_id=key_id)
    values = {"tenant_id": tenant_id, "id": job.id, "parameters": walk_document(walk), "key_id": key_id}
    await queries.add(connection, values)
    return job


async def find(connection: AsyncConnection, tenant_id: TenantId, backtest_id: WarningBacktestId) -> RowMapping:
    """One backtest."""
    row = await queries.find(connection, tenant_id, backtest_id)
    if row is None:
        raise WarningBacktestNotFound(str(backtest_id))
    return row


async def page(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[RowMapping]:
    """A page of the organization's backtests, the newest first."""
    rows = (await connection.execute(BACKTESTS.page(queries.listed(tenant_id), asked))).all()
    return BACKTESTS.cut(rows, asked, by_name)


async def carry_out(context: JobContext) -> dict[str, Any]:
    """Walk the days, see what followed, and keep it; one that was carried out is left as it is."""
    told = {"warning_backtest_id": str(context.job_id)}
    async with context.transaction() as connection:
        row = await find(connection, context.tenant_id, WarningBacktestId(context.job_id))
    if row["result"] is not None:
        return told
    walk = walk_from(row["parameters"])
    await context.progress(0, len(walk.days) + len(walk.days) + len(walk.days_after))

    revenue = await _revenue(context, walk)
    course = await _course(context, walk, revenue)
    result = await context.in_thread(_result, walk, revenue, course)

    async with context.transaction() as connection:
        await queries.finish(connection, context.tenant_id, context.job_id, result)
    return told


async def _revenue(context: JobContext, walk: Walk) -> _Revenue:
    """What accounts spent, seen from each day as of that day; accounts are those that were there on a judged day."""
    days = [*walk.days, *walk.days_after]
    found = []
    for number, day in enumerate(days, start=1):
        async with context.transaction() as connection:
            found.append(await metrics.measured(connection, context.tenant_id, as_of=day, keys=(REVENUE,)))
        await context.progress(number)
    judged = dict.fromkeys(one for measured in found[: len(walk.days)] for one in measured.account_ids)
    places = {account_id: place for place, account_id in enumerate(judged)}
    return _Revenue(days, places, np.stack([_spread(measured, places) for measured in found]))


def _spread(measured: Measured, places: dict[AccountId, int]) -> Vector:
    """A day's revenue in the places of the accounts; NaN of those that were not there."""
    values = np.full(len(places), np.nan)
    for account_id, value in zip(measured.account_ids, measured.values[REVENUE], strict=True):
        if account_id in places:
            values[places[account_id]] = value
    return values


async def _course(context: JobContext, walk: Walk, revenue: _Revenue) -> Course:
    """The warnings as they would have opened and cleared."""
    course = Course(len(revenue.places), len(RULES))
    for number, day in enumerate(walk.days, start=1):
        async with context.transaction() as connection:
            account_ids, found = await _findings(connection, context.tenant_id, day)
        there = [at for at, account_id in enumerate(account_ids) if account_id in revenue.places]
        rows = np.array([revenue.places[account_ids[at]] for at in there], dtype=np.intp)
        course.step(_of(found, there), rows, day)
        await context.progress(len(revenue.days) + number)
    return course


async def _findings(connection: AsyncConnection, tenant_id: TenantId, day: date) -> tuple[list[AccountId], Findings]:
    """What the rules find in all accounts on a day, by the facts that were known then."""
    earlier = day - timedelta(days=BEFORE_DAYS)
    measured = await metrics.measured(connection, tenant_id, as_of=day, keys=KEYS)
    before = await metrics.measured(connection, tenant_id, as_of=earlier, keys=KEYS_BEFORE)
    organization = await tenancy.organization(connection, tenant_id)
    tiered = await tiers(connection, tenant_id, day)
    own = [tiered[one].tier if one in tiered else None for one in measured.account_ids]
    limits = limits_of(organization.warning_thresholds, organization.cadences, own)
    figures = Figures(measured.values, aligned(before, measured), len(measured.account_ids))
    return measured.account_ids, findings(RULES, figures, limits)


def _of(found: Findings, rows: Sequence[int]) -> Findings:
    """What was found in some of the accounts."""
    chosen = np.array(rows, dtype=np.intp)
    return Findings(found.opens[chosen], found.goes_on[chosen], found.unknown[chosen])


def _result(walk: Walk, revenue: _Revenue, course: Course) -> dict[str, Any]:
    found = outcomes(revenue.days, revenue.values, judged=len(walk.days), decline=walk.decline)
    return result_document(RULES, stacked(course.opened), stacked(course.live), found)
