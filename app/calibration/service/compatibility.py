"""The second step: people of both sides rate how the sides fit, and neither reads the other's before both are done."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.compatibility import (
    DIMENSIONS,
    Compatibility,
    Dimension,
    Rated,
    compatibility,
    side_ratings,
    unrated,
)
from app.calibration.core.open_points import OpenPoint
from app.calibration.core.parties import PARTIES, Party
from app.calibration.queries import compatibility as queries
from app.calibration.service import calibrations
from app.calibration.service.references import names
from app.calibration.service.speaking import Speaker
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import TenantId, new_id


class DimensionTwice(Invalid):
    """A dimension is rated twice at once."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What a person thinks of one dimension: 1..5, and why."""

    dimension: Dimension
    value: int
    comment: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """A side as its reader may see it; of the other before the reveal no more than whether it is done.

    complete: whether the side has rated every dimension. missing, ratings: None where they are hidden.
    """

    party: Party
    complete: bool
    missing: Sequence[Dimension] | None
    ratings: Sequence[RowMapping] | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Both sides, the supplier first; result: None before the reveal. names: of who rated, by user or invitation."""

    calibration: RowMapping
    revealed: bool
    sides: tuple[Side, ...]
    result: Compatibility | None
    names: Mapping[UUID, str]

    def of(self, party: Party) -> Side:
        """One of the two."""
        return next(side for side in self.sides if side.party == party)


async def rate(
    connection: AsyncConnection,
    speaker: Speaker,
    calibration_id: UUID,
    ratings: Sequence[Rating],
    on: date | None,
) -> None:
    """Keep what a person thinks, in place of what the person thought of these dimensions before."""
    _check_once(ratings)
    calibration = await calibrations.require_step(connection, speaker.tenant_id, calibration_id, "assessing")
    day = calibrations.day_of(calibration, on)
    ids = {"tenant_id": speaker.tenant_id, "calibration_id": calibration_id}
    rows = [
        {
            "id": new_id(),
            **ids,
            "dimension": rating.dimension,
            "value": rating.value,
            "comment": rating.comment,
            "rated_on": day,
            **speaker.said(),
        }
        for rating in ratings
    ]
    await queries.say(connection, rows)


def _check_once(ratings: Sequence[Rating]) -> None:
    seen = set[Dimension]()
    problems = []
    for at, rating in enumerate(ratings):
        if rating.dimension in seen:
            problems.append(FieldProblem(f"/ratings/{at}/dimension", "rated_twice", "is rated before"))
        seen.add(rating.dimension)
    if problems:
        raise DimensionTwice("rate each dimension once", errors=problems)


async def seen_by(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, reader: Party) -> Seen:
    """How the sides fit, as one of them may see it.

    What the reader may not see is not even fetched, so that nothing about the answer hangs on it.
    """
    calibration = await calibrations.require(connection, tenant_id, calibration_id)
    done = await _done(connection, calibration)
    rows = await _said(connection, calibration, PARTIES if len(done) == len(PARTIES) else (reader,))
    rated = _rated(rows)
    result = compatibility(rated, calibration["weights"])
    sides = tuple(
        Side(party, party in done, unrated(rated[party]), rows[party])
        if result is not None or party == reader
        else Side(party, party in done, None, None)
        for party in PARTIES
    )
    called = await names(connection, tenant_id, [row for side in sides for row in side.ratings or ()])
    return Seen(calibration, result is not None, sides, result, called)


async def figures(connection: AsyncConnection, _tenant_id: TenantId, calibration: RowMapping) -> float | None:
    """The compatibility, 0..100; None until both sides have rated every dimension, or where none has a weight."""
    if len(await _done(connection, calibration)) < len(PARTIES):
        return None
    rated = _rated(await _said(connection, calibration, PARTIES))
    result = compatibility(rated, calibration["weights"])
    return None if result is None else result.score


async def open_points(connection: AsyncConnection, _tenant_id: TenantId, calibration: RowMapping) -> list[OpenPoint]:
    """What is missing before the sides may go on: each side that has not rated every dimension."""
    done = await _done(connection, calibration)
    return [
        OpenPoint(f"{party}_not_rated", f"the {party} has not rated every dimension")
        for party in PARTIES
        if party not in done
    ]


async def _done(connection: AsyncConnection, calibration: RowMapping) -> list[Party]:
    """The sides that have rated every dimension."""
    rated = await queries.rated(connection, calibration["tenant_id"], calibration["id"])
    return [party for party in PARTIES if rated.get(party) == len(DIMENSIONS)]


async def _said(
    connection: AsyncConnection, calibration: RowMapping, parties: Sequence[Party]
) -> dict[Party, list[RowMapping]]:
    """The ratings of these sides; of the other, none."""
    found: dict[Party, list[RowMapping]] = {party: [] for party in PARTIES}
    for row in await queries.said(connection, calibration["tenant_id"], calibration["id"], parties):
        found[row["party"]].append(row)
    return found


def _rated(rows: Mapping[Party, Sequence[RowMapping]]) -> dict[Party, Rated]:
    return {party: side_ratings(_voices(rows[party])) for party in PARTIES}


def _voices(rows: Sequence[RowMapping]) -> dict[Dimension, tuple[int, ...]]:
    found = defaultdict[Dimension, list[int]](list)
    for row in rows:
        found[row["dimension"]].append(row["value"])
    return {dimension: tuple(values) for dimension, values in found.items()}
