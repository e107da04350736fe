"""SQL of invitations, and of the contacts whom they are for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts, contacts
from app.calibration.tables import calibration_invitations, calibrations
from app.kernel.ids import TenantId

rows = calibration_invitations.c
# The digest is read where a token is looked at, and nowhere else.
SHOWN = [column for column in rows if column.name not in {"tenant_id", "digest", "version", "updated_at", "key_id"}]


def has_left(tenant_id: TenantId) -> ColumnElement[bool]:
    """Whether an invitation is for a contact who is none of the customer's any more."""
    of, account, who = calibrations.c, accounts.c, contacts.c
    still_there = exists().where(
        who.tenant_id == tenant_id,
        who.id == rows.contact_id,
        who.active,
        who.removed_at.is_(None),
        of.tenant_id == tenant_id,
        of.id == rows.calibration_id,
        account.tenant_id == tenant_id,
        account.id == of.account_id,
        # A calibration may stay with an account that was merged, and contacts go on with the one that stands for both.
        or_(who.account_id == account.id, who.account_id == account.merged_into_id),
    )
    return and_(rows.contact_id.is_not(None), ~still_there)


async def by_public_id(connection: AsyncConnection, tenant_id: TenantId, public_id: str) -> RowMapping | None:
    """The invitation that a token names, with the digest of the token that is good, and whether its person `left`."""
    statement = select(calibration_invitations, has_left(tenant_id).label("left")).where(
        rows.tenant_id == tenant_id, rows.public_id == public_id
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def touch(connection: AsyncConnection, tenant_id: TenantId, invitation_id: UUID) -> None:
    await connection.execute(
        update(calibration_invitations)
        .where(rows.tenant_id == tenant_id, rows.id == invitation_id)
        .values(last_used_at=func.now())
    )


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(calibration_invitations).values(**values).returning(*SHOWN)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def find(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, invitation_id: UUID
) -> RowMapping | None:
    statement = _of(tenant_id, calibration_id).where(rows.id == invitation_id)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def revoke(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, invitation_id: UUID, at: datetime
) -> bool:
    """Revoke the invitation; False where it is not there, or was revoked before."""
    statement = (
        update(calibration_invitations)
        .where(
            rows.tenant_id == tenant_id,
            rows.calibration_id == calibration_id,
            rows.id == invitation_id,
            rows.revoked_at.is_(None),
        )
        .values(revoked_at=at, version=rows.version + 1, updated_at=func.now())
        .returning(rows.id)
    )
    return await connection.scalar(statement) is not None


def of_calibration(tenant_id: TenantId, calibration_id: UUID) -> Select[Any]:
    """The selection that a page of invitations is cut from."""
    return _of(tenant_id, calibration_id)


def _of(tenant_id: TenantId, calibration_id: UUID) -> Select[Any]:
    return select(*SHOWN, has_left(tenant_id).label("left")).where(
        rows.tenant_id == tenant_id, rows.calibration_id == calibration_id
    )


async def contact(
    connection: AsyncConnection, tenant_id: TenantId, account_id: UUID, contact_id: UUID
) -> RowMapping | None:
    """What an active contact of the account is called, and where they are written to."""
    found = contacts.c
    statement = select(found.name, found.email).where(
        found.tenant_id == tenant_id,
        found.id == contact_id,
        found.account_id == account_id,
        found.active,
        found.removed_at.is_(None),
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row
