"""How the supplier's functions support accounts: together for one, and how unevenly for those of one tier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.resourcing.core.collaboration import Index, Signs, Wait, collaboration, typical_wait
from app.resourcing.queries import collaboration as queries
from app.resourcing.queries import variability
from app.resourcing.queries.variability import VariabilityGrouping
from app.resourcing.service.accountability import named
from app.resourcing.service.resources import today
from app.resourcing.service.utilization import Asked, period

__all__ = ["Collaboration", "Tier", "Variability", "VariabilityGrouping", "index", "support_variability"]


@dataclass(frozen=True, slots=True)
class Collaboration:
    """How functions work together for an account as of a day; `row` as in `queries.collaboration.signs`."""

    as_of: date
    row: RowMapping
    signs: Signs
    index: Index


@dataclass(frozen=True, slots=True)
class Tier:
    """How much support varies among the accounts of a tier, in all and by group; see `queries.variability`."""

    name: str
    whole: RowMapping
    groups: Sequence[RowMapping]


@dataclass(frozen=True, slots=True)
class Variability:
    """How much support varies over some days; names: of KAMs, by the groups' keys."""

    from_on: date
    to_on: date
    tiers: Sequence[Tier]
    names: Mapping[str, str]


async def index(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None
) -> Collaboration:
    """How functions work together for an account, as of a day or today."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    row = await queries.signs(connection, tenant_id, account_id, day)
    waits = [Wait(days, helped) for days, helped in zip(row["waits"] or (), row["helped"] or (), strict=True)]
    signs = Signs(
        help_days=typical_wait(waits),
        proactive_inputs=row["inputs"] if row["recorded"] else None,
        shared_success=row["shared_success"],
    )
    return Collaboration(day, row, signs, collaboration(signs))


async def support_variability(
    connection: AsyncConnection,
    tenant_id: TenantId,
    by: VariabilityGrouping,
    from_on: date | None,
    to_on: date | None,
) -> Variability:
    """How much support varies among the accounts of each tier, in two statements for any number of accounts."""
    days = period(Asked(from_on, to_on))
    rows = await variability.spreads(connection, tenant_id, days, today(), by)
    tiers = []
    for name, found in groupby(rows, key=lambda row: str(row["tier"])):
        whole, *groups = found
        tiers.append(Tier(name, whole, groups))
    keys = sorted({row["part"] for row in rows if row["part"]})
    return Variability(*days, tiers, await named(connection, tenant_id, by, keys))
