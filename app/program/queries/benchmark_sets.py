"""SQL of sets of published figures that were brought in."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, func, insert, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.program.queries import stated
from app.program.tables import benchmark_sets

sets = benchmark_sets.c


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    """A new set, with the next number of its name; who brings in the same name meanwhile waits."""
    names = {"name": f"{values['tenant_id']}/{values['name']}"}
    await connection.execute(_LOCK, names)
    number = (
        select(func.coalesce(func.max(sets.number), 0) + 1)
        .where(sets.tenant_id == values["tenant_id"], sets.name == values["name"])
        .scalar_subquery()
    )
    statement = insert(benchmark_sets).values(**values, number=number).returning(*benchmark_sets.columns)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))").bindparams(bindparam("name", type_=Text))


async def count(connection: AsyncConnection, tenant_id: TenantId) -> int:
    """How many sets there are."""
    statement = select(func.count()).select_from(benchmark_sets).where(sets.tenant_id == tenant_id)
    return int((await connection.execute(statement)).scalar_one())


async def find(connection: AsyncConnection, tenant_id: TenantId, set_id: UUID) -> RowMapping | None:
    return await stated.find(connection, benchmark_sets, tenant_id, set_id)


async def newest(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """The newest number of each set, by name."""
    statement = (
        select(benchmark_sets)
        .ext(distinct_on(sets.name))
        .where(sets.tenant_id == tenant_id)
        .order_by(sets.name, sets.number.desc())
    )
    return (await connection.execute(statement)).mappings().all()
