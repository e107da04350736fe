"""SQL of the third step: proposals, agreements, what the customer was told, and assumptions that nobody tried yet."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import contacts
from app.calibration.tables import (
    calibration_assumptions,
    calibration_invitations,
    level_agreements,
    level_communications,
    level_proposals,
)
from app.infra.rows import among
from app.kernel.ids import TenantId

proposals, agreements, told = level_proposals.c, level_agreements.c, level_communications.c


async def add_proposal(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    found = await connection.execute(insert(level_proposals).values(**values).returning(level_proposals))
    row: RowMapping = found.mappings().one()
    return row


async def add_agreement(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    found = await connection.execute(insert(level_agreements).values(**values).returning(level_agreements))
    row: RowMapping = found.mappings().one()
    return row


async def add_communication(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    found = await connection.execute(insert(level_communications).values(**values).returning(level_communications))
    row: RowMapping = found.mappings().one()
    return row


async def standing_proposals(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID
) -> Sequence[RowMapping]:
    """The last proposal of each party."""
    statement = (
        select(level_proposals)
        .ext(distinct_on(proposals.party))
        .where(
            proposals.tenant_id == tenant_id,
            proposals.calibration_id == calibration_id,
            proposals.invalidated_at.is_(None),
        )
        .order_by(proposals.party, proposals.id.desc())
    )
    found: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return found


async def standing_agreements(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID
) -> Sequence[RowMapping]:
    """The agreement of each party that has agreed."""
    statement = select(level_agreements).where(
        agreements.tenant_id == tenant_id,
        agreements.calibration_id == calibration_id,
        agreements.invalidated_at.is_(None),
    )
    return (await connection.execute(statement)).mappings().all()


async def take_agreement_back(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, party: str
) -> None:
    """What a party agreed to does not count any more."""
    statement = (
        update(level_agreements)
        .where(
            agreements.tenant_id == tenant_id,
            agreements.calibration_id == calibration_id,
            agreements.party == party,
            agreements.invalidated_at.is_(None),
        )
        .values(invalidated_at=func.now())
    )
    await connection.execute(statement)


def communications_of(tenant_id: TenantId, calibration_id: UUID) -> Select[Any]:
    """What the customer was told that counts."""
    return select(level_communications).where(
        told.tenant_id == tenant_id, told.calibration_id == calibration_id, told.invalidated_at.is_(None)
    )


async def communications(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID
) -> Sequence[RowMapping]:
    statement = communications_of(tenant_id, calibration_id).order_by(told.told_on.desc(), told.id.desc()).limit(50)
    found: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return found


async def untested(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> int:
    """How many assumptions nobody has tested or waived."""
    columns = calibration_assumptions.c
    statement = select(func.count()).where(
        columns.tenant_id == tenant_id,
        columns.calibration_id == calibration_id,
        columns.invalidated_at.is_(None),
        columns.state == "untested",
    )
    return int(await connection.scalar(statement) or 0)


async def contact_names(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What contacts are called."""
    statement = select(contacts.c.id, contacts.c.name).where(
        contacts.c.tenant_id == tenant_id, among(contacts.c.id, ids)
    )
    return {row.id: row.name for row in await connection.execute(statement)}


async def guest_names(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What people who were invited are called."""
    guests = calibration_invitations.c
    statement = select(guests.id, guests.name).where(guests.tenant_id == tenant_id, among(guests.id, ids))
    return {row.id: row.name for row in await connection.execute(statement)}
