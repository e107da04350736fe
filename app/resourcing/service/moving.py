"""What is done about commitments: answered by those who own the resource, taken back, delivered, missed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import Person, people, speaker
from app.kernel.errors import Conflict, Stale
from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import day_asked
from app.resourcing.core.commitments.parties import Parties, check_party
from app.resourcing.core.commitments.states import TAKING, Act, State, check_day, state_after
from app.resourcing.core.commitments.terms import (
    BeyondCapacity,
    Counter,
    Terms,
    agreed,
    check_counter,
    check_terms,
    goes_beyond,
    next_quarter,
    quarter_of,
)
from app.resourcing.queries import commitments as queries
from app.resourcing.service import entitlements, holds, resources, usage
from app.resourcing.service.commitments import CommitmentId, CommitmentNotFound, Said, record, require, tell
from app.resourcing.service.resources import today
from app.tenancy.core.caller import Caller

# What a move is called where it is told.
TOLD: Final[Mapping[Act, str]] = {
    "accept": "accepted", "decline": "declined", "counter": "countered", "accept_counter": "accepted",
    "withdraw": "withdrawn", "schedule": "scheduled", "deliver": "delivered", "confirm": "confirmed", "miss": "missed",
}  # fmt: skip
# Who takes up an offer cannot go beyond what the function has; who owns it can.
_BEYOND: Final[Mapping[Act, str]] = {
    "accept": "give an override_reason to go beyond",
    "accept_counter": "withdraw it and ask anew, for them to accept with an override_reason",
}


class CommitmentChanged(Stale):
    """The commitment has changed since it was read."""


class NotInUse(Conflict):
    """Nothing was promised that could be used."""


@dataclass(frozen=True, slots=True)
class _Move:
    """A move that may be made: of which commitment (as it stands), by whom, on which day, and where it leads."""

    row: RowMapping
    act: Act
    to: State
    person: Person
    on: date
    note: str | None

    @property
    def terms(self) -> Terms:
        return Terms(self.row["quantity"], self.row["starts_on"], self.row["due_on"])


async def accept(  # noqa: PLR0913  # who promises what, answered for by whom, and beyond capacity why
    connection: AsyncConnection,
    caller: Caller,
    commitment_id: CommitmentId,
    said: Said,
    *,
    owner_user_id: UserId | None = None,
    override_reason: str | None = None,
    version: int | None = None,
) -> RowMapping:
    """Promise what was asked for; who answers for it is who says so, unless somebody else is named."""
    move = await _begun(connection, caller, commitment_id, "accept", said, version)
    check_terms(move.terms, move.on)
    owner = await _owner(connection, caller.tenant_id, owner_user_id, move.person.id)
    beyond = await _check_room(connection, move, move.terms, override_reason)
    values = {**_answered(move), "accepted_on": move.on, "owner_user_id": owner, "override_reason": beyond}
    return await _made(connection, caller, move, values)


async def _owner(connection: AsyncConnection, tenant_id: TenantId, named: UserId | None, otherwise: UserId) -> UserId:
    if named is not None and named != otherwise:
        await people(connection, tenant_id, [named], pointer="/owner_user_id")
    return named or otherwise


async def _check_room(
    connection: AsyncConnection, move: _Move, terms: Terms, override_reason: str | None
) -> str | None:
    """The reason why it goes beyond capacity, None where it does not; raises BeyondCapacity without a reason."""
    row, quarter = move.row, quarter_of(terms.due_on)
    # Held: of two who promise the last of it at once, one finds it taken.
    await resources.require(connection, row["tenant_id"], row["resource_id"], lock=True)
    capacity = await entitlements.capacity(connection, row["tenant_id"], row["resource_id"], quarter)
    taken = await queries.taken(connection, row["tenant_id"], row["resource_id"], quarter, next_quarter(quarter))
    if not goes_beyond(capacity, taken, terms.quantity):
        return None
    if override_reason is None:
        there = f"{taken:g} of {capacity:g} {row['unit']} are promised for the quarter from {quarter} on"
        raise BeyondCapacity(f"{there}, {terms.quantity:g} are asked for; {_BEYOND[move.act]}")
    return override_reason


async def decline(
    connection: AsyncConnection, caller: Caller, commitment_id: CommitmentId, said: Said, *, version: int | None = None
) -> RowMapping:
    """Say no to what was asked for."""
    move = await _begun(connection, caller, commitment_id, "decline", said, version)
    return await _made(connection, caller, move, {**_answered(move), "closed_on": move.on})


async def counter(
    connection: AsyncConnection,
    caller: Caller,
    commitment_id: CommitmentId,
    said: Said,
    *,
    offer: Counter,
    version: int | None = None,
) -> RowMapping:
    """Offer other terms than were asked for."""
    move = await _begun(connection, caller, commitment_id, "counter", said, version)
    check_counter(move.terms, offer, move.on)
    offered = {"countered_quantity": offer.quantity, "countered_due_on": offer.due_on}
    return await _made(connection, caller, move, {**_answered(move), **offered}, terms=agreed(move.terms, offer))


async def accept_counter(
    connection: AsyncConnection, caller: Caller, commitment_id: CommitmentId, said: Said, *, version: int | None = None
) -> RowMapping:
    """Take up the terms that were offered; who offered them answers for it."""
    move = await _begun(connection, caller, commitment_id, "accept_counter", said, version)
    terms = agreed(move.terms, Counter(move.row["countered_quantity"], move.row["countered_due_on"]))
    check_terms(terms, move.on)
    await _check_room(connection, move, terms, None)
    values = {"quantity": terms.quantity, "due_on": terms.due_on, "accepted_on": move.on}
    values["owner_user_id"] = move.row["answered_by_user_id"]
    return await _made(connection, caller, move, values, terms=terms)


async def withdraw(
    connection: AsyncConnection, caller: Caller, commitment_id: CommitmentId, said: Said, *, version: int | None = None
) -> RowMapping:
    """Take a request back, also one that was promised already."""
    move = await _begun(connection, caller, commitment_id, "withdraw", said, version)
    await _check_held(connection, move)
    return await _made(connection, caller, move, {"closed_on": move.on})


async def schedule(
    connection: AsyncConnection,
    caller: Caller,
    commitment_id: CommitmentId,
    said: Said,
    *,
    scheduled_on: date,
    version: int | None = None,
) -> RowMapping:
    """Say for which day the delivery is planned."""
    move = await _begun(connection, caller, commitment_id, "schedule", said, version)
    return await _made(connection, caller, move, {"scheduled_on": scheduled_on})


async def deliver(
    connection: AsyncConnection, caller: Caller, commitment_id: CommitmentId, said: Said, *, version: int | None = None
) -> RowMapping:
    """Say that it was delivered, in time or late."""
    move = await _begun(connection, caller, commitment_id, "deliver", said, version)
    return await _made(connection, caller, move, {"delivered_on": move.on})


async def confirm(
    connection: AsyncConnection, caller: Caller, commitment_id: CommitmentId, said: Said, *, version: int | None = None
) -> RowMapping:
    """Say for the account that it has arrived."""
    move = await _begun(connection, caller, commitment_id, "confirm", said, version)
    return await _made(connection, caller, move, {"confirmed_on": move.on})


async def miss(
    connection: AsyncConnection, caller: Caller, commitment_id: CommitmentId, said: Said, *, version: int | None = None
) -> RowMapping:
    """Say that it will not be delivered any more."""
    move = await _begun(connection, caller, commitment_id, "miss", said, version)
    await _check_held(connection, move)
    return await _made(connection, caller, move, {"closed_on": move.on})


async def _check_held(connection: AsyncConnection, move: _Move) -> None:
    """A promise is not taken back before the customer was told, where that is to be first."""
    if move.row["state"] in TAKING:
        account_id = AccountId(move.row["account_id"])
        await holds.check_withdrawal(connection, move.row["tenant_id"], account_id, on=move.on)


async def _begun(  # who does what to which commitment, as they last read it
    connection: AsyncConnection,
    caller: Caller,
    commitment_id: CommitmentId,
    act: Act,
    said: Said,
    version: int | None,
) -> _Move:
    tenant_id = caller.tenant_id
    if not await queries.hold(connection, tenant_id, commitment_id):
        raise CommitmentNotFound(str(commitment_id))
    row = await require(connection, tenant_id, commitment_id)
    if version is not None and version != row["version"]:
        raise CommitmentChanged(f"it is {row['state']} by now, version {row['version']}")
    to = state_after(row["state"], act, confirmed=row["confirmed_on"] is not None)
    person = await speaker(connection, caller, said.user_id)
    parties = Parties(row["function"], row["requested_by_user_id"], row["kam_user_id"])
    check_party(act, parties, person.id, person.function)
    on = day_asked(said.on, today(), pointer="/on")
    check_day(on, await queries.last_moved_on(connection, tenant_id, commitment_id))
    return _Move(row, act, to, person, on, said.note)


def _answered(move: _Move) -> dict[str, Any]:
    return {"answered_on": move.on, "answered_by_user_id": move.person.id}


async def _made(
    connection: AsyncConnection, caller: Caller, move: _Move, values: Mapping[str, Any], *, terms: Terms | None = None
) -> RowMapping:
    tenant_id, commitment_id = caller.tenant_id, CommitmentId(move.row["id"])
    await queries.change(connection, tenant_id, commitment_id, {**values, "state": move.to})
    row = await require(connection, tenant_id, commitment_id)
    day_and_note = (move.on, move.note)
    await record(connection, caller, row, move.row["state"], move.person, day_and_note, terms=terms)
    await tell(connection, row, move.row["state"], TOLD[move.act])
    return row


async def use(
    connection: AsyncConnection, caller: Caller, commitment_id: CommitmentId, said: Said, *, quantity: float
) -> Mapping[str, Any]:
    """Record what the customer used of a promise on a day, from the day on which it was made."""
    row = await require(connection, caller.tenant_id, commitment_id)
    if row["state"] not in TAKING:
        raise NotInUse(f"it is {row['state']}; legal: once it is accepted")
    who = said.user_id or caller.user_id
    if who is not None:
        who = (await speaker(connection, caller, who)).id
    on = day_asked(said.on, today(), pointer="/on")
    check_day(on, row["accepted_on"])
    used = usage.NewUsage(AccountId(row["account_id"]), row["resource_id"], quantity, on, commitment_id, said.note, who)
    (entry_id,) = await usage.record(connection, caller.tenant_id, [used], key_id=caller.key_id)
    return {"id": entry_id, **asdict(used)}
