"""Appraisals as they are shown, how accounts stand since, and how long customers waited to hear of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.durations import Spell, TimeToEnd, time_to_end
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import QUARTER_DAYS, day_asked
from app.resourcing.service import utilization
from app.retiering.core.findings import Findings, to_be_reviewed
from app.retiering.core.schedule import Reviewed, reviewed
from app.retiering.queries import appraisals as queries
from app.retiering.queries import appraising
from app.retiering.queries.appraisals import Wanted
from app.retiering.service.appraisals import AppraisalNotFound, today
from app.retiering.service.finding import findings
from app.retiering.tables import appraisals
from app.selection.service.tiers import tiers
from app.tenancy import service as tenancy

__all__ = ["Timeliness", "Wanted", "Whole", "find", "page", "timeliness"]

LISTED: Final = Keyset(
    {"due_on": appraisals.c.due_on, "opened_on": appraisals.c.opened_on, "first_sign_on": appraisals.c.first_sign_on},
    tiebreak=appraisals.c.id,
    default="due_on",
)
OF_ACCOUNT: Final = Keyset({"opened_on": appraisals.c.opened_on}, tiebreak=appraisals.c.id, default="-opened_on")


@dataclass(frozen=True, slots=True)
class Whole:
    """An appraisal, what is found of its account on a day, and what that costs.

    cost: of what was due to the account in the 90 days until the day, what it used of that and what it did not; None
    where nothing was due.
    """

    row: RowMapping
    now: Findings
    currency: str
    cost: RowMapping | None

    @property
    def to_be_reviewed(self) -> bool:
        return self.cost is not None and to_be_reviewed(self.now, self.cost["entitled_cost"])


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How long it took from the first sign until the customer heard, and until a decision; settled: without one.

    reviewed: how regularly the accounts in the program are looked at.
    """

    as_of: date
    reviewed: Reviewed
    to_contact: TimeToEnd
    to_decision: TimeToEnd
    settled: int


async def find(connection: AsyncConnection, tenant_id: TenantId, appraisal_id: UUID, as_of: date | None) -> Whole:
    """An appraisal, with how the account stands on a day."""
    row = await queries.one(connection, tenant_id, appraisal_id)
    if row is None:
        raise AppraisalNotFound(f"appraisal {appraisal_id}")
    day = day_asked(as_of, today(), pointer="/query/as_of")
    account_id = AccountId(row["account_id"])
    found = (await findings(connection, tenant_id, [account_id], day))[account_id]
    used = await utilization.report(connection, tenant_id, _last_quarter(account_id, day))
    return Whole(row, found, used.costs.currency, used.total)


def _last_quarter(account_id: AccountId, day: date) -> utilization.Asked:
    return utilization.Asked(day - timedelta(days=QUARTER_DAYS - 1), day, "account", account_id, limit=1)


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted, *, of_account: bool = False
) -> Slice[RowMapping]:
    """A page of appraisals, what is due first first; of one account the newest first."""
    keyset = OF_ACCOUNT if of_account else LISTED
    rows = (await connection.execute(keyset.page(queries.listed(tenant_id, wanted, today()), asked))).all()
    return keyset.cut(rows, asked, by_name)


async def timeliness(
    connection: AsyncConnection,
    tenant_id: TenantId,
    as_of: date | None,
    *,
    from_on: date | None = None,
    trigger: str | None = None,
) -> Timeliness:
    """How long it took, as it was known on a day; who still waits counts for as long as they have waited."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    rows: Any = await appraising.waited(connection, tenant_id, day, from_on=from_on, trigger=trigger)
    decided = [Spell(row["decision_days"], row["decided"]) for row in rows if not row["settled"]]
    return Timeliness(
        as_of=day,
        reviewed=await _reviewed(connection, tenant_id, day),
        to_contact=time_to_end([Spell(row["contact_days"], row["contacted"]) for row in rows]),
        to_decision=time_to_end(decided),
        settled=sum(row["settled"] for row in rows),
    )


async def _reviewed(connection: AsyncConnection, tenant_id: TenantId, day: date) -> Reviewed:
    """Who is in the program has a decided tier."""
    found = await tiers(connection, tenant_id, day)
    decided = {account_id: one.tier for account_id, one in found.items() if one.basis == "decided"}
    last = await appraising.appraised_on(connection, tenant_id, day)
    return reviewed(decided, last, (await tenancy.organization(connection, tenant_id)).appraisal_days, day)
