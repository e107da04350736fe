"""What KAMs ask for inside and beyond guardrails, how it is answered, and how long answers take."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import speaker
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, NotFound, Stale
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.resourcing.core.commitments.parties import EXECUTIVE
from app.resourcing.core.commitments.states import check_day
from app.resourcing.core.guarding import (
    Answer,
    Asked,
    Guarded,
    Guardrail,
    answered,
    check_amount,
    guardrail_of,
    is_inside,
)
from app.resourcing.core.latencies import Latency, latency
from app.resourcing.queries import guardrails as queries
from app.resourcing.queries.guardrails import Wanted
from app.resourcing.service.resources import today
from app.resourcing.tables import guarded_requests
from app.tenancy.core.caller import Caller

__all__ = ["GuardedRequestId", "Wanted"]
GuardedRequestId = NewType("GuardedRequestId", UUID)
LISTED: Final = Keyset(
    {"requested_on": guarded_requests.c.requested_on}, tiebreak=guarded_requests.c.id, default="-requested_on"
)


class GuardedRequestNotFound(NotFound):
    """No such guarded request."""


class NoGuardrail(Conflict):
    """No guardrail of this kind holds for who asks."""


class GuardedRequestChanged(Stale):
    """The request has changed since it was read."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: how much of which kind, and why."""

    kind: Guarded
    amount: float
    currency: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Who answers, on which day (None: today), and what they note."""

    user_id: UserId | None = None
    on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Waited:
    """Requests of one kind and approver: how many in which state, and how long those that were answered waited."""

    kind: str
    approver_user_id: UUID | None
    approver_name: str | None
    states: dict[str, int]
    latency: Latency


@dataclass(frozen=True, slots=True)
class Approvals:
    """How requests fared: all of them, and by kind and approver."""

    states: dict[str, int]
    latency: Latency
    groups: list[Waited]


async def ask(
    connection: AsyncConnection, caller: Caller, account_id: AccountId, request: Request, said: Reply
) -> RowMapping:
    """Ask for something: inside the guardrail it is approved at once and on record, beyond it the approver answers."""
    tenant_id = caller.tenant_id
    check_amount(request.kind, request.amount, request.currency, pointer="/amount")
    person = await speaker(connection, caller, said.user_id)
    on = day_asked(said.on, today(), pointer="/on")
    rails = await queries.rails_for(connection, tenant_id, request.kind, person.id)
    rail = guardrail_of(person.id, [_rail(row) for row in rails])
    if rail is None:
        raise NoGuardrail(f"set one for {request.kind} with PUT /v1/guardrails")
    inside = is_inside(request.amount, rail, await _rate(connection, tenant_id, request.currency, rail.currency, on))

    at = _moment(on)
    values = {
        "account_id": account_id,
        "kind": request.kind,
        "amount": request.amount,
        "currency": request.currency,
        "up_to": rail.up_to,
        "reason": request.reason,
        "state": "auto_approved" if inside else "pending",
        "requested_on": on,
        "requested_at": at,
        "user_id": person.id,
        "approver_user_id": None if inside else rail.approver_user_id,
        "answered_at": at if inside else None,
    }
    request_id = GuardedRequestId(new_id())
    await queries.add(connection, {**values, "tenant_id": tenant_id, "id": request_id, "key_id": caller.key_id})
    row = await require(connection, tenant_id, request_id)
    await _tell(connection, row, None)
    return row


def _rail(row: RowMapping) -> Guardrail:
    return Guardrail(row["user_id"], row["up_to"], row["currency"], row["approver_user_id"])


async def _rate(
    connection: AsyncConnection, tenant_id: TenantId, currency: str | None, into: str | None, day: date
) -> Decimal | None:
    if currency is None or into is None or currency == into:
        return Decimal(1)
    return await queries.rate(connection, tenant_id, currency, into, day)


def _moment(on: date) -> datetime:
    """When it was, as exactly as it is known: now, or some time on an earlier day."""
    now = datetime.now(UTC)
    return now if on == now.date() else datetime.combine(on, time(), UTC)


async def require(connection: AsyncConnection, tenant_id: TenantId, request_id: GuardedRequestId) -> RowMapping:
    """The request with what it names; raises GuardedRequestNotFound unless there is one."""
    row = await queries.find(connection, tenant_id, request_id)
    if row is None:
        raise GuardedRequestNotFound(str(request_id))
    return row


async def answer(  # who says what to which request, as they last read it
    connection: AsyncConnection,
    caller: Caller,
    request_id: GuardedRequestId,
    given: Answer,
    reply: Reply,
    *,
    version: int | None = None,
) -> RowMapping:
    """Approve, refuse or withdraw a request that waits."""
    tenant_id = caller.tenant_id
    row = await queries.find(connection, tenant_id, request_id, lock=True)
    if row is None:
        raise GuardedRequestNotFound(str(request_id))
    if version is not None and version != row["version"]:
        raise GuardedRequestChanged(f"it is {row['state']} by now, version {row['version']}")
    person = await speaker(connection, caller, reply.user_id)
    waiting = Asked(row["state"], row["user_id"], row["approver_user_id"])
    state = answered(waiting, given, person.id, executive=person.function == EXECUTIVE)
    on = day_asked(reply.on, today(), pointer="/on")
    check_day(on, row["requested_on"])

    # Of a day alone nobody knows the hour: an answer is never before the request.
    values = {"state": state, "answered_at": max(_moment(on), row["requested_at"]), "answer_note": reply.note}
    approver = {} if given == "withdraw" else {"approver_user_id": person.id}
    await queries.change(connection, tenant_id, request_id, {**values, **approver})
    changed = await require(connection, tenant_id, request_id)
    await _tell(connection, changed, row["state"])
    return changed


async def _tell(connection: AsyncConnection, row: RowMapping, before: str | None) -> None:
    told = {
        "account_id": str(row["account_id"]),
        "kind": row["kind"],
        "amount": row["amount"],
        "currency": row["currency"],
        "up_to": row["up_to"],
        "user_id": str(row["user_id"]),
        "approver_user_id": row["approver_user_id"] and str(row["approver_user_id"]),
        "previous": before,
        "current": row["state"],
    }
    what = f"guarded_request.{row['state']}"
    await events.record(connection, row["tenant_id"], what, "guarded_request", row["id"], told)


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted
) -> Slice[RowMapping]:
    """A page of requests, the latest first."""
    rows = (await connection.execute(LISTED.page(queries.listed(tenant_id, wanted), asked))).all()
    return LISTED.cut(rows, asked, by_name)


async def approvals(connection: AsyncConnection, tenant_id: TenantId, first: date, last: date) -> Approvals:
    """How requests from one day up to another fared, and how long they waited; those inside waited for nobody."""
    rows = await queries.waits(connection, tenant_id, first - timedelta(days=1), last)
    groups: dict[tuple[str, UUID | None], list[RowMapping]] = defaultdict(list)
    for row in rows:
        groups[row["kind"], row["approver_user_id"]].append(row)
    told = [Waited(*key, groups[key][0]["approver_name"], *_fared(groups[key])) for key in sorted(groups, key=str)]
    return Approvals(*_fared(rows), told)


def _fared(rows: Sequence[RowMapping]) -> tuple[dict[str, int], Latency]:
    hours = [float(row["hours"]) for row in rows if row["state"] in {"approved", "refused"}]
    return Counter(row["state"] for row in rows), latency(hours)
