"""What each step leaves to be done, asked of the step itself; and what goes from one step into the next."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.open_points import OpenPoint
from app.calibration.core.states import State, Step
from app.calibration.service import compatibility, exploration, investments, levels, submissions
from app.calibration.service.investments import grant, revoke
from app.calibration.service.levels import Figures
from app.kernel.ids import TenantId

__all__ = ["carried_into", "figures", "grant", "open_points", "revoke"]

Asks = Callable[[AsyncConnection, TenantId, RowMapping], Awaitable[list[OpenPoint]]]


_ASKS: Final[Mapping[Step, Sequence[Asks]]] = {
    "exploring": (submissions.open_points, exploration.open_points),
    "assessing": (compatibility.open_points,),
    "aligning": (levels.open_points,),
    "investing": (investments.open_points,),
}


async def open_points(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> list[OpenPoint]:
    """All that is missing before the calibration may leave its step; nothing where it is in none."""
    asked = _ASKS.get(calibration["state"], ())
    return [point for ask in asked for point in await ask(connection, tenant_id, calibration)]


async def figures(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> Figures:
    """Potential and compatibility, kept or, before they are, as they are now; what is not open to both yet is None."""
    if calibration["state"] in {"exploring", "assessing"}:
        return await levels.figures(connection, tenant_id, calibration)
    return Figures(calibration["potential"], calibration["compatibility"], None, None)


async def carried_into(
    connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping, to: State
) -> dict[str, Any]:
    """What the row keeps of the steps so far when the parties enter a step: the figures that they align by."""
    if to != "aligning":
        return {}
    found = await levels.figures(connection, tenant_id, calibration)
    kept = {"potential": found.potential, "compatibility": found.compatibility}
    return {**kept, "recommended_level": found.recommendation and found.recommendation.level}
