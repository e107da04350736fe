"""The ranking: who stands where, and how sure that is."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from app.console.core.standing import ranking_page
from app.console.core.tiers import tier_looks
from app.console.deps import CurrentVisit, pages, shows
from app.console.schemas.days import AsOfText, day_of
from app.console.schemas.pages import page
from app.console.service import portfolio as service
from app.tenancy.deps import Connection

router = pages()
Sort = Annotated[str, Query(max_length=40, description="The column to sort by; with - for the largest first")]
Search = Annotated[str, Query(max_length=200, description="A part of the accounts' names")]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=1_000_000, description="Which page")]


@router.get("/ranking", openapi_extra=shows("selection:read"))
async def show_ranking(
    visit: CurrentVisit,
    connection: Connection,
    as_of: AsOfText = "",
    sort: Sort = "rank",
    q: Search = "",
    number: PageNumber = 1,
) -> Response:
    """Show the ranking, a page of it."""
    found = await service.portfolio(connection, visit.caller.tenant_id, day_of(as_of))
    asked = {"as_of": as_of.strip(), "sort": sort, "q": q.strip()}
    rows = ranking_page(found.standings, sort=sort, search=q, page=number)
    filled = {"portfolio": found, "ranking": rows, "looks": tier_looks(found.model.tier_names), "asked": asked}
    return page("ranking.html", visit, filled, here="/console/ranking")
