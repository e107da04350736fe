"""SQL of promotions into key status."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Date, and_, cast, func, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts
from app.kernel.ids import TenantId
from app.selection.tables import lifecycle_moves

moves = lifecycle_moves.c
_PROMOTED_ON = cast(func.timezone("UTC", moves.created_at), Date)


async def promotions(
    connection: AsyncConnection,
    tenant_id: TenantId,
    came_from: tuple[str, ...],
    since: datetime | None,
    before: datetime,
) -> Sequence[RowMapping]:
    """When which accounts were selected that were in one of the states `came_from`, the latest first."""
    statement = (
        select(moves.account_id, accounts.c.name.label("account_name"), _PROMOTED_ON.label("promoted_on"))
        .join(accounts, and_(accounts.c.tenant_id == tenant_id, accounts.c.id == moves.account_id))
        .where(
            moves.tenant_id == tenant_id,
            moves.to_state == "selected",
            moves.from_state.in_(came_from),
            moves.created_at < before,
        )
        .order_by(moves.created_at.desc(), moves.id.desc())
    )
    if since is not None:
        statement = statement.where(moves.created_at >= since)
    return (await connection.execute(statement)).mappings().all()
