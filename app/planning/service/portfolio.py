"""Plans over the portfolio: which are static, which the customer stands behind, what is overdue."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import AccountId, TenantId
from app.planning.queries import portfolio as queries
from app.planning.queries.portfolio import Wanted
from app.planning.service.figures import Figures, figures
from app.planning.service.plans import today
from app.planning.tables import account_plans
from app.tenancy import service as tenancy

__all__ = ["LISTED", "Entry", "Wanted", "page"]

LISTED: Final = Keyset(
    {
        "updated_on": queries.UPDATED_ON,
        "ends_on": account_plans.c.ends_on,
        "created_at": account_plans.c.created_at,
    },
    tiebreak=account_plans.c.id,
    default="updated_on",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A plan in the list, with the account's name."""

    row: RowMapping
    figures: Figures
    account_name: str | None


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    asked: PageRequest,
    wanted: Wanted,
) -> Slice[Entry]:
    """A page of plans, those not updated for longest first."""
    day = today()
    limit = (await tenancy.organization(connection, tenant_id)).warning_thresholds.plan_days_above
    statement = queries.listed(tenant_id, day, wanted, static_before=day - timedelta(days=limit))
    rows = (await connection.execute(LISTED.page(statement, asked))).all()
    cut = LISTED.cut(rows, asked, by_name)
    found = await figures(connection, tenant_id, cut.data, day)
    names = await accounts.account_names(connection, tenant_id, [AccountId(row["account_id"]) for row in cut.data])
    return Slice(
        [Entry(row, found[row["id"]], names.get(AccountId(row["account_id"]))) for row in cut.data], cut.next_cursor
    )
