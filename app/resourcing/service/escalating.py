"""Takes what stands in the way beyond its day further up, a rung at a time, and what recurs to the whole program."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.kernel.ids import AccountId, TenantId, UserId
from app.resourcing.core.roadblocks import ladder, recurring
from app.resourcing.queries import escalating as queries
from app.resourcing.queries import roadblocks as roadblock_queries
from app.resourcing.service.leaders import leaders
from app.resourcing.service.roadblock_reports import recurring_now
from app.resourcing.service.roadblocks import NewRoadblock, move, open_all, told_of
from app.tenancy import service as tenancy


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to: rungs climbed, and roadblocks of the whole program opened."""

    climbed: int
    opened: int


@dataclass(frozen=True, slots=True)
class _Upwards:
    """Whom a roadblock is taken to: the leaders of functions, and the sponsors of accounts."""

    leaders: Mapping[str, UserId]
    sponsors: Mapping[AccountId, UserId]

    def at(self, row: RowMapping, rung: str) -> UserId | None:
        if rung == "function_leader":
            return self.leaders.get(row["function"])
        if rung == "executive_sponsor":
            return self.sponsors.get(row["account_id"])
        return self.leaders.get("executive")


async def turn(connection: AsyncConnection, tenant_id: TenantId, now: datetime) -> Turn:
    """Take every unresolved roadblock as far up as its days say by now, each rung once, and tell of each rung.

    A scheduler that was away catches up rung by rung. Two turns at once do no more than one.
    """
    today = now.date()
    await queries.one_at_a_time(connection, tenant_id)
    climbed = await _climb(connection, tenant_id, today)
    return Turn(climbed, await _open_recurring(connection, tenant_id, today))


async def _climb(connection: AsyncConnection, tenant_id: TenantId, today: date) -> int:
    days = (await tenancy.organization(connection, tenant_id)).roadblock_days
    rows = await queries.overdue(connection, tenant_id, today)
    due = [
        (row, found)
        for row in rows
        if (found := ladder.climbs_due(row["rung"], row["due_on"], days[row["severity"]], today))
    ]
    if not due:
        return 0
    wanted = [{**row, "to": found[-1].rung} for row, found in due]
    done = await queries.climb(connection, tenant_id, wanted)
    upwards = await _upwards(connection, tenant_id, [row for row, _ in due], today)
    steps = [(row, climb.rung) for row, found in due if row["id"] in done for climb in found]
    await _tell(connection, tenant_id, steps, upwards, today)
    return len(steps)


async def _upwards(
    connection: AsyncConnection, tenant_id: TenantId, rows: Iterable[RowMapping], today: date
) -> _Upwards:
    of = {AccountId(row["account_id"]) for row in rows if row["account_id"] is not None}
    return _Upwards(
        leaders=await leaders(connection, tenant_id, today),
        sponsors=await queries.sponsors(connection, tenant_id, sorted(of), today),
    )


async def _tell(
    connection: AsyncConnection,
    tenant_id: TenantId,
    steps: Sequence[tuple[RowMapping, str]],
    upwards: _Upwards,
    today: date,
) -> None:
    """Keep and tell each rung that was climbed, those of one roadblock lowest first."""
    if not steps:
        return
    moves: list[dict[str, Any]] = []
    told = []
    for row, rung in steps:
        to = upwards.at(row, rung)
        moves.append(move(row, "escalated", today, rung=rung, to_user_id=to))
        rungs = {"rung": rung, "previous": ladder.LADDER[ladder.LADDER.index(rung) - 1], "current": rung}
        more = {**rungs, "to_user_id": to and str(to), "days_over": (today - row["due_on"]).days}
        told.append((row["id"], {**told_of(row), **more}))
    await roadblock_queries.add_moves(connection, moves)
    await events.record_all(connection, tenant_id, "roadblock.escalated", "roadblock", told)


async def _open_recurring(connection: AsyncConnection, tenant_id: TenantId, today: date) -> int:
    """Open a roadblock of the whole program for each pattern that none stands for, and count them."""
    found = [one for one in await recurring_now(connection, tenant_id, today) if one.unanswered]
    if not found:
        return 0
    owners = await leaders(connection, tenant_id, today)
    new = [
        NewRoadblock(
            kind=one.kind,
            function=one.function,
            severity=one.gravest,
            title=recurring.title(one.kind, one.function, len(one.accounts)),
            owner_user_id=owners.get(one.function),
            opened_on=today,
        )
        for one in found
    ]
    return len(await open_all(connection, tenant_id, new))
