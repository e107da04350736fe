"""Where the parties stand on the level: recommended, proposed by each, agreed, and told openly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.agreeing import not_agreed
from app.calibration.core.levels import Level, Recommendation, needs_tested_assumptions, recommended
from app.calibration.core.open_points import OpenPoint
from app.calibration.core.parties import Party
from app.calibration.queries import alignment as queries
from app.calibration.service import compatibility, exploration
from app.calibration.service.references import names
from app.kernel.ids import TenantId

# Before they align nothing is recommended: it would tell one side how the other rated.
RECOMMENDED_FROM = ("aligning", "investing", "active", "superseded", "ended")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the recommendation stands on, each None while it is unknown."""

    potential: float | None
    compatibility: float | None
    asymmetry: float | None
    recommendation: Recommendation | None


@dataclass(frozen=True, slots=True)
class Levels:
    """The four levels of a calibration, and what the customer was told, the latest first.

    names: of the people who spoke.
    """

    calibration: RowMapping
    figures: Figures | None
    proposals: Mapping[str, RowMapping]
    agreements: Mapping[str, RowMapping]
    communications: Sequence[RowMapping]
    untested: int
    names: Mapping[Any, str]

    @property
    def disagreement(self) -> bool:
        """Whether both proposed, not the same, and have not agreed yet."""
        proposed = {row["level"] for row in self.proposals.values()}
        return len(proposed) > 1 and self.calibration["agreed_level"] is None


async def figures(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> Figures:
    """The recommendation by the steps so far, and what it stands on."""
    explored = await exploration.figures(connection, tenant_id, calibration)
    fit = await compatibility.figures(connection, tenant_id, calibration)
    return Figures(
        explored.potential, fit, explored.asymmetry, recommended(explored.potential, fit, explored.asymmetry)
    )


async def find(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> Levels:
    """Where the parties of a calibration stand on its level."""
    calibration_id = calibration["id"]
    proposals = await queries.standing_proposals(connection, tenant_id, calibration_id)
    agreements = await queries.standing_agreements(connection, tenant_id, calibration_id)
    told = await queries.communications(connection, tenant_id, calibration_id)
    known = _is_recommended(calibration)
    return Levels(
        calibration=calibration,
        figures=await figures(connection, tenant_id, calibration) if known else None,
        proposals={row["party"]: row for row in proposals},
        agreements={row["party"]: row for row in agreements},
        communications=told,
        untested=await queries.untested(connection, tenant_id, calibration_id),
        names=await names(connection, tenant_id, [*proposals, *agreements, *told]),
    )


def _is_recommended(calibration: RowMapping) -> bool:
    state = calibration["state"]
    return state in RECOMMENDED_FROM and (state != "ended" or calibration["recommended_level"] is not None)


async def open_points(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> list[OpenPoint]:
    """What is missing before the parties may go on to invest."""
    agreed = calibration["agreed_level"]
    if agreed is None:
        return [await _not_agreed(connection, tenant_id, calibration)]
    found = []
    told = await queries.communications(connection, tenant_id, calibration["id"])
    if all(row["level"] != agreed for row in told):
        found.append(OpenPoint("level_not_communicated", f"the customer has to be told openly that it is {agreed}"))
    if needs_tested_assumptions(agreed):
        untested = await queries.untested(connection, tenant_id, calibration["id"])
        if untested:
            message = f"{untested} assumptions have to be tested or waived before the level may be {agreed}"
            found.append(OpenPoint("assumptions_untested", message))
    return found


async def _not_agreed(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> OpenPoint:
    proposals = await queries.standing_proposals(connection, tenant_id, calibration["id"])
    agreements = await queries.standing_agreements(connection, tenant_id, calibration["id"])
    said = not_agreed(_levels(proposals), _levels(agreements))
    return OpenPoint("level_not_agreed", said)


def _levels(rows: Sequence[RowMapping]) -> dict[Party, Level]:
    return {row["party"]: row["level"] for row in rows}
