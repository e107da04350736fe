"""Delineates what the supplier invests: the lines, approval of what goes beyond the level, and who knows of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.investments import (
    AcknowledgedAlready,
    ApprovedAlready,
    ApprovesOwnRequest,
    FunctionNotInvolved,
    Line,
    NoException,
    NoSuchInvestment,
    check_lines,
    functions_of,
)
from app.calibration.queries import investments as queries
from app.calibration.service import calibrations, investments
from app.calibration.service.speaking import Speaker
from app.events import service as events
from app.kernel.ids import TenantId, new_id
from app.resourcing.service import entitlements, resources

STEP: Final = "investing"
# What an approval is of: changed, it is asked for anew.
_APPROVED: Final = ("quantity", "from_on", "until_on", "exception_reason")
_TOLD: Final = ("purpose", "internal_note")


async def delineate(
    connection: AsyncConnection,
    speaker: Speaker,
    calibration_id: UUID,
    wanted: Sequence[Mapping[str, Any]],
    *,
    version: int | None,
) -> RowMapping:
    """Let these, and no others, be the investments; functions whose part changed have to acknowledge it anew.

    wanted: of each the columns `resource_id`, `quantity`, `from_on`, `until_on`, `purpose`, `internal_note` and
    `exception_reason`. The calibration's row as it is then.
    """
    row = await calibrations.require_step(connection, speaker.tenant_id, calibration_id, STEP)
    calibrations.check_version(row, version)
    before = {one["resource_id"]: one for one in await queries.of_calibration(connection, row["tenant_id"], row["id"])}
    functions = await _checked(connection, row, wanted, before)

    named = {one["resource_id"] for one in wanted}
    gone = [one["id"] for resource_id, one in before.items() if resource_id not in named]
    changed = {one["resource_id"] for one in wanted if _differs(before.get(one["resource_id"]), one)}
    await _store(connection, speaker, row, wanted, before)
    if gone:
        await queries.stop(connection, row["tenant_id"], gone)
    touched = {functions[resource_id] for resource_id in changed | (before.keys() - named)}
    if touched:
        await queries.ask_again(connection, row["tenant_id"], row["id"], touched)
        told = {"account_id": str(row["account_id"]), "functions": sorted(touched)}
        await events.record(connection, row["tenant_id"], "investments.delineated", "calibration", row["id"], told)
    return await calibrations.bump(connection, row)


async def _checked(
    connection: AsyncConnection,
    row: RowMapping,
    wanted: Sequence[Mapping[str, Any]],
    before: Mapping[UUID, RowMapping],
) -> dict[UUID, str]:
    """The function of each resource that is named, now or before; raises UnusableInvestments."""
    tenant_id: TenantId = row["tenant_id"]
    entitled = await entitlements.of_level(connection, tenant_id, row["agreed_level"])
    ids = sorted({*before, *(one["resource_id"] for one in wanted)})
    known = await resources.of(connection, tenant_id, ids)
    lines = [
        Line(
            resource_id=one["resource_id"],
            function="",
            quantity=one["quantity"],
            entitled=entitled.get(one["resource_id"], 0.0),
            exception_reason=one["exception_reason"],
            approved=False,
        )
        for one in wanted
    ]
    there = {resource_id for resource_id, one in known.items() if one["active"] or resource_id in before}
    check_lines(lines, there, [(one["from_on"], one["until_on"]) for one in wanted])
    return {resource_id: one["function"] for resource_id, one in known.items()}


async def _store(
    connection: AsyncConnection,
    speaker: Speaker,
    row: RowMapping,
    wanted: Sequence[Mapping[str, Any]],
    before: Mapping[UUID, RowMapping],
) -> None:
    identity = {"tenant_id": row["tenant_id"], "calibration_id": row["id"], **speaker.ours()}
    fresh = []
    for one in wanted:
        old = before.get(one["resource_id"])
        if old is None:
            fresh.append({**identity, "id": new_id(), **one})
        elif _differs(old, one):
            anew = {"approved_by_user_id": None, "approved_on": None, **speaker.ours()}
            await queries.change(connection, row["tenant_id"], old["id"], {**one, **anew})
        elif any(old[name] != one[name] for name in _TOLD):
            await queries.change(connection, row["tenant_id"], old["id"], {name: one[name] for name in _TOLD})
    if fresh:
        await queries.add(connection, fresh)


def _differs(before: RowMapping | None, now: Mapping[str, Any]) -> bool:
    return before is None or any(before[name] != now[name] for name in _APPROVED)


async def approve(
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, resource_id: UUID, on: date | None
) -> RowMapping:
    """Approve an investment beyond the level, which somebody else asked for; the calibration's row as it is then."""
    row = await calibrations.require_step(connection, speaker.tenant_id, calibration_id, STEP)
    day = calibrations.day_of(row, on)
    found = await investments.find(connection, speaker.tenant_id, row)
    at = next((at for at, line in enumerate(found.lines) if line.resource_id == resource_id), None)
    if at is None:
        raise NoSuchInvestment("see the calibration's investments")
    if not found.lines[at].is_exception:
        raise NoException(f"the level brings {found.lines[at].entitled:g} per quarter")
    if found.lines[at].approved:
        raise ApprovedAlready(f"on {found.rows[at]['approved_on']}")
    if found.rows[at]["user_id"] == speaker.user_id:
        raise ApprovesOwnRequest("who asked for it cannot approve it")

    approval = {"approved_by_user_id": speaker.user_id, "approved_on": day}
    await queries.change(connection, speaker.tenant_id, found.rows[at]["id"], approval)
    return await calibrations.bump(connection, row)


async def acknowledge(
    connection: AsyncConnection, speaker: Speaker, calibration_id: UUID, note: str | None, on: date | None
) -> RowMapping:
    """A person says for their function that it knows what it gives; the calibration's row."""
    row = await calibrations.require_step(connection, speaker.tenant_id, calibration_id, STEP)
    day = calibrations.day_of(row, on)
    found = await investments.find(connection, speaker.tenant_id, row)
    owning = functions_of(found.lines)
    if speaker.function not in owning:
        raise FunctionNotInvolved(f"{speaker.function} gives nothing here; {', '.join(owning) or 'nobody'} does")
    if speaker.function in found.acknowledged:
        raise AcknowledgedAlready(f"{speaker.function} knows of it")

    identity = {"tenant_id": speaker.tenant_id, "id": new_id(), "calibration_id": row["id"]}
    said = {"function": speaker.function, "acknowledged_on": day, "note": note}
    await queries.acknowledge(connection, {**identity, **said, **speaker.ours()})
    told = {"account_id": str(row["account_id"]), "function": speaker.function, "on": day.isoformat()}
    await events.record(connection, row["tenant_id"], "investment.acknowledged", "calibration", row["id"], told)
    return row
