"""SQL of how people of both sides rate how they fit."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.parties import Party
from app.calibration.tables import compatibility_ratings
from app.kernel.ids import TenantId

ratings = compatibility_ratings.c
# What a person says anew takes the place of what they said before.
_SAID_ANEW = ("value", "comment", "rated_on", "key_id")


async def rated(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> dict[Party, int]:
    """How many dimensions each side has rated; a side that rated none is absent."""
    statement = (
        select(ratings.party, func.count(ratings.dimension.distinct()).label("dimensions"))
        .where(*_that_count(tenant_id, calibration_id))
        .group_by(ratings.party)
    )
    return {row.party: row.dimensions for row in await connection.execute(statement)}


async def said(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, parties: Sequence[Party]
) -> Sequence[RowMapping]:
    """What the people of these sides think."""
    statement = (
        select(compatibility_ratings)
        .where(*_that_count(tenant_id, calibration_id), ratings.party.in_(parties))
        .order_by(ratings.id)
    )
    return (await connection.execute(statement)).mappings().all()


def _that_count(tenant_id: TenantId, calibration_id: UUID) -> list[ColumnElement[bool]]:
    return [
        ratings.tenant_id == tenant_id,
        ratings.calibration_id == calibration_id,
        ratings.invalidated_at.is_(None),
    ]


async def say(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep a person's ratings, in place of those that the person gave of the same dimensions before."""
    statement = insert(compatibility_ratings).values([dict(row) for row in rows])
    fresh = statement.excluded
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "calibration_id", "party", "dimension", "user_id", "invitation_id"],
            index_where=ratings.invalidated_at.is_(None),
            set_={
                **{name: fresh[name] for name in _SAID_ANEW},
                "version": ratings.version + 1,
                "updated_at": func.now(),
            },
        )
    )
