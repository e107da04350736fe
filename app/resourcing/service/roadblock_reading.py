"""Roadblocks as they are shown: how they stand today, and how far up each was taken."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.service import people
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import AccountId, TenantId, UserId
from app.resourcing.core.roadblocks import ladder
from app.resourcing.queries import roadblocks as queries
from app.resourcing.service.resources import today
from app.resourcing.service.roadblocks import RoadblockId, require
from app.resourcing.tables import roadblock_moves, roadblocks
from app.tenancy import service as tenancy

LISTED: Final = Keyset(
    {"due_on": roadblocks.c.due_on, "opened_on": roadblocks.c.opened_on},
    tiebreak=roadblocks.c.id,
    default="due_on",
)
MOVES: Final = Keyset({"moved_on": roadblock_moves.c.moved_on}, tiebreak=roadblock_moves.c.id, default="moved_on")


@dataclass(frozen=True, slots=True)
class Climbed:
    """A rung that a roadblock was taken to, when, and who was told; None where nobody was named for it."""

    rung: str
    on: date
    user_id: UserId | None
    user_name: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A roadblock, how it stands today, and how far up it was taken."""

    row: RowMapping
    standing: ladder.Standing
    account_name: str | None
    owner_name: str | None
    climbed: Sequence[Climbed]


async def find(connection: AsyncConnection, tenant_id: TenantId, roadblock_id: RoadblockId) -> Shown:
    """One roadblock."""
    row = await require(connection, tenant_id, roadblock_id)
    return (await shown(connection, tenant_id, [row]))[0]


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    asked: PageRequest,
    wanted: Mapping[str, Any],
    *,
    breached: bool = False,
) -> Slice[Shown]:
    """A page of roadblocks with the wanted values, what is due first first; see `queries.listed`."""
    statement = queries.listed(tenant_id, wanted, breached_on=today() if breached else None)
    rows = (await connection.execute(LISTED.page(statement, asked))).all()
    cut = LISTED.cut(rows, asked, by_name)
    return Slice(await shown(connection, tenant_id, cut.data), cut.next_cursor)


async def moves(
    connection: AsyncConnection, tenant_id: TenantId, roadblock_id: RoadblockId, asked: PageRequest
) -> tuple[Slice[RowMapping], dict[UserId, str]]:
    """A page of a roadblock's moves, the oldest first, and what the people in them are called."""
    await require(connection, tenant_id, roadblock_id)
    rows = (await connection.execute(MOVES.page(queries.moves_of(tenant_id, roadblock_id), asked))).all()
    cut = MOVES.cut(rows, asked, by_name)
    return cut, await _names(connection, tenant_id, [row[by] for row in cut.data for by in ("user_id", "to_user_id")])


async def shown(connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping]) -> list[Shown]:
    """Roadblocks with what is derived of them, as of today."""
    climbs = await queries.climbs_of(connection, tenant_id, [row["id"] for row in rows])
    ours = [*(row["owner_user_id"] for row in rows), *(climb["to_user_id"] for climb in climbs)]
    names = await _names(connection, tenant_id, ours)
    of = {AccountId(row["account_id"]) for row in rows if row["account_id"] is not None}
    called = await accounts.account_names(connection, tenant_id, sorted(of))
    days = (await tenancy.organization(connection, tenant_id)).roadblock_days
    up: dict[UUID, list[Climbed]] = defaultdict(list)
    for climb in climbs:
        told = climb["to_user_id"]
        up[climb["roadblock_id"]].append(Climbed(climb["rung"], climb["moved_on"], told, names.get(told)))
    return [
        Shown(
            row=row,
            standing=ladder.standing(
                row["opened_on"], row["due_on"], row["resolved_on"], row["rung"], days[row["severity"]], today()
            ),
            account_name=called.get(row["account_id"]),
            owner_name=names.get(row["owner_user_id"]),
            climbed=up[row["id"]],
        )
        for row in rows
    ]


async def _names(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UserId | None]) -> dict[UserId, str]:
    there = sorted({one for one in ids if one is not None})
    return await people.names(connection, tenant_id, there) if there else {}
