"""SQL of what each side expects of the other, and of how it was assessed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, insert, select, true, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.tables import expectation_assessments
from app.calibration.tables import expectations as table
from app.kernel.ids import TenantId

expectations, assessments = table.c, expectation_assessments.c


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    row: RowMapping = (await connection.execute(insert(table).values(**values).returning(table))).mappings().one()
    return row


async def find(
    connection: AsyncConnection, tenant_id: TenantId, expectation_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = select(table).where(expectations.tenant_id == tenant_id, expectations.id == expectation_id)
    found = await connection.execute(statement.with_for_update() if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def change(
    connection: AsyncConnection, tenant_id: TenantId, expectation_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    statement = (
        update(table)
        .where(expectations.tenant_id == tenant_id, expectations.id == expectation_id)
        .values(**values, version=expectations.version + 1, updated_at=func.now())
        .returning(table)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def count(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> int:
    """How many expectations of a calibration count."""
    statement = select(func.count()).where(*_of(tenant_id, calibration_id))
    return int(await connection.scalar(statement) or 0)


async def measurable_sides(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> set[str]:
    """The sides that owe something measurable."""
    statement = (
        select(expectations.owed_by)
        .distinct()
        .where(*_of(tenant_id, calibration_id), expectations.target.is_not(None), expectations.withdrawn_on.is_(None))
    )
    return set(await connection.scalars(statement))


def _of(tenant_id: TenantId, calibration_id: UUID) -> tuple[Any, ...]:
    return (
        expectations.tenant_id == tenant_id,
        expectations.calibration_id == calibration_id,
        expectations.invalidated_at.is_(None),
    )


def listed(tenant_id: TenantId, calibration_id: UUID, as_of: date, *, owed_by: str | None = None) -> Select[Any]:
    """The expectations of a calibration, with how each was assessed last by the end of a day."""
    last = (
        select(assessments.met, assessments.value, assessments.assessed_on, assessments.party.label("assessed_by"))
        .where(
            assessments.tenant_id == tenant_id,
            assessments.expectation_id == expectations.id,
            assessments.assessed_on <= as_of,
        )
        .order_by(assessments.assessed_on.desc(), assessments.id.desc())
        .limit(1)
        .lateral("last")
    )
    statement = (
        select(table, last.c.met, last.c.value, last.c.assessed_on, last.c.assessed_by)
        .outerjoin(last, true())
        .where(*_of(tenant_id, calibration_id))
    )
    return statement if owed_by is None else statement.where(expectations.owed_by == owed_by)


async def one(connection: AsyncConnection, tenant_id: TenantId, row: RowMapping, as_of: date) -> RowMapping:
    """An expectation that is there, as `listed` has it."""
    statement = listed(tenant_id, row["calibration_id"], as_of).where(expectations.id == row["id"])
    found: RowMapping = (await connection.execute(statement)).mappings().one()
    return found


async def all_of(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> Sequence[RowMapping]:
    """The expectations of a calibration that count."""
    statement = select(table).where(*_of(tenant_id, calibration_id))
    return (await connection.execute(statement)).mappings().all()


async def assess(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(expectation_assessments).values(**values).returning(expectation_assessments)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def last_assessment(
    connection: AsyncConnection, tenant_id: TenantId, expectation_id: UUID, as_of: date
) -> RowMapping | None:
    """How an expectation was assessed last by the end of a day."""
    statement = (
        select(expectation_assessments)
        .where(
            assessments.tenant_id == tenant_id,
            assessments.expectation_id == expectation_id,
            assessments.assessed_on <= as_of,
        )
        .order_by(assessments.assessed_on.desc(), assessments.id.desc())
        .limit(1)
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


def assessments_of(tenant_id: TenantId, expectation_id: UUID) -> Select[Any]:
    """The assessments of an expectation."""
    return select(expectation_assessments).where(
        assessments.tenant_id == tenant_id, assessments.expectation_id == expectation_id
    )


async def all_assessments(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, as_of: date
) -> Sequence[RowMapping]:
    """How the expectations of a calibration were assessed by the end of a day, in the order in which it was said."""
    statement = (
        select(assessments.expectation_id, assessments.assessed_on, assessments.met)
        .join(table, and_(expectations.tenant_id == tenant_id, expectations.id == assessments.expectation_id))
        .where(
            assessments.tenant_id == tenant_id,
            *_of(tenant_id, calibration_id),
            assessments.assessed_on <= as_of,
        )
        .order_by(assessments.id)
    )
    return (await connection.execute(statement)).mappings().all()
