"""Actions about the program itself: opened, changed, closed."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.errors import Conflict, NotFound, Stale
from app.kernel.ids import TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.program.queries import stated as queries
from app.program.service.stated import page, today
from app.program.tables import program_actions
from app.tenancy.core.caller import Caller

LISTED: Final = Keyset(
    {"due_on": program_actions.c.due_on, "created_at": program_actions.c.created_at},
    tiebreak=program_actions.c.id,
    default="due_on",
)


class ProgramActionNotFound(NotFound):
    """No such action of the program."""


class ProgramActionChanged(Stale):
    """The action of the program has changed since it was read."""


class ProgramActionClosed(Conflict):
    """The action of the program is closed."""


async def add(connection: AsyncConnection, caller: Caller, given: Mapping[str, Any]) -> RowMapping:
    """Something that is to be done about the program, by whom, and by when."""
    await people.people(connection, caller.tenant_id, [UserId(given["owner_user_id"])], pointer="/owner_user_id")
    row = {"tenant_id": caller.tenant_id, "id": new_id(), "key_id": caller.key_id, **given}
    return (await queries.add(connection, program_actions, [row]))[0]


async def find(connection: AsyncConnection, tenant_id: TenantId, action_id: UUID, *, lock: bool = False) -> RowMapping:
    """One action."""
    row = await queries.find(connection, program_actions, tenant_id, action_id, lock=lock)
    if row is None:
        raise ProgramActionNotFound(str(action_id))
    return row


async def listed(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Mapping[str, Any]
) -> Slice[RowMapping]:
    """A page of actions, what is due first first."""
    return await page(connection, tenant_id, (program_actions, LISTED), asked, wanted)


async def change(  # what, to what, when
    connection: AsyncConnection,
    caller: Caller,
    action_id: UUID,
    given: Mapping[str, Any],
    *,
    on: date | None,
    version: int | None,
) -> RowMapping:
    """Change an action that is open, or close it; what is closed stays as it is."""
    before = await find(connection, caller.tenant_id, action_id, lock=True)
    if version is not None and version != before["version"]:
        raise ProgramActionChanged(f"it is at version {before['version']}")
    if before["state"] != "open":
        raise ProgramActionClosed(f"it is {before['state']} since {before['closed_on']}")
    if given.get("owner_user_id") is not None:
        await people.people(connection, caller.tenant_id, [UserId(given["owner_user_id"])], pointer="/owner_user_id")
    closes = given.get("state", "open") != "open"
    closing = {"closed_on": day_asked(on, today(), pointer="/on")} if closes else {}
    return await queries.change_action(connection, caller.tenant_id, action_id, {**given, **closing})
