"""Calibrations as every step stands on them: finding one in its step, changing its row, recording its moves."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.kinds import ACCOUNTS
from app.accounts.service import changing
from app.calibration.core.states import MoveKind, State, check_in
from app.calibration.queries import calibrations as queries
from app.calibration.service.speaking import Speaker
from app.events import service as events
from app.kernel.errors import FieldProblem, Invalid, NotFound, Stale
from app.kernel.ids import TenantId, new_id
from app.kernel.periods import day_asked

# A move is told by its kind, but for the two that mean more than that.
_TOLD_AS: Final[dict[str, str]] = {"active": "activated", "superseded": "superseded"}


class CalibrationNotFound(NotFound):
    """No such calibration."""


class CalibrationChanged(Stale):
    """The calibration has changed since it was read."""


class BeforeTheLastMove(Invalid):
    """What follows cannot have been before what it follows."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move of a calibration as people made it, on a day; `to` is None where it stays in its state."""

    kind: MoveKind
    on: date
    to: State | None = None
    reason: str | None = None


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


def day_of(row: RowMapping, on: date | None, *, pointer: str = "/on") -> date:
    """The day on which something was done in the step that the calibration is in: `on`, or today.

    Raises InTheFuture, and BeforeTheLastMove for a day before the step was entered.
    """
    return not_before(row["entered_on"], day_asked(on, today(), pointer=pointer), pointer=pointer)


def not_before(earliest: date | None, on: date, *, pointer: str = "/on") -> date:
    """The day; raises BeforeTheLastMove where it lies before the earliest possible."""
    if earliest is not None and on < earliest:
        problem = FieldProblem(pointer, "before_the_last_move", f"must not lie before {earliest}")
        raise BeforeTheLastMove(f"{on} lies before {earliest}", errors=[problem])
    return on


async def require(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, *, lock: bool = False
) -> RowMapping:
    """The calibration's row, held until the transaction ends where `lock`; raises CalibrationNotFound."""
    row = await queries.find(connection, tenant_id, calibration_id, lock=lock)
    if row is None:
        raise CalibrationNotFound(f"calibration {calibration_id}")
    return row


async def require_step(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, *states: State
) -> RowMapping:
    """The calibration's row, held, which has to be in one of the states; raises NotInStep naming where it stands."""
    row = await require(connection, tenant_id, calibration_id, lock=True)
    check_in(row["state"], states)
    return row


def check_version(row: RowMapping, version: int | None) -> None:
    """Raises CalibrationChanged unless the version is the row's, or none is asked for."""
    if version is not None and version != row["version"]:
        raise CalibrationChanged(f"it has version {row['version']} by now")


async def bump(connection: AsyncConnection, row: RowMapping, **values: Any) -> RowMapping:
    """Change the row, which has to be held, and its version; the row as it is then.

    The only way in which a calibration changes. Never called for what one side does alone before the reveal.
    """
    return await queries.change(connection, row["tenant_id"], row["id"], values)


async def moved(connection: AsyncConnection, row: RowMapping, speaker: Speaker, move: Move) -> None:
    """Record a move of the calibration and tell of it; row: as it was before.

    The event is `calibration.<kind>`; of those that mean more, `calibration.activated` and `calibration.superseded`.
    """
    steps = {"from_state": row["state"], "to_state": move.to or row["state"]}
    values = {"kind": move.kind, **steps, "moved_on": move.on, "reason": move.reason}
    await _record(connection, row, speaker, values)
    told = _TOLD_AS.get(move.to or "", move.kind)
    states = {"previous": steps["from_state"], "current": steps["to_state"]}
    data = {"account_id": str(row["account_id"]), **states, "on": move.on.isoformat()}
    await events.record(connection, row["tenant_id"], f"calibration.{told}", "calibration", row["id"], data)


async def started(connection: AsyncConnection, row: RowMapping, speaker: Speaker, reason: str | None) -> None:
    """Record that the calibration began, and tell of it."""
    values = {"kind": "started", "from_state": None, "to_state": row["state"], "moved_on": row["started_on"]}
    await _record(connection, row, speaker, {**values, "reason": reason})
    data = {
        "account_id": str(row["account_id"]),
        "trigger": row["trigger"],
        "previous": None,
        "current": row["state"],
        "on": row["started_on"].isoformat(),
    }
    await events.record(connection, row["tenant_id"], "calibration.started", "calibration", row["id"], data)


async def _record(connection: AsyncConnection, row: RowMapping, speaker: Speaker, values: dict[str, Any]) -> None:
    of = {"tenant_id": row["tenant_id"], "id": new_id(), "calibration_id": row["id"]}
    await queries.add_move(connection, {**of, **values, **speaker.said()})


async def touched(connection: AsyncConnection, row: RowMapping) -> None:
    """Have the account's figures computed anew: what metrics read of its calibration changed."""
    await changing.told(connection, row["tenant_id"], ACCOUNTS, [row["account_id"]], any_record=False)
