"""Where resources lie idle today, where they would serve, and which moves would bring most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.infra.threads import in_daemon_thread
from app.kernel.ids import AccountId, TenantId
from app.program.core.holdings import Holding, Standing, Wish, may_get, may_give
from app.program.core.plan import EMERGING_BENEFIT, usual_benefit
from app.program.core.reallocation import Reallocation, reallocation
from app.program.queries import reallocation as queries
from app.resourcing.service.costs import UnitCosts, unit_costs
from app.selection.core.model import EMERGING, RESERVED_TIERS
from app.selection.service import models
from app.selection.service.newest_scores import NewestScore, newest_scores


@dataclass(frozen=True, slots=True)
class Idle:
    """What lies idle with an account; lost: what all of it would be missed by, None where its worth is not known."""

    holding: Holding
    standing: Standing
    movable: bool


@dataclass(frozen=True, slots=True)
class Unmet:
    """What an account waits for; served: whether it is where resources are to go."""

    wish: Wish
    standing: Standing
    served: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The moves with what they rest on; idle: the dearest first; unmet: the worthiest first; both cut to a limit."""

    as_of: date
    costs: UnitCosts
    found: Reallocation
    idle: Sequence[Idle]
    unmet: Sequence[Unmet]
    unscored: int
    resources: Mapping[UUID, RowMapping]
    account_names: Mapping[AccountId, str]


async def reallocate(connection: AsyncConnection, tenant_id: TenantId, limit: int) -> Told:
    """The moves of resources that would bring most, by what was used in the last 90 days and is asked for today."""
    day = datetime.now(UTC).date()
    resources = {row["id"]: row for row in await queries.resources(connection, tenant_id, day)}
    holdings = [_holding(row) for row in await queries.holdings(connection, tenant_id, day)]
    wishes = [_wish(row) for row in await queries.wishes(connection, tenant_id, day)]
    holdings = [one for one in holdings if one.resource_id in resources]
    wishes = [one for one in wishes if one.resource_id in resources]
    held, asked = {one.account_id for one in holdings}, {one.account_id for one in wishes}
    ids = [AccountId(one) for one in sorted(held | asked)]
    standings = await _standings(connection, tenant_id, day, ids)
    costs = await unit_costs(connection, tenant_id, day)

    capacities = {resource_id: row["capacity"] for resource_id, row in resources.items()}
    found = await in_daemon_thread(reallocation, holdings, wishes, standings, capacities)

    idle, unmet = _idle(holdings, standings, costs.by_resource)[:limit], _unmet(wishes, standings)[:limit]
    named = {one.holding.account_id for one in idle} | {one.wish.account_id for one in unmet}
    named |= {one for move in found.moves[:limit] for one in (move.from_account_id, move.to_account_id) if one}
    names = await accounts.account_names(connection, tenant_id, [AccountId(one) for one in sorted(named)])
    unscored = sum(one.worth is None for one in standings.values())
    return Told(day, costs, found, idle, unmet, unscored, resources, names)


def _holding(row: RowMapping) -> Holding:
    return Holding(row["resource_id"], row["account_id"], row["entitled"], row["used"])


def _wish(row: RowMapping) -> Wish:
    return Wish(row["resource_id"], row["account_id"], row["quantity"])


async def _standings(
    connection: AsyncConnection, tenant_id: TenantId, day: date, ids: Sequence[AccountId]
) -> dict[UUID, Standing]:
    scores = await newest_scores(connection, tenant_id, day, ids) if ids else []
    names = (await models.to_use(connection, tenant_id, None)).model.tier_names
    own = [name for name in names if name not in RESERVED_TIERS]
    # Who has no tier of the program is worth less than who has the lowest.
    benefits = {name: usual_benefit(at) for at, name in enumerate(own)} | {EMERGING: EMERGING_BENEFIT}
    return {score.account_id: _standing(score, benefits.get(score.tier, usual_benefit(len(own)))) for score in scores}


def _standing(score: NewestScore, benefit: float) -> Standing:
    return Standing(None if score.composite is None else score.composite * benefit, score.quadrant)


def _idle(holdings: Sequence[Holding], standings: Mapping[UUID, Standing], prices: Mapping[UUID, float]) -> list[Idle]:
    """What is not used, the dearest first, then by units."""
    found = [
        Idle(one, standings[one.account_id], may_give(one, standings[one.account_id]))
        for one in holdings
        if one.unused > 0
    ]
    return sorted(
        found,
        key=lambda one: (
            -one.holding.unused * prices.get(one.holding.resource_id, 0.0),
            -one.holding.unused,
            one.holding.account_id,
            one.holding.resource_id,
        ),
    )


def _unmet(wishes: Sequence[Wish], standings: Mapping[UUID, Standing]) -> list[Unmet]:
    """What is waited for: where resources are to go first, then by worth."""
    found = [Unmet(one, standings[one.account_id], may_get(standings[one.account_id])) for one in wishes]
    return sorted(
        found,
        key=lambda one: (not one.served, -(one.standing.worth or 0.0), one.wish.account_id, one.wish.resource_id),
    )
