"""Moves the parties towards one level: proposals, agreement, and telling the customer of it openly."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.agreeing import Talks, check_agrees, check_open, check_told
from app.calibration.core.levels import Level
from app.calibration.queries import alignment as queries
from app.calibration.service import calibrations
from app.calibration.service.calibrations import Move
from app.calibration.service.references import check_contact
from app.calibration.service.speaking import Speaker
from app.events import service as events
from app.kernel.ids import AccountId, TenantId, new_id

STEP: Final = "aligning"


@dataclass(frozen=True, slots=True)
class Communication:
    """That the customer was told of the level: whom, by what channel."""

    level: Level
    contact_id: UUID
    channel: str
    note: str | None


async def _talks(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> Talks:
    proposals = await queries.standing_proposals(connection, tenant_id, calibration_id)
    agreements = await queries.standing_agreements(connection, tenant_id, calibration_id)
    days = [row["proposed_on"] for row in proposals] + [row["agreed_on"] for row in agreements]
    return Talks(
        {row["party"]: row["level"] for row in proposals},
        {row["party"]: row["level"] for row in agreements},
        max(days, default=None),
    )


async def propose(  # who proposes what, why, on which day
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, level: Level, reason: str, on: date | None
) -> RowMapping:
    """A side proposes a level in place of what it proposed before; what it had agreed to alone is taken back."""
    row = await calibrations.require_step(connection, speaker.tenant_id, calibration_id, STEP)
    talks = await _talks(connection, speaker.tenant_id, calibration_id)
    day = calibrations.not_before(talks.last_on, calibrations.day_of(row, on))
    check_open(talks)

    if talks.agreed.get(speaker.party, level) != level:
        await queries.take_agreement_back(connection, speaker.tenant_id, calibration_id, speaker.party)
    values = {"level": level, "reason": reason, "proposed_on": day}
    made = await queries.add_proposal(connection, _said(speaker, row, values))
    told = {"party": speaker.party, "level": level, "on": day.isoformat()}
    await _tell(connection, row, "level.proposed", told)
    return made


async def agree(
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, level: Level, on: date | None
) -> RowMapping:
    """A side agrees to a level; once both have it is the calibration's."""
    row = await calibrations.require_step(connection, speaker.tenant_id, calibration_id, STEP)
    talks = await _talks(connection, speaker.tenant_id, calibration_id)
    day = calibrations.not_before(talks.last_on, calibrations.day_of(row, on))
    check_agrees(talks, speaker.party, level)
    if speaker.party in talks.agreed:
        await queries.take_agreement_back(connection, speaker.tenant_id, calibration_id, speaker.party)

    made = await queries.add_agreement(connection, _said(speaker, row, {"level": level, "agreed_on": day}))
    if talks.agreed.keys() - {speaker.party}:
        await _agreed(connection, row, speaker, level, day)
    return made


async def _agreed(connection: AsyncConnection, row: RowMapping, speaker: Speaker, level: Level, on: date) -> None:
    await calibrations.bump(connection, row, agreed_level=level, agreed_on=on)
    await calibrations.moved(connection, row, speaker, Move("agreed", on, reason=level))
    await _tell(connection, row, "level.agreed", {"level": level, "on": on.isoformat()})


async def communicate(
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, told: Communication, on: date | None
) -> RowMapping:
    """Record that the customer was told of the agreed level, whatever it is."""
    row = await calibrations.require_step(connection, speaker.tenant_id, calibration_id, STEP)
    check_told(row["agreed_level"], told.level)
    day = calibrations.not_before(row["agreed_on"], calibrations.day_of(row, on))
    account_id = AccountId(row["account_id"])
    await check_contact(connection, speaker.tenant_id, account_id, told.contact_id, pointer="/contact_id")

    values: dict[str, Any] = {
        "level": told.level, "contact_id": told.contact_id, "channel": told.channel, "note": told.note, "told_on": day,
    }  # fmt: skip
    identity = {"tenant_id": speaker.tenant_id, "id": new_id(), "calibration_id": row["id"]}
    made = await queries.add_communication(connection, {**identity, **values, **speaker.ours()})
    await _tell(connection, row, "level.communicated", {"level": told.level, "on": day.isoformat()})
    return made


def _said(speaker: Speaker, row: RowMapping, values: dict[str, Any]) -> dict[str, Any]:
    identity = {"tenant_id": speaker.tenant_id, "id": new_id(), "calibration_id": row["id"]}
    return {**identity, **values, **speaker.said()}


async def _tell(connection: AsyncConnection, row: RowMapping, type_: str, data: dict[str, Any]) -> None:
    told = {"account_id": str(row["account_id"]), **data}
    await events.record(connection, row["tenant_id"], type_, "calibration", row["id"], told)
