"""The doors of backtests of warnings: asking for one, and what came of it."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from app.health.core.warning_backtest.walk import UnusableWalk
from app.health.schemas.warning_backtests import (
    WarningBacktestAnswer,
    WarningBacktestBody,
    WarningBacktestSummary,
    backtest_shown,
    backtest_summed_up,
)
from app.health.service import warning_backtests as backtests
from app.health.service.warning_backtests import WarningBacktestId, WarningBacktestNotFound
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.jobs.schemas import JobAccepted, accepted
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["health"])


@router.post(
    "/warning-backtests",
    status_code=202,
    response_model=JobAccepted,
    responses=problems(UnusableWalk),
    openapi_extra=needs("health:write"),
)
async def start_warning_backtest(
    body: WarningBacktestBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Ask whether warnings would have told whose revenue falls.

    All accounts are judged on each day by what was known then, and warnings open and clear as they do day by day; the
    thresholds are today's. A decline is a year after the day with so much less revenue than the year before it; a dip
    that is made good is none. What a warning is worth shows beside the base rate, at which declines follow anyway.
    """
    job = await backtests.start(connection, caller.tenant_id, body.walk(), key_id=caller.key_id)
    return accepted(job, response)


@router.get(
    "/warning-backtests",
    response_model=Page[WarningBacktestSummary],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=needs("health:read"),
)
async def list_warning_backtests(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List the backtests of warnings, the newest first, with what any warning at all would have told."""
    found = await backtests.page(connection, tenant_id, asked)
    return {"data": [backtest_summed_up(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/warning-backtests/{backtest_id}",
    response_model=WarningBacktestAnswer,
    responses=problems(WarningBacktestNotFound),
    openapi_extra=needs("health:read"),
)
async def get_warning_backtest(
    backtest_id: Annotated[Id, Path(description="The backtest's id, which is its job's too")],
    tenant_id: CurrentTenant,
    connection: Connection,
) -> Any:
    """Read a backtest of warnings: rule by rule precision beside the base rate, recall, and how early it told."""
    return backtest_shown(await backtests.find(connection, tenant_id, WarningBacktestId(backtest_id)))
