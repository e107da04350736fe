"""Who of either side stands behind a plan as it is."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, FieldProblem
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.planning.core.consistency import UnusablePlan
from app.planning.queries import references as facts
from app.planning.queries import signing as queries
from app.planning.service import references
from app.planning.service.plans import require, require_active, tell, today
from app.planning.tables import plan_approvals
from app.tenancy.core.caller import Caller

APPROVALS: Final = Keyset(
    {"created_at": plan_approvals.c.created_at}, tiebreak=plan_approvals.c.id, default="-created_at"
)


class NotTheNewest(Conflict):
    """The plan has a newer version than the one that was read."""


class SignedAlready(Conflict):
    """They have signed this version already."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A sign-off of a version: by a contact for the customer, else by a user for the supplier."""

    number: int
    user_id: UserId | None
    contact_id: UUID | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Approval:
    """A sign-off as it is kept, and what who signed is called."""

    row: RowMapping
    name: str | None


async def approve(connection: AsyncConnection, caller: Caller, account_id: AccountId, signature: Signature) -> Approval:
    """Sign the newest version of the account's plan off; nobody signs what they have not seen."""
    tenant_id = caller.tenant_id
    plan = await require_active(connection, tenant_id, account_id)
    if signature.number != plan["newest"]:
        raise NotTheNewest(f"its newest version is {plan['newest']}")
    side, who = await _who(connection, caller, account_id, signature)
    if await queries.has_approved(connection, tenant_id, plan["id"], signature.number, who):
        raise SignedAlready(f"version {signature.number}")

    signed = {"number": signature.number, "side": side}
    values: dict[str, Any] = {
        **signed,
        **who,
        "tenant_id": tenant_id,
        "id": new_id(),
        "plan_id": plan["id"],
        "approved_on": today(),
        "comment": signature.comment,
        "key_id": caller.key_id,
    }
    row = await queries.add_approval(connection, values)
    await tell(connection, tenant_id, "plan.approved", plan["id"], account_id, signed)
    return (await _named(connection, tenant_id, [row]))[0]


async def _who(
    connection: AsyncConnection, caller: Caller, account_id: AccountId, signature: Signature
) -> tuple[str, dict[str, UUID]]:
    if signature.contact_id is None:
        person = await people.speaker(connection, caller, signature.user_id)
        return "supplier", {"user_id": person.id}
    await require_contact(connection, caller.tenant_id, account_id, signature.contact_id, pointer="/contact_id")
    return "customer", {"contact_id": signature.contact_id}


async def require_contact(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, contact_id: UUID, *, pointer: str
) -> None:
    """Raise UnusablePlan unless somebody is an active contact of the account."""
    if not await facts.active_contact(connection, tenant_id, account_id, contact_id):
        problem = FieldProblem(pointer, "unknown_contact", "names no active contact of the account")
        raise UnusablePlan("see the account's contacts", errors=[problem])


async def page(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest
) -> Slice[Approval]:
    """A page of the sign-offs of the plan's versions, the latest first."""
    plan = await require(connection, tenant_id, account_id)
    rows = (await connection.execute(APPROVALS.page(queries.approvals_of(tenant_id, plan["id"]), asked))).all()
    cut = APPROVALS.cut(rows, asked, by_name)
    return Slice(await _named(connection, tenant_id, list(cut.data)), cut.next_cursor)


async def _named(connection: AsyncConnection, tenant_id: TenantId, rows: list[RowMapping]) -> list[Approval]:
    ours = sorted({row["user_id"] for row in rows if row["user_id"] is not None})
    theirs = sorted({row["contact_id"] for row in rows if row["contact_id"] is not None})
    names = await references.names(connection, tenant_id, ours, theirs)
    return [Approval(row, names.get(row["user_id"] or row["contact_id"])) for row in rows]
