"""SQL of what belongs to each step: what does not count any more once the parties go back, and what that was."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    cast,
    distinct,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import Subquery

from app.calibration.core.compatibility import DIMENSIONS
from app.calibration.core.parties import PARTIES
from app.calibration.core.states import Step
from app.calibration.tables import (
    calibration_acknowledgements,
    calibration_investments,
    calibration_submissions,
    calibration_themes,
    compatibility_ratings,
    expectations,
    joint_opportunities,
    level_agreements,
    level_communications,
    level_proposals,
)
from app.kernel.ids import TenantId

# What was assumed and tried stays: that holds whichever step the parties are in.
RECORDS: Final[Mapping[Step, tuple[Table, ...]]] = {
    "exploring": (calibration_submissions, calibration_themes, joint_opportunities),
    "assessing": (compatibility_ratings,),
    "aligning": (level_proposals, level_agreements, level_communications),
    "investing": (calibration_investments, calibration_acknowledgements, expectations),
}
# What has to be done again where the parties are back in the step itself; the rest of its records can be changed there.
DECIDED_IN: Final[Mapping[Step, tuple[Table, ...]]] = {
    "exploring": RECORDS["exploring"],
    "aligning": (level_agreements, level_communications),
}
_NOT_TOLD: Final = (
    "tenant_id", "id", "calibration_id", "account_id", "invalidated_at", "key_id", "updated_at", "version",
)  # fmt: skip


async def invalidate(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, tables: Iterable[Table], at: datetime
) -> None:
    """Records of these tables, of which there are few, do not count any more."""
    for table in tables:
        columns = table.c
        await connection.execute(
            update(table)
            .where(
                columns.tenant_id == tenant_id,
                columns.calibration_id == calibration_id,
                columns.invalidated_at.is_(None),
            )
            .values(invalidated_at=at)
        )


def invalidated(tenant_id: TenantId, calibration_id: UUID, step: Step | None) -> Subquery:
    """Records that do not count any more, of one step or of all, with what they said.

    Ratings of the customer are among them only where both sides had rated everything, and so saw them then.
    """
    parts = [
        _told(table, name, tenant_id, calibration_id)
        for name, tables in RECORDS.items()
        for table in tables
        if step in {None, name}
    ]
    return union_all(*parts).subquery("invalidated")


def _told(table: Table, step: Step, tenant_id: TenantId, calibration_id: UUID) -> Select[Any]:
    columns = table.c
    said = func.to_jsonb(table.table_valued()).op("-")(cast(array(_NOT_TOLD), ARRAY(Text)))
    statement = select(
        literal(step).label("step"),
        literal(table.name).label("kind"),
        columns.id,
        columns.invalidated_at,
        said.label("record"),
    ).where(
        columns.tenant_id == tenant_id,
        columns.calibration_id == calibration_id,
        columns.invalidated_at.is_not(None),
    )
    return statement.where(_seen(tenant_id, calibration_id)) if table is compatibility_ratings else statement


def _seen(tenant_id: TenantId, calibration_id: UUID) -> ColumnElement[bool]:
    """Whether the supplier has seen a rating: its own always, the customer's once both had rated every dimension.

    Ratings that stopped to count together were given together.
    """
    ratings, beside = compatibility_ratings.c, compatibility_ratings.alias("beside")
    rated = func.count(distinct(tuple_(beside.c.party, beside.c.dimension)))
    complete = (
        select(beside.c.invalidated_at)
        .where(beside.c.tenant_id == tenant_id, beside.c.calibration_id == calibration_id)
        .group_by(beside.c.invalidated_at)
        .having(rated == len(PARTIES) * len(DIMENSIONS))
    )
    return or_(ratings.party == "supplier", ratings.invalidated_at.in_(complete))


def every(found: Subquery) -> Select[Any]:
    return select(found)
