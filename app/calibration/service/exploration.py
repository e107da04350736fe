"""The first step after the reveal: which goals belong together, and how much both sides want the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core import exchange
from app.calibration.core.open_points import OpenPoint
from app.calibration.core.parties import PARTIES, Party
from app.calibration.core.potential import Alignment, Pair, alignment
from app.calibration.core.revealed import Goal, NotRevealed, Revealed, revealed_of
from app.calibration.core.themes import Theme, alone, check_themes, pair_of, unmapped
from app.calibration.queries import exploration as queries
from app.calibration.service import calibrations
from app.calibration.service.speaking import Speaker
from app.kernel.ids import TenantId, new_id


@dataclass(frozen=True, slots=True)
class Mapped:
    """A theme as it is kept, and what it counts to each side."""

    row: RowMapping
    pair: Pair


@dataclass(frozen=True, slots=True)
class Exploration:
    """What both sides make of their goals; `alignment` is over the themes and, each alone, the goals that are in none.

    None of it before the reveal: `revealed` is empty then. alignment: None, too, while no theme is mapped.
    """

    revealed: Revealed
    themes: Sequence[Mapped]
    left: dict[Party, list[Goal]]
    alignment: Alignment | None
    commitments: Alignment | None

    @property
    def complete(self) -> bool:
        """Whether every goal of both sides is in a theme."""
        return bool(self.revealed) and not any(self.left.values())


@dataclass(frozen=True, slots=True)
class Figures:
    """Potential 0..100; asymmetry and commitment gap -1..1, above 0 where the supplier's is more; overlap 0..1.

    Each None while it is unknown. Until every goal is in a theme, potential and overlap are the least that they can be.
    """

    potential: float | None
    asymmetry: float | None
    commitment_gap: float | None
    overlap: float | None


async def figures(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> Figures:
    """What the themes and commitments of a calibration come to."""
    return figures_of(await explored(connection, tenant_id, calibration))


def figures_of(found: Exploration) -> Figures:
    """The same of what is found already."""
    of_goals, of_commitments = found.alignment, found.commitments
    return Figures(
        potential=None if of_goals is None else of_goals.potential,
        asymmetry=None if of_goals is None else of_goals.asymmetry,
        commitment_gap=None if of_commitments is None else of_commitments.asymmetry,
        overlap=None if of_goals is None else of_goals.overlap,
    )


async def open_points(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> list[OpenPoint]:
    """What is missing before the parties may go on: goals that are in no theme, and a joint opportunity."""
    found = await explored(connection, tenant_id, calibration)
    points = [
        OpenPoint("unmapped_goals", f"{len(goals)} of the {party}'s goals are in no theme")
        for party, goals in found.left.items()
        if goals
    ]
    if not await queries.count(connection, queries.opportunities(tenant_id, calibration["id"])):
        points.append(OpenPoint("no_joint_opportunity", "log at least one joint opportunity"))
    return points


async def explored(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> Exploration:
    """The themes of a calibration and what they come to; before the reveal, nothing."""
    revealed = await _revealed(connection, calibration)
    if not revealed:
        return Exploration({}, [], {}, None, None)
    rows = await queries.all_of(connection, queries.themes(tenant_id, calibration["id"]))
    themes = [_theme(row) for row in rows]
    pairs, left = [pair_of(theme, revealed) for theme in themes], unmapped(themes, revealed)
    return Exploration(
        revealed=revealed,
        themes=[Mapped(row, pair) for row, pair in zip(rows, pairs, strict=True)],
        left=left,
        alignment=alignment([*pairs, *alone(left)]) if themes else None,
        commitments=exchange.commitments(themes, revealed),
    )


async def revealed_to_both(connection: AsyncConnection, calibration: RowMapping) -> Revealed:
    """What both sides submitted; raises NotRevealed before the reveal, whatever either has written by then."""
    revealed = await _revealed(connection, calibration)
    if not revealed:
        raise NotRevealed("what both make of their goals begins with the reveal")
    return revealed


async def _revealed(connection: AsyncConnection, calibration: RowMapping) -> Revealed:
    if calibration["revealed_at"] is None:
        return {}
    rows = await queries.sealed(connection, calibration["tenant_id"], calibration["id"], calibration["round"])
    return revealed_of({row["party"]: row["document"] for row in rows})


def _theme(row: RowMapping) -> Theme:
    return Theme(row["name"], {"supplier": row["supplier_goals"], "customer": row["customer_goals"]})


async def map_themes(
    connection: AsyncConnection,
    speaker: Speaker,
    calibration_id: UUID,
    themes: Sequence[Theme],
    *,
    version: int | None,
) -> RowMapping:
    """Put these themes in place of those that there are; the calibration as it is then.

    A theme that says what one of before says stays as it is. version: of the calibration, as it was read.
    """
    tenant_id = speaker.tenant_id
    row = await calibrations.require_step(connection, tenant_id, calibration_id, "exploring")
    revealed = await revealed_to_both(connection, row)
    calibrations.check_version(row, version)
    check_themes(themes, revealed)

    kept = await queries.all_of(connection, queries.themes(tenant_id, calibration_id))
    gone = [each["id"] for each in kept if _theme(each) not in themes]
    stays = [_theme(each) for each in kept]
    fresh = [_row(speaker, calibration_id, theme) for theme in themes if theme not in stays]
    if gone:
        await queries.drop_themes(connection, tenant_id, gone)
    if fresh:
        await queries.add_themes(connection, fresh)
    return await calibrations.bump(connection, row) if gone or fresh else row


def _row(speaker: Speaker, calibration_id: UUID, theme: Theme) -> dict[str, Any]:
    goals = {f"{party}_goals": list(theme.goals[party]) for party in PARTIES}
    ids = {"tenant_id": speaker.tenant_id, "id": new_id(), "calibration_id": calibration_id}
    return {**ids, "name": theme.name, **goals, **speaker.said()}
