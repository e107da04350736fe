"""SQL of submissions: how far each side is, and, apart from that, what it says."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import users
from app.calibration.core.parties import Party
from app.calibration.tables import calibration_invitations, calibration_submissions
from app.kernel.ids import TenantId

rows = calibration_submissions.c


async def standing(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, round_: int
) -> Sequence[RowMapping]:
    """How far each side is in a round, and who wrote last; not a word of what they say is read here."""
    invited = calibration_invitations.c
    statement = (
        select(
            rows.id, rows.party, rows.sealed_at, rows.version,
            func.coalesce(users.c.name, invited.name).label("by"),
        )
        .select_from(
            calibration_submissions.outerjoin(
                users, and_(users.c.tenant_id == rows.tenant_id, users.c.id == rows.user_id)
            ).outerjoin(
                calibration_invitations,
                and_(invited.tenant_id == rows.tenant_id, invited.id == rows.invitation_id),
            )
        )
        .where(rows.tenant_id == tenant_id, rows.calibration_id == calibration_id, rows.round == round_)
    )  # fmt: skip
    return (await connection.execute(statement)).mappings().all()


async def documents(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, round_: int, parties: Sequence[Party]
) -> dict[Party, dict[str, Any]]:
    """What sides say in a round; those who may not be read are not to be asked for."""
    statement = select(rows.party, rows.document).where(
        rows.tenant_id == tenant_id,
        rows.calibration_id == calibration_id,
        rows.round == round_,
        rows.party.in_(parties),
    )
    return {row.party: row.document for row in await connection.execute(statement)}


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(calibration_submissions).values(**values))


async def change(
    connection: AsyncConnection, tenant_id: TenantId, submission_id: UUID, values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(calibration_submissions)
        .where(rows.tenant_id == tenant_id, rows.id == submission_id)
        .values(**values, version=rows.version + 1, updated_at=func.now())
    )
