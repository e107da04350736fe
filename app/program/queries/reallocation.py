"""SQL of what accounts hold and use of resources, of what was asked for in vain, and of what there is."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.kernel.periods import QUARTER_DAYS
from app.resourcing.queries.lines import WHOLE, lines

_THERE = "JOIN accounts a ON a.tenant_id = :tenant_id AND a.id = {0}.account_id AND a.removed_at IS NULL"


async def holdings(connection: AsyncConnection, tenant_id: TenantId, today: date) -> Sequence[RowMapping]:
    """What each account was entitled to of each resource, and used, in the 90 days that end today."""
    until = today + timedelta(days=1)
    values = {"tenant_id": tenant_id, "from_on": until - timedelta(days=QUARTER_DAYS), "until_on": until}
    return (await connection.execute(_HOLDINGS, values)).mappings().all()


_HOLDINGS = text(
    f"{lines(WHOLE, 'all')} SELECT l.account_id, l.resource_id, l.entitled, l.used FROM lines l {_THERE.format('l')}"
)


async def wishes(connection: AsyncConnection, tenant_id: TenantId, today: date) -> Sequence[RowMapping]:
    """By account and resource, how much was asked for and is not promised.

    Counted is what waits for an answer; else what was declined in the last 90 days, once, unless it was granted since.
    """
    values = {"tenant_id": tenant_id, "since": today - timedelta(days=QUARTER_DAYS)}
    return (await connection.execute(_WISHES, values)).mappings().all()


_WISHES = text(
    "SELECT c.account_id, c.resource_id,"
    " coalesce(sum(c.quantity) FILTER (WHERE c.state <> 'declined'), max(c.quantity)) AS quantity"
    f" FROM commitments c {_THERE.format('c')}"
    " WHERE c.tenant_id = :tenant_id AND (c.state IN ('requested', 'countered') OR c.state = 'declined'"
    "  AND c.closed_on > :since AND NOT EXISTS (SELECT FROM commitments g WHERE g.tenant_id = :tenant_id"
    "  AND g.account_id = c.account_id AND g.resource_id = c.resource_id AND g.accepted_on >= c.closed_on))"
    " GROUP BY c.account_id, c.resource_id"
)


async def resources(connection: AsyncConnection, tenant_id: TenantId, today: date) -> Sequence[RowMapping]:
    """The active resources, each with what there is of it in the quarter that today is in."""
    return (await connection.execute(_RESOURCES, {"tenant_id": tenant_id, "today": today})).mappings().all()


_RESOURCES = text(
    "SELECT r.id, r.code, r.name, r.function, r.unit, coalesce(q.capacity, r.capacity) AS capacity FROM resources r"
    " LEFT JOIN resource_capacities q ON q.tenant_id = :tenant_id AND q.resource_id = r.id"
    "  AND q.quarter = CAST(date_trunc('quarter', CAST(CAST(:today AS date) AS timestamp)) AS date)"
    " WHERE r.tenant_id = :tenant_id AND r.active ORDER BY r.code"
)
