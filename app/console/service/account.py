"""What the page of one account shows, each part from the capability that owns it, for whoever may read that part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS
from app.accounts.service import changing, people
from app.calibration.service import standing
from app.health.core.warnings.conditions import BEFORE_DAYS
from app.health.core.whitespace import Grid
from app.health.service import cadence, scoring, warning_lists, whitespace
from app.health.service.cadence import AccountCadence
from app.health.service.warning_lists import LIVE, Told
from app.infra.paging import PageRequest
from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import day_asked
from app.metrics.core.registry import Registry
from app.planning.service import plans
from app.planning.service.plans import Plan, PlanNotFound
from app.resourcing.queries.commitments import Wanted
from app.resourcing.service import commitments
from app.selection import queries as selection
from app.selection.service import models
from app.selection.service import scoring as scores
from app.selection.service.models import Version

YEAR_DAYS: Final = 365
MOST_COMMITMENTS: Final = 500


@dataclass(frozen=True, slots=True)
class Scored:
    """The newest score of the day or earlier, explained as the API does; override: the manual tier that holds then."""

    answer: Mapping[str, Any]
    version: Version
    override: RowMapping | None
    changed_at: datetime | None

    @property
    def tier(self) -> str:
        """The manual tier while one holds, else the computed one."""
        tier: str = self.answer["tier"] if self.override is None else self.override["tier"]
        return tier


@dataclass(frozen=True, slots=True)
class Health:
    """Hygiene and health now and 90 days before, and day by day over the year that ends with `now`, oldest first."""

    now: Mapping[str, Any]
    before: Mapping[str, Any]
    days: Sequence[RowMapping]


@dataclass(frozen=True, slots=True)
class Care:
    """When somebody is to be in touch, and the plan, where the account has one; both as of today or the day."""

    cadence: AccountCadence
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Warnings:
    """The warnings that stand, and what the figures in them are called."""

    told: Sequence[Told]
    registry: Registry


@dataclass(frozen=True, slots=True)
class Commitments:
    """What was asked for the account, what is due last first; more: whether there are others that fell due before."""

    rows: Sequence[RowMapping]
    more: bool


async def named(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> tuple[dict[str, Any], str]:
    """The account, and the name of who cares for it, empty where nobody does."""
    account = await accounts.one(connection, tenant_id, ACCOUNTS, account_id)
    kam = account["kam_user_id"]
    names = await people.names(connection, tenant_id, [UserId(kam)]) if kam is not None else {}
    return dict(account), next(iter(names.values()), "")


async def surviving(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> AccountId:
    """The account of this id, or the one that it was merged into; raises AccountNotFound."""
    return await accounts.require_account(connection, tenant_id, ACCOUNTS, account_id)


def shown_on(as_of: date | None) -> date:
    """The day that the page is of, today where none is asked for; raises InTheFuture."""
    return day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")


async def scored(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date) -> Scored | None:
    """How the account stood; None where it had no score yet."""
    # Asked first: were the account scored in between, an old score would seem to know all.
    changed_at = await changing.changed_at(connection, tenant_id, account_id)
    row = await selection.score(connection, tenant_id, account_id, until=day)
    if row is None:
        return None
    (answer,) = await scores.explained(connection, tenant_id, [row])
    return Scored(
        answer,
        await models.version(connection, tenant_id, row["model_id"], row["model_version"]),
        await selection.override(connection, tenant_id, account_id, day),
        changed_at if day >= datetime.now(UTC).date() else None,
    )


async def partnership(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date
) -> standing.InForce | None:
    """What is agreed with the account, if anything is."""
    return (await standing.in_force(connection, tenant_id, [account_id], day)).get(account_id)


async def health(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None) -> Health:
    """How it stands and stood: as it was kept last, or as of a day."""
    now = await scoring.account_health(connection, tenant_id, account_id, as_of)
    day: date = now["as_of"]
    before = await scoring.account_health(connection, tenant_id, account_id, day - timedelta(days=BEFORE_DAYS))
    within = (day - timedelta(days=YEAR_DAYS), day)
    found = await scoring.history(connection, tenant_id, account_id, PageRequest(limit=YEAR_DAYS + 1), within)
    own = [row for row in found.data if row["account_id"] == account_id]  # without those that were merged into it
    return Health(now, before, own[::-1])


async def warnings(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> Warnings:
    """What stands today, the gravest first."""
    wanted = {"account_id": [account_id], "state": LIVE}
    # No rule opens twice at once, so that a page holds all that stand.
    found = await warning_lists.page(connection, tenant_id, PageRequest(limit=100, sort="-severity"), wanted)
    return Warnings(found.data, await warning_lists.registry(connection, tenant_id))


async def owed(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> Commitments:
    """What the account was promised, or asked for, as it stands today."""
    asked = PageRequest(limit=MOST_COMMITMENTS, sort="-due_on")
    found = await commitments.page(connection, tenant_id, asked, Wanted(account_id=account_id))
    return Commitments(found.data, found.next_cursor is not None)


async def grid(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date) -> Grid:
    """What its buying centers buy, and could buy yet."""
    return await whitespace.grid(connection, tenant_id, account_id, day)


async def care(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date) -> Care:
    """When the account is to be met, and how fresh its plan is."""
    try:
        plan = await plans.find(connection, tenant_id, account_id)
    except PlanNotFound:
        plan = None
    return Care(await cadence.of_account(connection, tenant_id, account_id, day), plan)
