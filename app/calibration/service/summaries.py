"""What a calibration came to, on one page: with what is the supplier's own, or as the customer may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.queries import expectations as expectation_queries
from app.calibration.queries import exploration as explored
from app.calibration.queries import reading
from app.calibration.service import calibrations, exploration, investments, levels
from app.calibration.service.calibrations import CalibrationNotFound
from app.calibration.service.exploration import Mapped
from app.calibration.service.investments import Investments
from app.calibration.service.levels import Levels
from app.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class Summary:
    """What both sides said and agreed, and the supplier's own part of it."""

    row: RowMapping
    themes: Sequence[Mapped]
    opportunities: Sequence[RowMapping]
    assumptions: Sequence[RowMapping]
    levels: Levels
    investments: Investments
    expectations: Sequence[RowMapping]

    @property
    def costs(self) -> list[tuple[str, Decimal]]:
        """What is invested costs per quarter, by currency in their order."""
        return sorted(self.investments.costs[0].items())


async def find(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> Summary:
    """All that a calibration came to so far; before the reveal, nothing that either side submitted."""
    row = (await connection.execute(reading.one(tenant_id, calibration_id))).mappings().one_or_none()
    if row is None:
        raise CalibrationNotFound(f"calibration {calibration_id}")
    listed = expectation_queries.listed(tenant_id, calibration_id, calibrations.today())
    expectations = await explored.all_of(connection, listed)
    return Summary(
        row=row,
        themes=(await exploration.explored(connection, tenant_id, row)).themes,
        opportunities=await explored.all_of(connection, explored.opportunities(tenant_id, calibration_id)),
        assumptions=await explored.all_of(connection, explored.assumptions(tenant_id, calibration_id)),
        levels=await levels.find(connection, tenant_id, row),
        investments=await investments.find(connection, tenant_id, row),
        expectations=sorted(expectations, key=lambda one: (one["due_on"], one["id"])),
    )
