"""Joint opportunities: what both sides could do together, for goals of both, and what stands against it."""

from collections.abc import Mapping
from typing import Any, Final, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.joint_opportunities import settled
from app.calibration.core.states import State
from app.calibration.queries import exploration as queries
from app.calibration.service import calibrations
from app.calibration.service.exploration import revealed_to_both
from app.calibration.service.speaking import Speaker
from app.calibration.tables import joint_opportunities
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, NotFound, Stale
from app.kernel.ids import TenantId, new_id

JointOpportunityId = NewType("JointOpportunityId", UUID)
# Which one is meant: its calibration, and itself.
Which = tuple[UUID, JointOpportunityId]
MOST: Final = 200
# How likely it is to come true is looked at when the sides look at how they fit.
OPEN_IN: Final[tuple[State, ...]] = ("exploring", "assessing")
OPPORTUNITIES: Final = Keyset(
    {"created_at": joint_opportunities.c.created_at, "likelihood": joint_opportunities.c.likelihood},
    tiebreak=joint_opportunities.c.id,
    default="created_at",
)


class JointOpportunityNotFound(NotFound):
    """No such joint opportunity of the calibration."""


class JointOpportunityChanged(Stale):
    """The joint opportunity has changed since it was read."""


class TooManyJointOpportunities(Conflict):
    """The calibration has as many joint opportunities as it may have."""


async def log(
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, given: Mapping[str, Any]
) -> RowMapping:
    """Log one, which both sides may change from then on."""
    tenant_id = speaker.tenant_id
    row = await calibrations.require_step(connection, tenant_id, calibration_id, *OPEN_IN)
    fields = settled({}, given, await revealed_to_both(connection, row))
    if await queries.count(connection, queries.opportunities(tenant_id, calibration_id)) >= MOST:
        raise TooManyJointOpportunities(f"{MOST} at most")
    ids = {"tenant_id": tenant_id, "id": new_id(), "calibration_id": calibration_id}
    return await queries.add_opportunity(connection, {**ids, **fields, **speaker.said()})


async def find(connection: AsyncConnection, tenant_id: TenantId, which: Which) -> RowMapping:
    """One of a calibration's."""
    await calibrations.require(connection, tenant_id, which[0])
    return await _require(connection, tenant_id, which)


async def _require(connection: AsyncConnection, tenant_id: TenantId, which: Which) -> RowMapping:
    row = await queries.find_opportunity(connection, tenant_id, *which)
    if row is None:
        raise JointOpportunityNotFound(str(which[1]))
    return row


async def page(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of those that count, in the order in which they were logged."""
    await calibrations.require(connection, tenant_id, calibration_id)
    statement = queries.opportunities(tenant_id, calibration_id)
    rows = (await connection.execute(OPPORTUNITIES.page(statement, asked))).all()
    return OPPORTUNITIES.cut(rows, asked, by_name)


async def change(
    connection: AsyncConnection, speaker: Speaker, which: Which, given: Mapping[str, Any], *, version: int | None
) -> RowMapping:
    """Change one, whichever side logged it."""
    calibration = await calibrations.require_step(connection, speaker.tenant_id, which[0], *OPEN_IN)
    row = await _unchanged(connection, speaker.tenant_id, which, version)
    fields = settled(dict(row), given, await revealed_to_both(connection, calibration))
    return await queries.change_opportunity(connection, row, fields)


async def remove(connection: AsyncConnection, speaker: Speaker, which: Which, *, version: int | None) -> None:
    """Take one back while the sides explore; it is history from then on."""
    await calibrations.require_step(connection, speaker.tenant_id, which[0], "exploring")
    await queries.drop_opportunity(connection, await _unchanged(connection, speaker.tenant_id, which, version))


async def _unchanged(connection: AsyncConnection, tenant_id: TenantId, which: Which, version: int | None) -> RowMapping:
    row = await _require(connection, tenant_id, which)
    if version is not None and version != row["version"]:
        raise JointOpportunityChanged(f"it has version {row['version']} by now")
    return row
