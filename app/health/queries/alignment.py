"""SQL of what is done for the goals of a plan: its actions, and the resources that were promised for them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId

# What was dropped, and what was declined, taken back or missed, stands behind nothing.
_HELD = text(
    "SELECT a.goal, 'action' AS kind, a.side, a.owner_user_id AS user_id, u.function"
    " FROM plan_actions a LEFT JOIN users u ON u.tenant_id = :tenant_id AND u.id = a.owner_user_id"
    " WHERE a.tenant_id = :tenant_id AND a.plan_id = :plan_id AND a.state <> 'dropped'"
    " UNION ALL SELECT a.goal, 'commitment', 'supplier', c.owner_user_id, r.function"
    " FROM commitments c JOIN plan_actions a ON a.tenant_id = :tenant_id AND a.id = c.plan_action_id"
    " JOIN resources r ON r.tenant_id = :tenant_id AND r.id = c.resource_id"
    " WHERE c.tenant_id = :tenant_id AND a.plan_id = :plan_id AND c.state IN ('accepted', 'delivered')"
)


async def held(connection: AsyncConnection, tenant_id: TenantId, plan_id: UUID) -> Sequence[RowMapping]:
    """What is done, each with the goal that it is for, and by whom."""
    return (await connection.execute(_HELD, {"tenant_id": tenant_id, "plan_id": plan_id})).mappings().all()


_KAM = text("SELECT kam_user_id FROM accounts WHERE tenant_id = :tenant_id AND id = :account_id")


async def kam_of(connection: AsyncConnection, tenant_id: TenantId, account_id: UUID) -> UUID | None:
    """Whose account it is."""
    kam: UUID | None = await connection.scalar(_KAM, {"tenant_id": tenant_id, "account_id": account_id})
    return kam
