"""What key account managers spent their time on, as they or their tools record it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people, standing
from app.accounts.service.people import SpeaksForAnother, UnknownPeople
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import FieldProblem, NotFound
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.program.core.time_spent import Activity
from app.program.queries import kam_hours as queries
from app.program.queries.kam_hours import Wanted
from app.program.tables import kam_hours
from app.tenancy.core.caller import Caller

__all__ = ["LISTED", "HoursNotFound", "NewHours", "Wanted", "find", "forget", "page", "record"]

LISTED: Final = Keyset(
    {"spent_on": kam_hours.c.spent_on, "hours": kam_hours.c.hours}, tiebreak=kam_hours.c.id, default="-spent_on"
)


class HoursNotFound(NotFound):
    """No such hours."""


@dataclass(frozen=True, slots=True)
class NewHours:
    """Hours on one activity, above 0; with an account where they were for one. `on`: today when None."""

    activity: Activity
    hours: float
    user_id: UserId | None = None
    account_id: AccountId | None = None
    on: date | None = None


async def record(
    connection: AsyncConnection, caller: Caller, entries: Sequence[NewHours], *, pointers: Sequence[str]
) -> list[UUID]:
    """Keep hours, all of them or none; the ids come in their order. pointers: where each entry stands in the body."""
    today = datetime.now(UTC).date()
    days = [day_asked(one.on, today, pointer=f"{at}/on") for one, at in zip(entries, pointers, strict=True)]
    users = await _users(connection, caller, entries, pointers)
    placed = [at for at, one in enumerate(entries) if one.account_id is not None]
    known = await standing.standing_for(
        connection,
        caller.tenant_id,
        [account_id for one in entries if (account_id := one.account_id) is not None],
        pointers=[f"{pointers[at]}/account_id" for at in placed],
    )
    account_ids = dict(zip(placed, known, strict=True))
    ids = [new_id() for _ in entries]
    rows = [
        {
            "id": ids[at],
            "user_id": users[at],
            "account_id": account_ids.get(at),
            "spent_on": days[at],
            "activity": one.activity,
            "hours": one.hours,
            "key_id": caller.key_id,
        }
        for at, one in enumerate(entries)
    ]
    await queries.add(connection, caller.tenant_id, rows)
    return ids


async def _users(
    connection: AsyncConnection, caller: Caller, entries: Sequence[NewHours], pointers: Sequence[str]
) -> list[UserId]:
    """Whose hours each entry holds: the key's own person, or, where the key is nobody's, who is named."""
    if caller.user_id is not None and any(one.user_id not in {None, caller.user_id} for one in entries):
        raise SpeaksForAnother("leave user_id out, or use a key that belongs to nobody")
    wanted = [one.user_id or caller.user_id for one in entries]
    named = sorted({one for one in wanted if one is not None})
    there = set(await people.names(connection, caller.tenant_id, named))  # who has left may have worked then
    problems = [
        FieldProblem(f"{pointer}/user_id", *_WRONG[user_id is None])
        for user_id, pointer in zip(wanted, pointers, strict=True)
        if user_id not in there
    ]
    if problems:
        raise UnknownPeople("see GET /v1/users", errors=problems)
    return [user_id for user_id in wanted if user_id is not None]


_WRONG: Final = {
    True: ("missing", "is needed, as the key belongs to nobody"),
    False: ("unknown_user", "names no user"),
}


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted
) -> Slice[RowMapping]:
    """A page of hours, the latest first."""
    rows = (await connection.execute(LISTED.page(queries.of(tenant_id, wanted), asked))).all()
    return LISTED.cut(rows, asked, by_name)


async def find(connection: AsyncConnection, tenant_id: TenantId, hours_id: UUID) -> RowMapping:
    """Hours by their id; raises HoursNotFound."""
    row = await queries.find(connection, tenant_id, hours_id)
    if row is None:
        raise HoursNotFound(f"hours {hours_id}")
    return row


async def forget(connection: AsyncConnection, tenant_id: TenantId, hours_id: UUID) -> None:
    """Take back what was recorded by mistake; raises HoursNotFound."""
    if not await queries.forget(connection, tenant_id, hours_id):
        raise HoursNotFound(f"hours {hours_id}")
