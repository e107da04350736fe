"""What is done about roadblocks: changed, taken on and cleared, each move on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.kernel.errors import Stale
from app.kernel.ids import TenantId, UserId
from app.resourcing.core.roadblocks import changing
from app.resourcing.queries import roadblocks as queries
from app.resourcing.service.resources import today
from app.resourcing.service.roadblocks import RoadblockId, check_owner, move, require, told_of, who
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller

# What a change of state is told as.
_TOLD: Final = {"open": "roadblock.reopened", "mitigating": "roadblock.mitigating"}


class RoadblockChanged(Stale):
    """The roadblock has changed since it was read."""


@dataclass(frozen=True, slots=True)
class Said:
    """What beside a change is said of it: the day, by whom, and why."""

    on: date | None = None
    user_id: UserId | None = None
    note: str | None = None


async def change(  # who changes which roadblock how, and what is said of it
    connection: AsyncConnection,
    caller: Caller,
    roadblock_id: RoadblockId,
    given: Mapping[str, Any],
    said: Said,
    *,
    version: int | None,
) -> RowMapping:
    """Change a roadblock that still stands; what changes nothing and says nothing leaves no move."""
    tenant_id = caller.tenant_id
    before, on = await _held(connection, tenant_id, roadblock_id, said.on, version)
    days = (await tenancy.organization(connection, tenant_id)).roadblock_days
    fields = changing.changes(dict(before), given, on, days)
    if fields.get("owner_user_id") is not None:
        await check_owner(connection, tenant_id, UserId(fields["owner_user_id"]))
    person = await who(connection, caller, said.user_id)
    note = changing.told(dict(before), fields, said.note)
    if note is None:
        return before
    row = await queries.change(connection, tenant_id, roadblock_id, fields)
    by = {"user_id": person, "key_id": caller.key_id, "note": note}
    await queries.add_moves(connection, [move(row, "changed", on, **by)])
    if row["state"] != before["state"]:
        told = {**told_of(row), "previous": before["state"], "current": row["state"]}
        await events.record(connection, tenant_id, _TOLD[row["state"]], "roadblock", row["id"], told)
    return row


async def _held(
    connection: AsyncConnection, tenant_id: TenantId, roadblock_id: RoadblockId, on: date | None, version: int | None
) -> tuple[RowMapping, date]:
    """The roadblock, held for who moves it, and the day of the move."""
    row = await require(connection, tenant_id, roadblock_id, lock=True)
    if version is not None and version != row["version"]:
        raise RoadblockChanged(f"it has version {row['version']} by now")
    changing.check_unresolved(row["state"])
    day = on or today()
    last = await queries.last_moved_on(connection, tenant_id, roadblock_id)
    changing.check_move_on(day, last or row["opened_on"], today())
    return row, day


async def resolve(
    connection: AsyncConnection,
    caller: Caller,
    roadblock_id: RoadblockId,
    resolution: str,
    said: Said,
    *,
    version: int | None,
) -> RowMapping:
    """Say that a roadblock is out of the way, and how that was done."""
    before, on = await _held(connection, caller.tenant_id, roadblock_id, said.on, version)
    person = await who(connection, caller, said.user_id)
    return await _resolved(connection, caller, before, resolution, on, {"user_id": person, "note": said.note})


async def resolve_with_objection(
    connection: AsyncConnection, caller: Caller, objection_id: UUID, resolution: str, user_id: UserId
) -> None:
    """Clear the roadblock that an objection became, if it became one that still stands: it is settled at its source."""
    roadblock_id = await queries.unresolved_of_objection(connection, caller.tenant_id, objection_id)
    if roadblock_id is not None:
        before = await require(connection, caller.tenant_id, RoadblockId(roadblock_id), lock=True)
        await _resolved(connection, caller, before, resolution, today(), {"user_id": user_id})


async def _resolved(  # who cleared which roadblock how, when, and what is noted of it
    connection: AsyncConnection,
    caller: Caller,
    before: RowMapping,
    resolution: str,
    on: date,
    said: Mapping[str, Any],
) -> RowMapping:
    tenant_id = caller.tenant_id
    values = {"state": "resolved", "resolved_on": on, "resolution": resolution}
    row = await queries.change(connection, tenant_id, before["id"], values)
    by = {**said, "key_id": caller.key_id}
    await queries.add_moves(connection, [move(row, "resolved", on, **by)])
    states = {"previous": before["state"], "current": row["state"]}
    told = {**told_of(row), **states, "age_days": (on - row["opened_on"]).days, "breached": on > row["due_on"]}
    await events.record(connection, tenant_id, "roadblock.resolved", "roadblock", row["id"], told)
    return row
