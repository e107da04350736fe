"""Submissions: each side saves and seals its own; when the second is sealed, both are revealed at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core import submissions as core
from app.calibration.core.open_points import OpenPoint
from app.calibration.core.parties import PARTIES, Party
from app.calibration.queries import submissions as queries
from app.calibration.service import calibrations
from app.calibration.service.speaking import Speaker
from app.events import service as events
from app.kernel.errors import Stale
from app.kernel.ids import TenantId, new_id

STEP: Final = "exploring"


class SubmissionChanged(Stale):
    """The submission has changed since it was read."""


@dataclass(frozen=True, slots=True)
class Side:
    """How far a side is; document and version: None where the reader may not see them, or nothing was saved."""

    party: Party
    sealed_at: datetime | None
    sealed_by: str | None
    document: dict[str, Any] | None
    version: int | None

    @property
    def sealed(self) -> bool:
        return self.sealed_at is not None


@dataclass(frozen=True, slots=True)
class Submissions:
    """Both sides of a round, the supplier first, as one of them may see them."""

    calibration: RowMapping
    revealed: bool
    sides: tuple[Side, ...]

    def of(self, party: Party) -> Side:
        """One of the two."""
        return next(side for side in self.sides if side.party == party)

    @property
    def revealed_at(self) -> datetime | None:
        """When the second was sealed."""
        return max(side.sealed_at for side in self.sides if side.sealed_at) if self.revealed else None


async def shown_to(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, reader: Party
) -> Submissions:
    """Both submissions of the present round, as a side may see them."""
    return await of_round(connection, await calibrations.require(connection, tenant_id, calibration_id), reader)


async def of_round(connection: AsyncConnection, calibration: RowMapping, reader: Party) -> Submissions:
    """As `shown_to`, of a calibration that was found already.

    What the reader may not see is not even fetched, so that nothing about the answer hangs on it.
    """
    place = (calibration["tenant_id"], calibration["id"], calibration["round"])
    found = await _standing(connection, calibration)
    sealed = _sealed(found)
    documents = await queries.documents(connection, *place, core.readable(reader, sealed))
    sides = tuple(_side(party, found.get(party), documents.get(party)) for party in PARTIES)
    return Submissions(calibration, core.revealed(sealed), sides)


def _side(party: Party, row: RowMapping | None, document: dict[str, Any] | None) -> Side:
    if row is None:
        return Side(party, None, None, None, None)
    by = row["by"] if row["sealed_at"] else None
    return Side(party, row["sealed_at"], by, document, None if document is None else row["version"])


async def open_points(connection: AsyncConnection, _tenant_id: TenantId, calibration: RowMapping) -> list[OpenPoint]:
    """What is missing before both can read what the other said."""
    return core.missing(_sealed(await _standing(connection, calibration)))


async def save(
    connection: AsyncConnection,
    speaker: Speaker,
    calibration_id: UUID,
    document: Mapping[str, Any],
    *,
    version: int | None,
) -> None:
    """Save what the speaker's side says, in place of what it said before; version: the one that was read, if any."""
    core.check(document)
    calibration = await calibrations.require_step(connection, speaker.tenant_id, calibration_id, STEP)
    own = (await _standing(connection, calibration)).get(speaker.party)
    _check_open(own, version)
    values = {"document": dict(document), **speaker.said()}
    if own is not None:
        await queries.change(connection, speaker.tenant_id, own["id"], values)
        return
    place = {"tenant_id": speaker.tenant_id, "id": new_id(), "calibration_id": calibration_id}
    await queries.add(connection, {**place, "round": calibration["round"], **values})


async def seal(
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, on: date | None, *, version: int | None
) -> None:
    """Let what the speaker's side says stay as it is; where the other side's is sealed already, both are revealed.

    The calibration is held meanwhile, so of two that seal at once one comes second, and reveals.
    """
    tenant_id, party = speaker.tenant_id, speaker.party
    calibration = await calibrations.require_step(connection, tenant_id, calibration_id, STEP)
    standing = await _standing(connection, calibration)
    own = standing.get(party)
    if own is None:
        raise core.NothingToSeal("save the submission first")
    _check_open(own, version)
    documents = await queries.documents(connection, tenant_id, calibration_id, calibration["round"], [party])
    core.check_sealable(documents[party])
    day = calibrations.day_of(calibration, on)
    sealed_at = _moment(day)
    await queries.change(connection, tenant_id, own["id"], {"sealed_at": sealed_at, **speaker.said()})
    told = {"account_id": str(calibration["account_id"]), "party": party, "round": calibration["round"]}
    data = {**told, "on": day.isoformat()}
    await events.record(connection, tenant_id, "submission.sealed", "calibration", calibration_id, data)
    others = [row["sealed_at"] for side, row in standing.items() if side != party and row["sealed_at"]]
    if others:
        await _reveal(connection, calibration, speaker, max(sealed_at, *others))


async def _reveal(connection: AsyncConnection, calibration: RowMapping, speaker: Speaker, at: datetime) -> None:
    await calibrations.bump(connection, calibration, revealed_at=at)
    await calibrations.moved(connection, calibration, speaker, calibrations.Move("revealed", at.date()))


def _moment(day: date) -> datetime:
    """The moment of something done on a day: now where that is today, else the day's beginning."""
    now = datetime.now(UTC)
    return now if day == now.date() else datetime.combine(day, time(), UTC)


def _check_open(own: RowMapping | None, version: int | None) -> None:
    """Raises SubmissionSealed, or SubmissionChanged unless the version is the one that is kept (0: nothing yet)."""
    if own is not None and own["sealed_at"] is not None:
        raise core.SubmissionSealed(f"it was sealed at {own['sealed_at'].isoformat()}")
    kept = 0 if own is None else own["version"]
    if version not in {None, kept}:
        raise SubmissionChanged(f"it has version {kept} by now")


async def _standing(connection: AsyncConnection, calibration: RowMapping) -> dict[Party, RowMapping]:
    place = (calibration["tenant_id"], calibration["id"], calibration["round"])
    return {row["party"]: row for row in await queries.standing(connection, *place)}


def _sealed(standing: Mapping[Party, RowMapping]) -> list[Party]:
    return [party for party, row in standing.items() if row["sealed_at"] is not None]
