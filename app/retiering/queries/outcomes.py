"""SQL of what became of accounts after it was decided to keep them, or to let them go."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId

# How old the newest health that was kept may be to count as that of a day.
FRESH_DAYS = 45


async def decided(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, recommended: Collection[str]
) -> Sequence[RowMapping]:
    """Decisions that stood by a day on accounts of which the rules recommended one of these; by day.

    resources_less: of how many resources the account is entitled to less on the day than on the eve of the decision.
    """
    values = {"tenant_id": tenant_id, "as_of": as_of, "recommended": sorted(recommended)}
    return (await connection.execute(_DECIDED, values)).mappings().all()


_IN_FORCE = "{0}.from_on <= {1} AND ({0}.until_on IS NULL OR {0}.until_on > {1})"
_DECIDED = text(
    "SELECT d.account_id, d.decision, d.keeping_reason, d.decided_on,"
    " (SELECT count(*) FROM (SELECT e.resource_id, sum(e.quantity) AS quantity FROM account_entitlements AS e"
    "   WHERE e.tenant_id = :tenant_id AND e.account_id = d.account_id"
    f"  AND {_IN_FORCE.format('e', 'd.decided_on - 1')} GROUP BY e.resource_id) AS had"
    "  WHERE had.quantity > (SELECT coalesce(sum(n.quantity), 0) FROM account_entitlements AS n"
    "   WHERE n.tenant_id = :tenant_id AND n.account_id = d.account_id AND n.resource_id = had.resource_id"
    f"  AND {_IN_FORCE.format('n', ':as_of')})) AS resources_less"
    " FROM (SELECT id, account_id, decision, keeping_reason, coalesce(approved_on, decided_on) AS decided_on"
    "  FROM retierings WHERE tenant_id = :tenant_id AND state = 'decided'"
    "  AND recommended = ANY(CAST(:recommended AS text[]))) AS d"
    " WHERE d.decided_on <= :as_of ORDER BY d.decided_on, d.id"
)


async def health_on(
    connection: AsyncConnection, tenant_id: TenantId, days: Sequence[tuple[AccountId, date]]
) -> list[float | None]:
    """The health of accounts, each on a day of its own, by the newest that was kept by then and is not too old."""
    values: dict[str, object] = {"tenant_id": tenant_id, "fresh": FRESH_DAYS}
    values |= {"whose": [UUID(str(account_id)) for account_id, _ in days], "days": [day for _, day in days]}
    rows = (await connection.execute(_HEALTH, values)).all()
    return [row.health for row in rows]


_HEALTH = text(
    "SELECT h.health FROM unnest(CAST(:whose AS uuid[]), CAST(:days AS date[])) WITH ORDINALITY"
    " AS s(account_id, on_day, number)"
    " LEFT JOIN LATERAL (SELECT health FROM health_scores WHERE tenant_id = :tenant_id AND account_id = s.account_id"
    "  AND as_of <= s.on_day AND as_of > s.on_day - CAST(:fresh AS integer) ORDER BY as_of DESC LIMIT 1) AS h ON true"
    " ORDER BY s.number"
)
