"""The page of accountability: who promised what, whether it arrived, and what stands in the way."""

from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from starlette.responses import Response

from app.console.core import accountability as pictures
from app.console.core.beside import beside_share
from app.console.deps import CurrentVisit, pages, shows
from app.console.schemas.days import AsOfText, day_of
from app.console.schemas.pages import page
from app.console.service import account
from app.infra.paging import PageRequest
from app.resourcing.core.accountability import AccountabilityGrouping
from app.resourcing.routes.accountability import get_accountability
from app.resourcing.routes.commitments_shown import commitment_shown
from app.resourcing.routes.roadblock_reports import get_roadblock_ageing, list_recurring_roadblocks
from app.resourcing.routes.roadblocks_shown import shown as roadblock_shown
from app.resourcing.routes.utilization import get_utilization
from app.resourcing.service import accountability, commitments, roadblock_reading, utilization
from app.resourcing.service.commitments import Wanted
from app.tenancy.deps import Connection

router = pages()
By = Annotated[AccountabilityGrouping, Query(description="What the bars are of")]
Days = Annotated[Literal["90", "365"], Query(description="How many days")]
MOST: Final = 200  # roadblocks that are told
OVERDUE: Final = 15


@router.get("/accountability", openapi_extra=shows("resourcing:read"))
async def show_accountability(
    visit: CurrentVisit, connection: Connection, as_of: AsOfText = "", by: By = "function", days: Days = "365"
) -> Response:
    """Show what was promised and kept, roadblocks, and how far resources are used."""
    tenant_id = visit.caller.tenant_id
    to_on = account.shown_on(day_of(as_of))
    from_on = to_on - timedelta(days=int(days) - 1)
    report = await get_accountability(tenant_id, connection, accountability.Wanted(from_on, to_on, by))
    use = await get_utilization(tenant_id, connection, utilization.Asked(from_on, to_on, "function"))
    full, personal = use["fully_utilizing"], report["personal_channel"]
    filled: dict[str, Any] = {
        "report": report,
        "promised": pictures.promised(report),
        "use": use,
        "used": pictures.used(use),
        "full": beside_share(
            "Accounts in full use", full["share"], full["benchmark"], f"{full['fully']} of {full['accounts']} accounts"
        ),
        "personal": beside_share(
            "Asked for through somebody known",
            personal["share"],
            personal["benchmark"],
            f"of {report['total']['requested']} requests",
        ),
        "asked": {"as_of": as_of.strip(), "by": by, "days": days},
        "accounts_readable": visit.may("accounts:read"),
        **await _in_the_way(visit, connection, to_on),
    }
    return page("accountability.html", visit, filled, here="/console/accountability")


async def _in_the_way(visit: CurrentVisit, connection: Connection, day: date) -> dict[str, Any]:
    """What stands in the way at the end of the day, and today one by one with what is overdue."""
    tenant_id = visit.caller.tenant_id
    found = await roadblock_reading.page(
        connection, tenant_id, PageRequest(limit=MOST), {"state": ["open", "mitigating"]}
    )
    standing = [roadblock_shown(one) for one in found.data]
    late = await commitments.page(connection, tenant_id, PageRequest(limit=OVERDUE), Wanted(overdue=True))
    return {
        "ageing": await get_roadblock_ageing(tenant_id, connection, day),
        "recurring": await list_recurring_roadblocks(tenant_id, connection),
        "roadblocks": pictures.gravest_first(standing),
        "severities": pictures.by_severity(standing),
        "more_roadblocks": found.next_cursor is not None,
        "overdue": [commitment_shown(row) for row in late.data],
    }
