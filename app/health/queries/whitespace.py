"""SQL of the grid of whitespace: its cells as the metrics have them, the deals in each, and what things are called."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.queries.deals import chances, priced_deals
from app.kernel.ids import TenantId
from app.metrics.families import whitespace_cells
from app.metrics.families.deals import organization_win_rate
from app.metrics.families.reading import Reading, typed

Names = Mapping[UUID, tuple[str, str | None]]


async def cells(reading: Reading) -> Sequence[RowMapping]:
    """The cells of buying centers and active offerings, with the last word on each; see the metrics' own statement."""
    found = await reading.connection.execute(typed(whitespace_cells.cells(reading)), reading.parameters())
    return found.mappings().all()


async def bought(reading: Reading) -> Sequence[RowMapping]:
    """The deals by buying center and offering, where they name either: what was won when, and what is open."""
    given = {
        **reading.parameters(),
        **chances(reading, await organization_win_rate(reading)),
        "proposal_stages": list(reading.proposal_stages),
    }
    statement = f"""
        SELECT d.buying_center_id, d.offering_id,
               count(*) FILTER (WHERE {_WON}) AS won, min(d.closed_on) FILTER (WHERE {_WON}) AS first_won_on,
               max(d.closed_on) FILTER (WHERE {_WON}) AS last_won_on,
               count(*) FILTER (WHERE {_RECENT}) AS recent, {_amount(_RECENT, "d.worth", "revenue")},
               count(*) FILTER (WHERE {_OPEN}) AS open,
               {_amount(_OPEN, "d.worth", "pipeline")}, {_amount(_OPEN, "d.worth * d.chance", "expected")},
               coalesce(bool_or(d.stage = ANY(CAST(:proposal_stages AS text[]))) FILTER (WHERE {_OPEN}), false)
                   AS proposed,
               (array_agg(d.competitor ORDER BY d.closed_on DESC, d.id) FILTER (WHERE d.status = 'lost'
                   AND d.competitor IS NOT NULL AND d.closed_on > :as_of - 365))[1] AS lost_to
        FROM ({priced_deals(reading)}) d GROUP BY d.buying_center_id, d.offering_id"""
    return (await reading.connection.execute(typed(statement), given)).mappings().all()


_WON, _OPEN = "d.status = 'won'", "d.status = 'open'"
_RECENT = f"{_WON} AND d.closed_on > :as_of - 365"


def _amount(which: str, worth: str, name: str) -> str:
    """Σ: 0 without such a deal, NULL where there are some and no amount is known."""
    return (
        f"CAST(CASE WHEN count(*) FILTER (WHERE {which}) = 0 THEN 0 ELSE sum({worth}) FILTER (WHERE {which}) END"
        f" AS float8) AS {name}"
    )


async def buying_centers(connection: AsyncConnection, tenant_id: TenantId, ids: Collection[UUID]) -> Names:
    """What buying centers are called."""
    found = await connection.execute(_CENTERS, {"tenant_id": tenant_id, "ids": sorted(ids)})
    return {row.id: (row.name, None) for row in found}


async def offerings(connection: AsyncConnection, tenant_id: TenantId, ids: Collection[UUID]) -> Names:
    """What offerings are called, and their codes."""
    found = await connection.execute(_OFFERINGS, {"tenant_id": tenant_id, "ids": sorted(ids)})
    return {row.id: (row.name, row.code) for row in found}


_CENTERS = text("SELECT id, name FROM buying_centers WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))")
_OFFERINGS = text(
    "SELECT id, name, code FROM offerings WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))"
)
