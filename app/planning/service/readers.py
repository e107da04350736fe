"""Who is to know a plan, and who has read it as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.kernel.errors import Conflict, FieldProblem
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.planning.core.consistency import UnusablePlan
from app.planning.queries import plans as plan_queries
from app.planning.queries import signing as queries
from app.planning.service import references
from app.planning.service.plans import require, require_active, today
from app.tenancy.core.caller import Caller


class NotAReader(Conflict):
    """They are not among the plan's readers."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is to know the plan, and whether they have read it since it last said something new."""

    row: RowMapping
    name: str | None
    up_to_date: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Which version was read: by a contact of the customer, else by a user."""

    number: int
    user_id: UserId | None
    contact_id: UUID | None


@dataclass(frozen=True, slots=True)
class Readers:
    """All who are to know a plan; settled: the version that last said something new."""

    settled: int
    readers: Sequence[Reader]

    @property
    def coverage(self) -> float | None:
        """The share who have read the plan as it is, 0 to 1; None without readers. It should be 1."""
        return sum(one.up_to_date for one in self.readers) / len(self.readers) if self.readers else None


async def listed(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> Readers:
    """Who is to know the account's plan."""
    plan = await require(connection, tenant_id, account_id)
    return await _of(connection, tenant_id, plan)


async def _of(connection: AsyncConnection, tenant_id: TenantId, plan: RowMapping) -> Readers:
    settled = await plan_queries.settled(connection, tenant_id, plan["id"]) or 1
    rows = await queries.readers_of(connection, tenant_id, plan["id"])
    ours = [row["user_id"] for row in rows if row["user_id"] is not None]
    theirs = [row["contact_id"] for row in rows if row["contact_id"] is not None]
    names = await references.names(connection, tenant_id, ours, theirs)
    return Readers(
        settled,
        [
            Reader(row, names.get(row["user_id"] or row["contact_id"]), (row["read_number"] or 0) >= settled)
            for row in rows
        ],
    )


async def name(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    user_ids: Sequence[UserId],
    contact_ids: Sequence[UUID],
) -> Readers:
    """Say who is to know the plan; who is named still keeps what they have read."""
    plan = await require_active(connection, tenant_id, account_id)
    await people.people(connection, tenant_id, user_ids, pointer="/users")
    places = [(f"/contacts/{at}", "contact", one) for at, one in enumerate(contact_ids)]
    await references.check(connection, tenant_id, account_id, places)

    there = {row["user_id"] or row["contact_id"]: row["id"] for row in await _rows(connection, plan)}
    wanted: dict[UUID, str] = {**dict.fromkeys(user_ids, "user_id"), **dict.fromkeys(contact_ids, "contact_id")}
    gone = [there[one] for one in there if one not in wanted]
    if gone:
        await queries.remove_readers(connection, tenant_id, gone)
    fresh = [_row(plan, column, one) for one, column in wanted.items() if one not in there]
    if fresh:
        await queries.add_readers(connection, fresh)
    return await _of(connection, tenant_id, plan)


async def _rows(connection: AsyncConnection, plan: RowMapping) -> Sequence[RowMapping]:
    return await queries.readers_of(connection, plan["tenant_id"], plan["id"])


def _row(plan: RowMapping, column: str, who: UUID) -> dict[str, Any]:
    named = {"user_id": None, "contact_id": None, column: who}
    return {"tenant_id": plan["tenant_id"], "id": new_id(), "plan_id": plan["id"], **named}


async def acknowledge(
    connection: AsyncConnection,
    caller: Caller,
    account_id: AccountId,
    reading: Reading,
) -> Readers:
    """Say that a reader has read a version; an older one than they said before changes nothing."""
    tenant_id = caller.tenant_id
    plan = await require_active(connection, tenant_id, account_id)
    number = reading.number
    if number > plan["newest"]:
        problem = FieldProblem("/number", "unknown_version", f"the newest version is {plan['newest']}")
        raise UnusablePlan("there is no such version yet", errors=[problem])
    who = reading.contact_id or (await people.speaker(connection, caller, reading.user_id)).id
    rows = {row["user_id"] or row["contact_id"]: row for row in await _rows(connection, plan)}
    if who not in rows:
        raise NotAReader("name the readers first")
    if number > (rows[who]["read_number"] or 0):
        await queries.has_read(connection, tenant_id, rows[who]["id"], number, today())
    return await _of(connection, tenant_id, plan)
