"""Exceptions: an account is given more of a resource than its tier and level bring, by somebody, for a reason."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service.people import speaker
from app.events import service as events
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, UserId
from app.kernel.periods import day_asked
from app.resourcing.service import entitlements
from app.resourcing.service.entitlements import By, Grant
from app.resourcing.service.resources import require, today
from app.tenancy.core.caller import Caller


class NoTimeLeft(Invalid):
    """The exception would end before it begins."""


@dataclass(frozen=True, slots=True)
class Exceptional:
    """So much of a resource per quarter on top, from a day (today when None) until another, which is not included."""

    resource_id: UUID
    quantity: float
    reason: str
    on: date | None = None
    until_on: date | None = None
    user_id: UserId | None = None


async def grant_exception(
    connection: AsyncConnection, caller: Caller, account_id: AccountId, wanted: Exceptional
) -> None:
    """Grant an exception in place of an earlier one for the resource, and tell of it."""
    tenant_id = caller.tenant_id
    on = day_asked(wanted.on, today(), pointer="/on")
    if wanted.until_on is not None and wanted.until_on <= on:
        raise NoTimeLeft(f"it begins on {on}", errors=[FieldProblem("/until_on", "order", "must come after that")])
    who = await speaker(connection, caller, wanted.user_id)
    resource = await require(connection, tenant_id, wanted.resource_id)

    line = Grant(wanted.resource_id, wanted.quantity, "exception", reason=wanted.reason, until_on=wanted.until_on)
    await entitlements.grant(connection, tenant_id, account_id, [line], on=on, by=By(caller.key_id, who.id))
    of = {"account_id": str(account_id)}
    told = {**of, "resource_id": str(wanted.resource_id), "resource": resource["code"], "quantity": wanted.quantity}
    await events.record(connection, tenant_id, "entitlement.excepted", "account", account_id, told)
