"""The page of the program: its figures beside published ones, its audit, and who gets more than he is worth."""

from typing import Any, Final

from starlette.responses import Response

from app.console.core.program import besides, counted, interval
from app.console.deps import CurrentVisit, pages, shows
from app.console.schemas.days import AsOfText, day_of
from app.console.schemas.pages import page
from app.program.routes.audit import get_program_audit
from app.program.routes.overinvested import list_overinvested_accounts
from app.program.routes.summary import get_program_summary
from app.tenancy.deps import Connection

router = pages()
MOST: Final = 20  # overinvested accounts that are told


@router.get("/program", openapi_extra=shows("retiering:read"))
async def show_program(visit: CurrentVisit, connection: Connection, as_of: AsOfText = "") -> Response:
    """Show the program in figures, what of it is in place, and which accounts get more than they are worth."""
    tenant_id, day = visit.caller.tenant_id, day_of(as_of)
    summary = await get_program_summary(tenant_id, connection, day)
    filled: dict[str, Any] = {
        "summary": summary,
        "besides": besides(summary),
        "interval": interval(summary["growth"]),
        "calibrations": counted([(one["state"], one["calibrations"]) for one in summary["calibrations"]["by_state"]]),
        "tiers": counted([(one["tier"], one["accounts"]) for one in summary["key_accounts"]["by_tier"]]),
        "audit": await get_program_audit(tenant_id, connection, day),
        "overinvested": await list_overinvested_accounts(tenant_id, connection, day, MOST),
        "as_of": as_of.strip(),
        "accounts_readable": visit.may("accounts:read"),
    }
    return page("program.html", visit, filled, here="/console/program")
