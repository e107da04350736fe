"""Calibrations as they are shown: where each stands, which sides have sealed, who takes part, what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.durations import Limits
from app.calibration.core.invitations import OPEN
from app.calibration.core.open_points import OpenPoint
from app.calibration.core.parties import Party
from app.calibration.core.states import State, Step, legal_moves
from app.calibration.queries import calibrations as row_queries
from app.calibration.queries import reading as queries
from app.calibration.queries import steps as step_queries
from app.calibration.queries.reading import Wanted
from app.calibration.service import analytics, calibrations, guests, steps
from app.calibration.service.calibrations import CalibrationNotFound
from app.calibration.tables import calibration_moves
from app.calibration.tables import calibrations as table
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import AccountId, TenantId

__all__ = ["Entry", "Guest", "Wanted", "Whole", "find", "history", "moves", "page", "page_of_account"]

LISTED: Final = Keyset(
    {
        "entered_on": table.c.entered_on,
        "started_on": table.c.started_on,
        "activated_on": table.c.activated_on,
        "created_at": table.c.created_at,
    },
    tiebreak=table.c.id,
    default="entered_on",
)
OF_ACCOUNT: Final = Keyset({"started_on": table.c.started_on}, tiebreak=table.c.id, default="-started_on")
MOVES: Final = Keyset(
    {"created_at": calibration_moves.c.created_at}, tiebreak=calibration_moves.c.id, default="-created_at"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A calibration in a list; `seals` and `proposed` by party, where there is something."""

    row: RowMapping
    seals: Mapping[Party, RowMapping]
    proposed: Mapping[Party, str]
    days_in_step: int | None
    limit_days: float | None

    @property
    def stuck(self) -> bool:
        return self.days_in_step is not None and self.limit_days is not None and self.days_in_step > self.limit_days

    @property
    def disagreement(self) -> bool:
        return len(set(self.proposed.values())) > 1 and self.row["agreed_level"] is None


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody of the customer who is invited; admitted: whether the invitation still lets them in."""

    row: RowMapping
    admitted: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """A calibration with who takes part and what is open; figures: potential and compatibility as they are now."""

    entry: Entry
    potential: float | None
    compatibility: float | None
    legal_moves: Sequence[State]
    open_points: Sequence[OpenPoint]
    ours: Sequence[RowMapping]
    theirs: Sequence[Guest]


async def find(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> Whole:
    """The calibration, whole."""
    row = (await connection.execute(queries.one(tenant_id, calibration_id))).mappings().one_or_none()
    if row is None:
        raise CalibrationNotFound(f"calibration {calibration_id}")
    (entry,) = await _entries(connection, tenant_id, [row], await analytics.limits(connection, tenant_id))
    figures, now = await steps.figures(connection, tenant_id, row), datetime.now(UTC)
    return Whole(
        entry=entry,
        potential=figures.potential,
        compatibility=figures.compatibility,
        legal_moves=legal_moves(row["state"], revealed=row["revealed_at"] is not None),
        open_points=await steps.open_points(connection, tenant_id, row),
        ours=await queries.people_of_ours(connection, tenant_id, calibration_id),
        theirs=[
            Guest(one, guests.state(one, now) == OPEN)
            for one in await queries.guests(connection, tenant_id, calibration_id)
        ],
    )


async def page(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted) -> Slice[Entry]:
    """A page of calibrations, those first that are longest where they are."""
    limits = await analytics.limits(connection, tenant_id)
    statement = queries.listed(tenant_id, wanted, calibrations.today(), limits)
    return await _page(connection, tenant_id, statement, asked, LISTED, limits)


async def page_of_account(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest
) -> Slice[Entry]:
    """A page of the account's calibrations, the newest first."""
    limits = await analytics.limits(connection, tenant_id)
    statement = queries.of_account(tenant_id, account_id)
    return await _page(connection, tenant_id, statement, asked, OF_ACCOUNT, limits)


async def _page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    statement: Select[Any],
    asked: PageRequest,
    keyset: Keyset,
    limits: Limits,
) -> Slice[Entry]:
    rows = (await connection.execute(keyset.page(statement, asked))).all()
    cut = keyset.cut(rows, asked, by_name)
    return Slice(await _entries(connection, tenant_id, cut.data, limits), cut.next_cursor)


async def _entries(
    connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping], limits: Limits
) -> list[Entry]:
    ids, today = [row["id"] for row in rows], calibrations.today()
    seals = _by_party(await queries.seals(connection, tenant_id, ids))
    proposed = _by_party(await queries.proposed(connection, tenant_id, ids))
    return [
        Entry(
            row=row,
            seals=seals.get(row["id"], {}),
            proposed={party: one["level"] for party, one in proposed.get(row["id"], {}).items()},
            days_in_step=_days(row, limits, today),
            limit_days=limits.get(row["state"]),
        )
        for row in rows
    ]


def _days(row: RowMapping, limits: Limits, today: date) -> int | None:
    return (today - row["entered_on"]).days if row["state"] in limits else None


def _by_party(rows: Sequence[RowMapping]) -> dict[UUID, dict[Party, RowMapping]]:
    found: dict[UUID, dict[Party, RowMapping]] = {}
    for row in rows:
        found.setdefault(row["calibration_id"], {})[row["party"]] = row
    return found


async def moves(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of what happened to the calibration, the latest first."""
    await calibrations.require(connection, tenant_id, calibration_id)
    rows = (await connection.execute(MOVES.page(row_queries.moves_of(tenant_id, calibration_id), asked))).all()
    return MOVES.cut(rows, asked, by_name)


async def history(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, asked: PageRequest, step: Step | None
) -> Slice[RowMapping]:
    """A page of what does not count any more, of a step or of all, what was invalidated last first."""
    await calibrations.require(connection, tenant_id, calibration_id)
    found = step_queries.invalidated(tenant_id, calibration_id, step)
    keyset = Keyset({"invalidated_at": found.c.invalidated_at}, tiebreak=found.c.id, default="-invalidated_at")
    rows = (await connection.execute(keyset.page(step_queries.every(found), asked))).all()
    return keyset.cut(rows, asked, by_name)
