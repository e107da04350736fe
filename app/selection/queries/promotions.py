"""SQL of promotions into key status."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts
from app.kernel.ids import TenantId
from app.selection.tables import lifecycle_moves

moves = lifecycle_moves.c


async def promotions(
    connection: AsyncConnection,
    tenant_id: TenantId,
    came_from: tuple[str, ...],
    since: date | None,
    until: date,
) -> Sequence[RowMapping]:
    """When which accounts were selected that were in one of the states `came_from`, the latest first."""
    statement = (
        select(moves.account_id, accounts.c.name.label("account_name"), moves.moved_on.label("promoted_on"))
        .join(accounts, and_(accounts.c.tenant_id == tenant_id, accounts.c.id == moves.account_id))
        .where(
            moves.tenant_id == tenant_id,
            moves.to_state == "selected",
            moves.from_state.in_(came_from),
            moves.moved_on <= until,
        )
        .order_by(moves.moved_on.desc(), moves.id.desc())
    )
    if since is not None:
        statement = statement.where(moves.moved_on >= since)
    return (await connection.execute(statement)).mappings().all()
