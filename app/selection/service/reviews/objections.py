"""What stands in a candidate's way: raised with an owner and a day, then resolved or withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import Person, UnknownPeople, people, speaker
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.resourcing.service import roadblock_changing
from app.selection.queries import decisions as queries
from app.selection.service.keeping import today
from app.selection.service.reviews.seats import candidate, seat
from app.selection.tables import review_objections
from app.tenancy.core.caller import Caller

LISTED = Keyset(
    {"created_at": review_objections.c.created_at, "due_on": review_objections.c.due_on},
    tiebreak=review_objections.c.id,
    default="-created_at",
)

_WITHDRAWN: Final = "The objection was withdrawn"


class ObjectionNotFound(NotFound):
    """No such objection."""


class UnusableObjection(Invalid):
    """The objection cannot be raised so."""


class ObjectionSettled(Conflict):
    """The objection is settled already."""


class NotYourObjection(Forbidden):
    """Only who raised an objection may withdraw it, and only they or its owner may resolve it."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What is foreseen, who is to clear it, and by when."""

    body: str
    owner_user_id: UserId
    due_on: date


@dataclass(frozen=True, slots=True)
class OpenObjection:
    """What a roadblock needs to know; the decision is the newest of its review on the account, if there is one."""

    id: UUID
    review_id: UUID
    account_id: AccountId
    body: str
    raised_by: UserId
    raised_by_function: str
    owner: UserId
    owner_function: str
    due_on: date
    raised_at: datetime
    decision_id: UUID | None
    decision: str | None


async def raise_one(  # who foresees what of which candidate
    connection: AsyncConnection,
    caller: Caller,
    review_id: UUID,
    account_id: AccountId,
    asked: Raised,
    *,
    user_id: UserId | None,
) -> RowMapping:
    """Raise an objection to a candidate in the joint session."""
    found = await candidate(connection, caller.tenant_id, review_id, account_id)
    who = await seat(connection, caller, found, user_id, "object")
    if asked.due_on < today():
        problem = FieldProblem("/due_on", "in_the_past", "must not lie before today")
        raise UnusableObjection(f"/due_on {problem.message}", errors=[problem])
    owner = await _owner(connection, caller.tenant_id, asked.owner_user_id)
    values = {
        "tenant_id": caller.tenant_id,
        "id": new_id(),
        "review_id": review_id,
        "account_id": found.account_id,
        "user_id": who.user_id,
        "function": who.function,
        "body": asked.body,
        "owner_user_id": owner.id,
        "owner_function": owner.function,
        "due_on": asked.due_on,
        "key_id": caller.key_id,
    }
    return await queries.add_objection(connection, values)


async def _owner(connection: AsyncConnection, tenant_id: TenantId, user_id: UserId) -> Person:
    try:
        return (await people(connection, tenant_id, [user_id], pointer=""))[user_id]
    except UnknownPeople as unknown:
        problem = FieldProblem("/owner_user_id", "unknown_user", "names no active user")
        raise UnknownPeople(unknown.detail, errors=[problem]) from None


async def resolve(
    connection: AsyncConnection, caller: Caller, objection_id: UUID, *, user_id: UserId | None, resolution: str
) -> RowMapping:
    """Settle an objection by what was done about it; its owner or its author says so."""
    row, person = await _open(connection, caller, objection_id, user_id)
    if person.id not in {row["owner_user_id"], row["user_id"]}:
        raise NotYourObjection(f"user {person.id} neither raised nor owns it")
    return await _settled(connection, caller, objection_id, person, {"state": "resolved", "resolution": resolution})


async def withdraw(
    connection: AsyncConnection, caller: Caller, objection_id: UUID, *, user_id: UserId | None
) -> RowMapping:
    """Take an objection back; its author alone may."""
    row, person = await _open(connection, caller, objection_id, user_id)
    if person.id != row["user_id"]:
        raise NotYourObjection(f"user {person.id} did not raise it")
    return await _settled(connection, caller, objection_id, person, {"state": "withdrawn"})


async def _open(
    connection: AsyncConnection, caller: Caller, objection_id: UUID, user_id: UserId | None
) -> tuple[RowMapping, Person]:
    row = await queries.objection(connection, caller.tenant_id, objection_id)
    if row is None:
        raise ObjectionNotFound(str(objection_id))
    person = await speaker(connection, caller, user_id)
    if row["state"] != "open":
        raise ObjectionSettled(f"it is {row['state']}; legal: nothing")
    return row, person


async def _settled(
    connection: AsyncConnection, caller: Caller, objection_id: UUID, person: Person, values: dict[str, Any]
) -> RowMapping:
    settled = {**values, "resolved_at": datetime.now(UTC), "resolved_by_user_id": person.id}
    row = await queries.change_objection(connection, caller.tenant_id, objection_id, settled)
    how = values.get("resolution", _WITHDRAWN)
    await roadblock_changing.resolve_with_objection(connection, caller, objection_id, how, person.id)
    return row


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: dict[str, Any]
) -> Slice[RowMapping]:
    """A page of objections with the wanted values, the newest first."""
    rows = (await connection.execute(LISTED.page(queries.objections(tenant_id, wanted), asked))).all()
    return LISTED.cut(rows, asked, by_name)


async def open_objections(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId
) -> Sequence[OpenObjection]:
    """What still stands against an account, soonest due first: what becomes a roadblock once it is selected."""
    return [
        OpenObjection(
            id=row["id"],
            review_id=row["review_id"],
            account_id=AccountId(row["account_id"]),
            body=row["body"],
            raised_by=UserId(row["user_id"]),
            raised_by_function=row["function"],
            owner=UserId(row["owner_user_id"]),
            owner_function=row["owner_function"],
            due_on=row["due_on"],
            raised_at=row["created_at"],
            decision_id=row["decision_id"],
            decision=row["decision"],
        )
        for row in await queries.open_objections(connection, tenant_id, account_id)
    ]
