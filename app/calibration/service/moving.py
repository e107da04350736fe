"""Moves calibrations: begins them, takes them on step by step, back, into force, and to their end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.open_points import OpenPoint
from app.calibration.core.states import (
    ACTIVE,
    START,
    STEPS,
    IllegalCalibrationMove,
    Step,
    check_back,
    following,
    reopened_by,
)
from app.calibration.queries import calibrations as queries
from app.calibration.queries import steps as step_queries
from app.calibration.service import calibrations, steps
from app.calibration.service.calibrations import Move
from app.calibration.service.speaking import Speaker
from app.kernel.errors import Conflict, FieldProblem
from app.kernel.ids import TenantId
from app.kernel.periods import day_asked
from app.resourcing.core.withdrawals import Allowed


class StepNotDone(Conflict):
    """The step is not done yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which calibration is to move, as of which of its versions, on which day (today when not given)."""

    calibration_id: UUID
    version: int
    on: date | None = None


async def advance(connection: AsyncConnection, speaker: Speaker, asked: Asked) -> RowMapping:
    """Take the calibration on to the next step; raises StepNotDone with all that is missing."""
    row, on = await _held(connection, speaker.tenant_id, asked)
    to = following(row["state"])
    if to == ACTIVE:
        raise IllegalCalibrationMove("after its last step a calibration is activated")
    await _check_done(connection, row)

    kept = await steps.carried_into(connection, speaker.tenant_id, row, to)
    return await _go(connection, row, speaker, Move("advanced", on, to), kept)


async def activate(connection: AsyncConnection, speaker: Speaker, asked: Asked) -> RowMapping:
    """Put the calibration into force: what it agrees on is granted, and the one that was in force is superseded."""
    row, on = await _held(connection, speaker.tenant_id, asked)
    if row["state"] != STEPS[-1]:
        raise IllegalCalibrationMove(f"it is {row['state']}; only what is {STEPS[-1]} is activated")
    await _check_done(connection, row)

    await _supersede(connection, row, speaker, on)
    made = await _go(connection, row, speaker, Move("advanced", on, ACTIVE), {"activated_on": on})
    await steps.grant(connection, speaker.tenant_id, made, on)
    await calibrations.touched(connection, made)
    return made


async def go_back(connection: AsyncConnection, speaker: Speaker, asked: Asked, to: Step, reason: str) -> RowMapping:
    """Take the calibration back: what came after does not count any more, and what closed the step is done again."""
    row, on = await _held(connection, speaker.tenant_id, asked)
    check_back(row["state"], to, revealed=row["revealed_at"] is not None)

    tables = [table for step in reopened_by(to) for table in step_queries.RECORDS[step]]
    tables += step_queries.DECIDED_IN.get(to, ())
    now = datetime.now(UTC)
    await step_queries.invalidate(
        connection, speaker.tenant_id, row["id"], tables, datetime.combine(on, now.time(), UTC)
    )
    return await _go(connection, row, speaker, Move("went_back", on, to, reason), _forgotten(row, to))


def _forgotten(row: RowMapping, to: Step) -> dict[str, Any]:
    """What the row no longer says once the parties are back."""
    values: dict[str, Any] = {"agreed_level": None, "agreed_on": None}
    if to in {"exploring", "assessing"}:
        values |= {"potential": None, "compatibility": None, "recommended_level": None}
    return values | ({"revealed_at": None, "round": row["round"] + 1} if to == START else {})


async def end(connection: AsyncConnection, speaker: Speaker, asked: Asked, reason: str) -> RowMapping:
    """End the calibration; what it granted ends with it, once the customer was told where that is to be first."""
    row, on = await _held(connection, speaker.tenant_id, asked)
    if row["ended_on"] is not None:
        raise IllegalCalibrationMove(f"it is {row['state']}, and stays so")
    return await _close(connection, row, speaker, Move("ended", on, "ended", reason))


async def _supersede(connection: AsyncConnection, row: RowMapping, speaker: Speaker, on: date) -> None:
    old = await queries.open_of_account(connection, speaker.tenant_id, row["account_id"], (ACTIVE,))
    if old is not None:
        calibrations.not_before(await queries.last_moved_on(connection, speaker.tenant_id, old["id"]), on)
        await _close(connection, old, speaker, Move("ended", on, "superseded", row["trigger"]))


async def _close(connection: AsyncConnection, row: RowMapping, speaker: Speaker, move: Move) -> RowMapping:
    made = await _go(connection, row, speaker, move, {"ended_on": move.on, "end_reason": move.reason})
    if row["state"] == ACTIVE:
        allowed: Allowed = "agreed" if move.to == "superseded" else "unheld"
        await steps.revoke(connection, speaker.tenant_id, row, move.on, allowed=allowed)
        await calibrations.touched(connection, row)
    return made


async def _held(connection: AsyncConnection, tenant_id: TenantId, asked: Asked) -> tuple[RowMapping, date]:
    """The calibration, held and as it was read, and the day of the move, which is none before the last."""
    row = await calibrations.require(connection, tenant_id, asked.calibration_id, lock=True)
    calibrations.check_version(row, asked.version)
    on = day_asked(asked.on, calibrations.today(), pointer="/on")
    return row, calibrations.not_before(await queries.last_moved_on(connection, tenant_id, row["id"]), on)


async def _check_done(connection: AsyncConnection, row: RowMapping) -> None:
    missing = await steps.open_points(connection, row["tenant_id"], row)
    if missing:
        raise StepNotDone(_told(missing), errors=[FieldProblem("", one.code, one.message) for one in missing])


def _told(missing: list[OpenPoint]) -> str:
    return "; ".join(one.message for one in missing)


async def _go(
    connection: AsyncConnection, row: RowMapping, speaker: Speaker, move: Move, values: Mapping[str, Any]
) -> RowMapping:
    made = await calibrations.bump(connection, row, **values, state=move.to, entered_on=move.on)
    await calibrations.moved(connection, row, speaker, move)
    return made
