"""Commitments: asked for an account, answered by those who own the resource, delivered or missed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.kinds import ACCOUNTS
from app.accounts.service import changing
from app.accounts.service.people import Person, speaker
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.resourcing.core.commitments.states import FIRST
from app.resourcing.core.commitments.terms import Terms, check_terms
from app.resourcing.queries import commitments as queries
from app.resourcing.queries.commitments import Wanted
from app.resourcing.service import resources
from app.resourcing.service.resources import today
from app.resourcing.tables import commitment_moves, commitments
from app.tenancy.core.caller import Caller

__all__ = ["CommitmentId", "Said", "Wanted"]
CommitmentId = NewType("CommitmentId", UUID)
LISTED: Final = Keyset(
    {"due_on": commitments.c.due_on, "requested_on": commitments.c.requested_on},
    tiebreak=commitments.c.id,
    default="due_on",
)
MOVES: Final = Keyset({"moved_on": commitment_moves.c.moved_on}, tiebreak=commitment_moves.c.id, default="-moved_on")


class CommitmentNotFound(NotFound):
    """No such commitment."""


class ResourceNotGiven(Conflict):
    """The resource is not given any more."""


class UnknownPlanAction(Invalid):
    """The account's plan has no such action."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who does something about a commitment, on which day (None: today), and what they note."""

    user_id: UserId | None = None
    on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: how much of which resource by when, what shall come of it, how it is got, and for what."""

    resource_id: UUID
    terms: Terms
    expected_outcome: str
    channel: str
    plan_action_id: UUID | None = None


async def require(connection: AsyncConnection, tenant_id: TenantId, commitment_id: CommitmentId) -> RowMapping:
    """The commitment with what it names; raises CommitmentNotFound unless there is one."""
    row = await queries.find(connection, tenant_id, commitment_id)
    if row is None:
        raise CommitmentNotFound(str(commitment_id))
    return row


async def request(
    connection: AsyncConnection, caller: Caller, account_id: AccountId, wish: Wish, said: Said
) -> RowMapping:
    """Ask the function that owns a resource for some of it."""
    tenant_id = caller.tenant_id
    person = await speaker(connection, caller, said.user_id)
    resource = await resources.require(connection, tenant_id, wish.resource_id)
    if not resource["active"]:
        raise ResourceNotGiven(resource["name"])
    on = day_asked(said.on, today(), pointer="/on")
    check_terms(wish.terms, on)
    await _check_action(connection, tenant_id, account_id, wish.plan_action_id)

    values = {**_columns(wish), "account_id": account_id, "requested_on": on, "requested_by_user_id": person.id}
    commitment_id = CommitmentId(new_id())
    identity = {"tenant_id": tenant_id, "id": commitment_id, "key_id": caller.key_id}
    await queries.add(connection, {**values, **identity})
    row = await require(connection, tenant_id, commitment_id)
    await record(connection, caller, row, None, person, (on, said.note))
    await tell(connection, row, None, "requested")
    return row


def _columns(wish: Wish) -> dict[str, Any]:
    terms = wish.terms
    return {
        "resource_id": wish.resource_id,
        "plan_action_id": wish.plan_action_id,
        "quantity": terms.quantity,
        "starts_on": terms.starts_on,
        "due_on": terms.due_on,
        "expected_outcome": wish.expected_outcome,
        "channel": wish.channel,
        "state": FIRST,
    }


async def _check_action(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, plan_action_id: UUID | None
) -> None:
    if plan_action_id is None or await queries.is_action_of(connection, tenant_id, account_id, plan_action_id):
        return
    problem = FieldProblem("/plan_action_id", "unknown_plan_action", "names no action of the account's plan")
    raise UnknownPlanAction("see GET /v1/accounts/{account_id}/plan/actions", errors=[problem])


async def record(  # noqa: PLR0913  # who moved what from where, when and why
    connection: AsyncConnection,
    caller: Caller,
    row: RowMapping,
    from_state: str | None,
    person: Person,
    day_and_note: tuple[date, str | None],
    *,
    terms: Terms | None = None,
) -> None:
    terms = terms or Terms(row["quantity"], row["starts_on"], row["due_on"])
    moved_on, note = day_and_note
    values = {
        "tenant_id": caller.tenant_id,
        "id": new_id(),
        "commitment_id": row["id"],
        "from_state": from_state,
        "to_state": row["state"],
        "moved_on": moved_on,
        "user_id": person.id,
        "function": person.function,
        "note": note,
        "terms": _plain(terms, row["scheduled_on"]),
        "key_id": caller.key_id,
    }
    await queries.add_move(connection, values)


def _plain(terms: Terms, scheduled_on: date | None) -> dict[str, Any]:
    days = {"starts_on": terms.starts_on, "due_on": terms.due_on, "scheduled_on": scheduled_on}
    return {"quantity": terms.quantity, **{name: day and day.isoformat() for name, day in days.items()}}


async def tell(connection: AsyncConnection, row: RowMapping, from_state: str | None, what: str) -> None:
    """Tell of a move, and have the account's figures computed anew."""
    tenant_id, account_id = row["tenant_id"], row["account_id"]
    told = {
        "account_id": str(account_id),
        "resource_id": str(row["resource_id"]),
        "function": row["function"],
        "previous": from_state,
        "current": row["state"],
        "quantity": row["quantity"],
        "due_on": row["due_on"].isoformat(),
        "owner_user_id": row["owner_user_id"] and str(row["owner_user_id"]),
    }
    await events.record(connection, tenant_id, f"commitment.{what}", "commitment", row["id"], told)
    await changing.told(connection, tenant_id, ACCOUNTS, [account_id], any_record=False)


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted
) -> Slice[RowMapping]:
    """A page of commitments, what is due first first."""
    rows = (await connection.execute(LISTED.page(queries.listed(tenant_id, wanted, today()), asked))).all()
    return LISTED.cut(rows, asked, by_name)


async def moves(
    connection: AsyncConnection, tenant_id: TenantId, commitment_id: CommitmentId, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of what was done about a commitment, the last first."""
    await require(connection, tenant_id, commitment_id)
    rows = (await connection.execute(MOVES.page(queries.moves_of(tenant_id, commitment_id), asked))).all()
    return MOVES.cut(rows, asked, by_name)
