"""Objections and proposals: seen by all at once, each disposed of with a reason or withdrawn by who raised it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.accounts.service.people import Person
from app.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from app.kernel.ids import TenantId, UserId, new_id
from app.selection.core.feedback.criteria import keys_of
from app.selection.core.feedback.owning import SETTLED
from app.selection.queries import feedback as queries
from app.selection.service.feedback.answers import participant
from app.selection.service.feedback.rounds import RoundEnded, RoundId, find, find_open, item_of
from app.tenancy.core.caller import Caller

ItemId = NewType("ItemId", UUID)
Disposition = Literal["accepted", "rejected", "deferred"]
MOST_ITEMS: Final = 500


class ItemNotFound(NotFound):
    """No such objection or proposal."""


class ItemSettled(Conflict):
    """It has been settled already."""


class RaisedByAnother(Forbidden):
    """Only who raised it may withdraw it."""


class TooManyItems(Conflict):
    """The feedback round holds as many objections and proposals as it may."""


class UnusableItem(Invalid):
    """The objection or proposal cannot be so."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What somebody raises; `proposed` tells of a criterion as far as it is thought out."""

    kind: Literal["objection", "proposal"]
    body: str
    criterion: str | None
    blocking: bool
    proposed: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An item, with the names of who raised and who disposed of it."""

    row: RowMapping
    names: Mapping[UserId, str]


async def raise_item(
    connection: AsyncConnection, caller: Caller, round_id: RoundId, user_id: UserId | None, raised: Raised
) -> Seen:
    """Object to something, or propose a criterion."""
    asking = await find_open(connection, caller.tenant_id, round_id)
    person = await people.speaker(connection, caller, user_id)
    asked = await participant(connection, caller, asking, person.id)
    _check(raised, keys_of(asking.criteria))
    if await queries.count_items(connection, caller.tenant_id, round_id) >= MOST_ITEMS:
        raise TooManyItems(f"{MOST_ITEMS} at most")
    item_id = ItemId(new_id())
    values = {
        "tenant_id": caller.tenant_id,
        "id": item_id,
        "round_id": round_id,
        "user_id": person.id,
        "function": asked["function"],
        "kind": raised.kind,
        "criterion": raised.criterion,
        "body": raised.body,
        "blocking": raised.blocking,
        "key_id": caller.key_id,
    }
    await queries.add_item(connection, values if raised.proposed is None else {**values, "proposed": raised.proposed})
    return await find_item(connection, caller.tenant_id, item_id)


def _check(raised: Raised, keys: tuple[str, ...]) -> None:
    problems = []
    if raised.criterion is not None and raised.criterion not in keys:
        problems.append(FieldProblem("/criterion", "unknown_criterion", "is no criterion of this round"))
    if raised.kind == "proposal" and raised.blocking:
        problems.append(FieldProblem("/blocking", "not_an_objection", "only an objection blocks"))
    if raised.kind == "objection" and raised.proposed is not None:
        problems.append(FieldProblem("/proposed", "not_a_proposal", "only a proposal proposes a criterion"))
    if problems:
        raise UnusableItem(problems[0].message, errors=problems)


async def dispose(
    connection: AsyncConnection,
    caller: Caller,
    item_id: ItemId,
    *,
    disposition: Disposition,
    reason: str,
    user_id: UserId | None,
) -> Seen:
    """Say what becomes of an item, and why; one that was deferred may be settled later."""
    await _unsettled(connection, caller, item_id)
    person = await people.speaker(connection, caller, user_id)
    return await _disposed(connection, caller, item_id, person, disposition, reason)


async def withdraw(
    connection: AsyncConnection, caller: Caller, item_id: ItemId, user_id: UserId | None, reason: str | None
) -> Seen:
    """Take back what one raised."""
    row = await _unsettled(connection, caller, item_id)
    person = await people.speaker(connection, caller, user_id)
    if person.id != row["user_id"]:
        raise RaisedByAnother("dispose of it instead")
    return await _disposed(connection, caller, item_id, person, "withdrawn", reason)


async def _unsettled(connection: AsyncConnection, caller: Caller, item_id: ItemId) -> RowMapping:
    """An item that may be disposed of: in an open round, or a blocking objection that a closed one left open."""
    row = await queries.item(connection, caller.tenant_id, item_id, lock=True)
    if row is None:
        raise ItemNotFound(str(item_id))
    if row["disposition"] in SETTLED:
        raise ItemSettled(f"it is {row['disposition']}")
    found = await find(connection, caller.tenant_id, RoundId(row["round_id"]), "share")
    if found.state == "open" or (found.state == "closed" and item_of(row).blocks):
        return row
    raise RoundEnded(f"it is {found.state}; only blocking objections that were deferred are settled later")


async def _disposed(
    connection: AsyncConnection, caller: Caller, item_id: ItemId, person: Person, disposition: str, reason: str | None
) -> Seen:
    values = {"disposition": disposition, "disposition_reason": reason, "disposed_by": person.id}
    await queries.dispose(connection, caller.tenant_id, item_id, values)
    return await find_item(connection, caller.tenant_id, item_id)


async def find_item(connection: AsyncConnection, tenant_id: TenantId, item_id: ItemId) -> Seen:
    """One item."""
    row = await queries.item(connection, tenant_id, item_id)
    if row is None:
        raise ItemNotFound(str(item_id))
    ids = [UserId(each) for each in (row["user_id"], row["disposed_by"]) if each is not None]
    return Seen(row, await people.names(connection, tenant_id, ids))
