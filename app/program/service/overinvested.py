"""Which accounts get more than they are worth, as of a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.program.core.overinvested import Invested, Overinvested, overinvested
from app.program.queries import overinvested as queries
from app.program.queries import reallocation
from app.program.service.key_accounts import known
from app.resourcing.core.entitlements import Grant, entitled
from app.resourcing.service import entitlements
from app.resourcing.service.costs import UnitCosts, unit_costs
from app.selection.core.model import RESERVED_TIERS, STANDARD
from app.selection.service import models

# What people did not have to agree to beyond the rules: the tier's and the agreed level's.
_BY_RULE: Final = frozenset({"tier", "level"})
Statements = Mapping[UUID, Sequence[RowMapping]]


@dataclass(frozen=True, slots=True)
class Shown:
    """An account that is overinvested, with its score, what it spent in the last twelve months, and its name."""

    found: Overinvested
    score: RowMapping
    revenue: float | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """Those found as of a day, cut to a limit, of `total`; costed: accounts that anything with a price goes to."""

    as_of: date
    costs: UnitCosts
    costed: int
    unscored: int
    total: int
    excess: float
    data: Sequence[Shown]


async def listed(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None, limit: int) -> Told:
    """The overinvested accounts, the largest excess first; as many statements for any number of accounts."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    costs = await unit_costs(connection, tenant_id, day)
    held = await entitlements.held(connection, tenant_id, None, day)
    used = await reallocation.holdings(connection, tenant_id, day)
    taken = {(AccountId(row["account_id"]), row["resource_id"]): row["used"] for row in used}
    ids = sorted({account_id for account_id, _ in taken})
    placed = (await known(connection, tenant_id, day)).in_force
    scores = await queries.newest(connection, tenant_id, day, ids)
    names = (await models.to_use(connection, tenant_id, None)).model.tier_names

    sums = _costs(held, taken, costs.by_resource)
    invested = [
        Invested(
            one,
            placed.get(one, STANDARD),
            *sums[one],
            scores[one]["tier"] if one in scores else None,
            scores[one]["quadrant"] if one in scores else None,
        )
        for one in ids
        if one in sums and sums[one][0] > 0
    ]
    found = overinvested(invested, [name for name in names if name not in RESERVED_TIERS])

    return Told(
        as_of=day,
        costs=costs,
        costed=len(invested),
        unscored=sum(one.score_tier is None for one in invested),
        total=len(found),
        excess=sum(one.excess for one in found),
        data=await _shown(connection, tenant_id, day, found[:limit], scores),
    )


def _costs(
    held: Mapping[AccountId, Statements], taken: Mapping[tuple[AccountId, UUID], float], prices: Mapping[UUID, float]
) -> dict[AccountId, tuple[float, float]]:
    """By account: what it costs a quarter, and what of it the rules of its tier and its agreed level bring."""
    found: dict[AccountId, tuple[float, float]] = {}
    for (account_id, resource_id), used in taken.items():
        price = prices.get(resource_id)
        if price is None:
            continue
        grants = [
            Grant(row["resource_id"], row["quantity"], row["basis"])
            for row in held.get(account_id, {}).get(resource_id, ())
        ]
        by_rule = entitled([grant for grant in grants if grant.basis in _BY_RULE])
        cost, due = found.get(account_id, (0.0, 0.0))
        found[account_id] = (cost + price * max(entitled(grants), used), due + price * by_rule)
    return found


async def _shown(
    connection: AsyncConnection,
    tenant_id: TenantId,
    day: date,
    found: Sequence[Overinvested],
    scores: Mapping[AccountId, RowMapping],
) -> list[Shown]:
    ids = [AccountId(one.invested.account_id) for one in found]
    measured = await metrics.measured(connection, tenant_id, as_of=day, keys=("revenue_ltm",), account_ids=ids)
    names = await accounts.account_names(connection, tenant_id, ids)
    return [
        Shown(one, scores[account_id], measured.value("revenue_ltm", place), names.get(account_id))
        for place, (account_id, one) in enumerate(zip(ids, found, strict=True))
    ]
