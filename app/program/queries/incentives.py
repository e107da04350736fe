"""SQL of what key account managers are paid for, from which day on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.program.tables import incentive_plans

plans = incentive_plans.c


async def in_force(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> Sequence[RowMapping]:
    """The plan of each person that held on a day, and the one without a person that holds for all others."""
    statement = (
        select(incentive_plans)
        .ext(distinct_on(plans.user_id))
        .where(plans.tenant_id == tenant_id, plans.from_on <= as_of)
        .order_by(plans.user_id, plans.from_on.desc())
    )
    return (await connection.execute(statement)).mappings().all()


async def save(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Keep a plan; one of the same person and day is replaced."""
    changed = {name: value for name, value in values.items() if name not in {"tenant_id", "id", "user_id", "from_on"}}
    statement = (
        upsert(incentive_plans)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["tenant_id", "user_id", "from_on"],
            set_={**changed, "version": plans.version + 1, "updated_at": func.now()},
        )
    )
    await connection.execute(statement)
