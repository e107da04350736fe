"""Guardrails: how far KAMs may go by themselves, and who approves what goes beyond."""

from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import people
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import FieldProblem, Invalid, NotFound, Stale
from app.kernel.ids import TenantId, UserId, new_id
from app.resourcing.core.guarding import Guarded, Guardrail, check_amount
from app.resourcing.queries import guardrails as queries
from app.resourcing.tables import guardrails
from app.tenancy.core.caller import Caller

RAILS: Final = Keyset(
    {"kind": guardrails.c.kind, "created_at": guardrails.c.created_at}, tiebreak=guardrails.c.id, default="kind"
)


class GuardrailNotFound(NotFound):
    """No such guardrail."""


class GuardrailChanged(Stale):
    """The guardrail has changed since it was read."""


class ApprovesOwn(Invalid):
    """Nobody approves what goes beyond their own guardrail."""


async def save(
    connection: AsyncConnection,
    caller: Caller,
    kind: Guarded,
    user_id: UserId | None,
    rail: Guardrail,
    *,
    version: int | None = None,
) -> RowMapping:
    """Let a guardrail hold from now on; what was asked for before was judged by the one of then."""
    tenant_id = caller.tenant_id
    check_amount(kind, rail.up_to, rail.currency, pointer="/up_to")
    if user_id == rail.approver_user_id:
        problem = FieldProblem("/approver_user_id", "own_approver", "has to be somebody else")
        raise ApprovesOwn("name another approver", errors=[problem])
    await people(connection, tenant_id, [UserId(rail.approver_user_id)], pointer="/approver_user_id")
    if user_id is not None:
        await people(connection, tenant_id, [user_id], pointer="/user_id")
    before = await queries.rail(connection, tenant_id, kind, user_id)
    if version is not None and (before is None or version != before["version"]):
        raise GuardrailChanged("read it anew" if before is None else f"it has version {before['version']} by now")

    values = {"kind": kind, "user_id": user_id, "up_to": rail.up_to, "currency": rail.currency}
    identity = {"tenant_id": tenant_id, "id": new_id(), "approver_user_id": rail.approver_user_id}
    await queries.save_rail(connection, {**identity, **values})
    row = await queries.rail(connection, tenant_id, kind, user_id)
    assert row is not None
    return row


async def find_rail(
    connection: AsyncConnection, tenant_id: TenantId, guardrail_id: UUID, *, lock: bool = False
) -> RowMapping:
    """The guardrail with what it names; raises GuardrailNotFound unless there is one."""
    row = await queries.find_rail(connection, tenant_id, guardrail_id, lock=lock)
    if row is None:
        raise GuardrailNotFound(str(guardrail_id))
    return row


async def remove(
    connection: AsyncConnection, tenant_id: TenantId, guardrail_id: UUID, *, version: int | None = None
) -> None:
    """Let a guardrail hold no longer: who had one of their own is under everybody's then."""
    row = await find_rail(connection, tenant_id, guardrail_id, lock=True)
    if version is not None and version != row["version"]:
        raise GuardrailChanged(f"it has version {row['version']} by now")
    await queries.remove_rail(connection, tenant_id, guardrail_id)


async def rails_page(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[RowMapping]:
    """A page of the guardrails that hold."""
    rows = (await connection.execute(RAILS.page(queries.shown_rails(tenant_id), asked))).all()
    return RAILS.cut(rows, asked, by_name)
