"""What customers used of what they were given, and what they say it is worth to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.kinds import ACCOUNTS
from app.accounts.service import changing
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, KeyId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.resourcing.queries import usage as queries
from app.resourcing.service.resources import ResourceNotFound, require, today
from app.resourcing.tables import resource_ratings
from app.tenancy.core.caller import Caller

__all__ = ["ForeignContact", "NewRating", "NewUsage", "ResourceNotFound", "rate", "ratings", "record"]

RATINGS = Keyset({"rated_on": resource_ratings.c.rated_on}, tiebreak=resource_ratings.c.id, default="-rated_on")


class ForeignContact(Invalid):
    """The contact is none of the account's."""


@dataclass(frozen=True, slots=True)
class NewUsage:
    """What an account used of a resource on a day; quantity above 0, in its unit."""

    account_id: AccountId
    resource_id: UUID
    quantity: float
    used_on: date
    commitment_id: UUID | None = None
    note: str | None = None
    user_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class NewRating:
    """What a resource is worth to the customer, 1 to 5; `on`: today when None."""

    resource_id: UUID
    value: int
    contact_id: UUID | None = None
    on: date | None = None
    comment: str | None = None


async def record(
    connection: AsyncConnection, tenant_id: TenantId, entries: Sequence[NewUsage], *, key_id: KeyId | None
) -> list[UUID]:
    """Record usage, as many entries as there are at once; the callers know that accounts and resources are there."""
    ids = [new_id() for _ in entries]
    rows = [
        {
            "id": entry_id,
            "account_id": entry.account_id,
            "resource_id": entry.resource_id,
            "commitment_id": entry.commitment_id,
            "quantity": entry.quantity,
            "used_on": entry.used_on,
            "note": entry.note,
            "source": None,
            "external_id": None,
            "user_id": entry.user_id,
            "key_id": key_id,
        }
        for entry_id, entry in zip(ids, entries, strict=True)
    ]
    await queries.add(connection, tenant_id, rows)
    await changing.told(connection, tenant_id, ACCOUNTS, {entry.account_id for entry in entries}, any_record=False)
    return ids


async def rate(connection: AsyncConnection, caller: Caller, account_id: AccountId, rating: NewRating) -> RowMapping:
    """Record what the customer says that a resource is worth; of one contact the latest word counts."""
    tenant_id = caller.tenant_id
    on = day_asked(rating.on, today(), pointer="/on")
    await require(connection, tenant_id, rating.resource_id)
    contact_id = rating.contact_id
    if contact_id is not None and not await queries.is_contact(connection, tenant_id, account_id, contact_id):
        problem = FieldProblem("/contact_id", "unknown_contact", "names no contact of the account")
        raise ForeignContact("see GET /v1/contacts", errors=[problem])
    values = {
        "tenant_id": tenant_id,
        "id": new_id(),
        "account_id": account_id,
        "resource_id": rating.resource_id,
        "contact_id": contact_id,
        "value": rating.value,
        "rated_on": on,
        "comment": rating.comment,
        "key_id": caller.key_id,
    }
    return await queries.add_rating(connection, values)


async def ratings(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    asked: PageRequest,
    *,
    resource_id: UUID | None = None,
) -> Slice[RowMapping]:
    """A page of the account's ratings, the latest first."""
    statement = queries.ratings_of(tenant_id, account_id, resource_id)
    rows = (await connection.execute(RATINGS.page(statement, asked))).all()
    return RATINGS.cut(rows, asked, by_name)
