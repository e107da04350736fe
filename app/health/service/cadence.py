"""The cadence of touchpoints: of one account, and of all of them for who has to keep it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.core.cadence import PLANNED_KINDS, YEAR_DAYS, Cadence, Contacts, Recorded, cadence
from app.health.queries import cadence as queries
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import day_asked, trailing
from app.selection.service.tiers import Tiered, tiers
from app.tenancy import service as tenancy
from app.tenancy.core.organization import Touchpoint

WAITING: Final = Keyset(
    {"next_due_on": queries.NEXT_DUE_ON, "overdue_days": queries.OVERDUE_DAYS, "tier": queries.TIER},
    tiebreak=queries.ACCOUNT_ID,
    default="next_due_on",
)
Intervals = Mapping[Touchpoint, int]
_NONE: Intervals = {}


@dataclass(frozen=True, slots=True)
class AccountCadence:
    """How an account is kept in touch with; tiered: None where it has no tier, and so no cadence."""

    account_id: AccountId
    as_of: date
    tiered: Tiered | None
    cadence: Cadence
    contacts: Contacts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the list: only who is overdue, or is not, only one KAM's accounts, only one touchpoint."""

    overdue: bool | None = None
    kam_user_id: UserId | None = None
    touchpoint: Touchpoint | None = None


async def of_account(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None
) -> AccountCadence:
    """The cadence of one account at the end of a day, by the tier that it had then."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    organization = await tenancy.organization(connection, tenant_id)
    tiered = (await tiers(connection, tenant_id, day, (account_id,))).get(account_id)
    own = {account_id: organization.cadences.get(tiered.tier, _NONE) if tiered else _NONE}
    found = await _cadences(connection, tenant_id, own, day)
    row = await queries.contacts(connection, tenant_id, account_id, trailing(day, YEAR_DAYS), PLANNED_KINDS)
    contacts = Contacts(planned=row["planned"], known=row["known"], total=row["total"])
    return AccountCadence(account_id, day, tiered, found[account_id], contacts)


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted
) -> Slice[tuple[RowMapping, Cadence]]:
    """A page of today's accounts with a cadence, those first whose next touchpoint is due first."""
    day = datetime.now(UTC).date()
    intervals = _narrowed((await tenancy.organization(connection, tenant_id)).cadences, wanted.touchpoint)
    placed = await tiers(connection, tenant_id, day)
    waiting = queries.Waiting(
        as_of=day,
        tiers=[(account_id, tiered.tier) for account_id, tiered in placed.items() if intervals.get(tiered.tier)],
        intervals=[(tier, kind, every) for tier, own in intervals.items() for kind, every in own.items()],
        kam_user_id=wanted.kam_user_id,
        overdue=wanted.overdue,
    )
    rows = (await connection.execute(WAITING.page(queries.waiting(tenant_id, waiting), asked))).all()
    cut = WAITING.cut(rows, asked, by_name)
    own = {AccountId(row["account_id"]): intervals[row["tier"]] for row in cut.data}
    found = await _cadences(connection, tenant_id, own, day)
    return Slice([(row, found[AccountId(row["account_id"])]) for row in cut.data], cut.next_cursor)


def _narrowed(intervals: Mapping[str, Intervals], kind: Touchpoint | None) -> Mapping[str, Intervals]:
    if kind is None:
        return intervals
    return {tier: {name: days for name, days in own.items() if name == kind} for tier, own in intervals.items()}


async def _cadences(
    connection: AsyncConnection, tenant_id: TenantId, own: Mapping[AccountId, Intervals], as_of: date
) -> dict[AccountId, Cadence]:
    """The cadence of each account, by its intervals; the statements do not depend on how many accounts there are."""
    ids, kinds = list(own), {kind for intervals in own.values() for kind in intervals}
    held = _by_account(await queries.held_on(connection, tenant_id, ids, kinds, as_of))
    since = await queries.there_since(connection, tenant_id, ids, as_of)
    first = await queries.first_held_on(connection, tenant_id, kinds, as_of)
    return {
        account_id: cadence(intervals, Recorded(held[account_id], since.get(account_id), first), as_of)
        for account_id, intervals in own.items()
    }


def _by_account(rows: Sequence[RowMapping]) -> Mapping[AccountId, Mapping[str, Sequence[date]]]:
    found: dict[AccountId, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[AccountId(row["account_id"])][row["kind"]].append(row["held_on"])
    return found
