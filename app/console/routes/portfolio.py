"""The first page: the portfolio as a map."""

from starlette.responses import Response

from app.console.core.overview import overview
from app.console.core.pictures.matrix import matrix
from app.console.core.tiers import tier_looks
from app.console.deps import CurrentVisit, pages, shows
from app.console.schemas.days import AsOfText, day_of
from app.console.schemas.pages import page
from app.console.service import portfolio as service
from app.tenancy.deps import Connection, CurrentTenant

router = pages()


@router.get("", openapi_extra=shows("selection:read", "accounts:read"))
async def show_portfolio(
    visit: CurrentVisit, tenant_id: CurrentTenant, connection: Connection, as_of: AsOfText = ""
) -> Response:
    """Show where the accounts stand: opportunity and alignment, tier and revenue."""
    found = await service.portfolio(connection, tenant_id, day_of(as_of))
    summed = overview(found.standings, drawn=service.DRAWN)
    told = await service.drawn(connection, tenant_id, found.as_of, summed.drawn)
    looks = tier_looks(found.model.tier_names)
    picture = matrix(
        summed.drawn,
        revenue=told.revenue,
        explained=told.explained,
        currency=told.currency,
        thresholds=found.model.quadrant_thresholds,
        looks=looks,
    )
    filled = {"portfolio": found, "overview": summed, "looks": looks, "picture": picture, "as_of": as_of.strip()}
    return page("portfolio.html", visit, filled, here="/console")
