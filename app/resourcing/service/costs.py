"""What a unit of each resource costs, in the organization's reporting currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.resourcing.queries import resources as catalogue
from app.resourcing.queries import usage as queries
from app.tenancy import service as tenancy


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """Costs in one currency by resource; those without a price, or whose currency has no rate, are left out.

    missing_rates: the currencies of prices that have no rate into it on the day.
    """

    currency: str
    by_resource: Mapping[UUID, float]
    missing_rates: Sequence[str]


async def unit_costs(connection: AsyncConnection, tenant_id: TenantId, on: date) -> UnitCosts:
    """What a unit of each resource costs, at the rates of a day."""
    currency = (await tenancy.organization(connection, tenant_id)).reporting_currency
    rates = await queries.rates(connection, tenant_id, currency, on)
    priced = [row for row in await catalogue.of(connection, tenant_id, None) if row["unit_cost"] is not None]
    return UnitCosts(
        currency,
        {row["id"]: float(row["unit_cost"] * rates[row["currency"]]) for row in priced if row["currency"] in rates},
        sorted({row["currency"] for row in priced} - rates.keys()),
    )
