"""SQL of the supplier's people, as those who judge need them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import users
from app.infra.rows import among
from app.kernel.ids import TenantId, UserId


async def people(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UserId]) -> Sequence[RowMapping]:
    statement = select(users.c.id, users.c.name, users.c.function, users.c.active).where(
        users.c.tenant_id == tenant_id, among(users.c.id, ids)
    )
    return (await connection.execute(statement)).mappings().all()
