"""Who is named in the later steps: people of ours, contacts of the account, guests of the customer."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.calibration.queries import alignment as queries
from app.calibration.queries import invitations, reading
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, TenantId, UserId

_USERS = ("user_id", "owner_user_id", "approved_by_user_id")
_CONTACTS = ("contact_id", "owner_contact_id")


class UnknownContact(Invalid):
    """There is no such active contact of the account."""


async def names(connection: AsyncConnection, tenant_id: TenantId, rows: Iterable[RowMapping]) -> dict[UUID, str]:
    """What people that rows name are called, whichever side they are of; three statements at most."""
    listed = list(rows)
    found: dict[UUID, str] = {}
    if users := _named(listed, _USERS):
        found.update((await people.names(connection, tenant_id, [UserId(one) for one in users])).items())
    if contacts := _named(listed, _CONTACTS):
        found.update(await queries.contact_names(connection, tenant_id, contacts))
    if guests := _named(listed, ("invitation_id",)):
        found.update(await queries.guest_names(connection, tenant_id, guests))
    return found


def _named(rows: list[RowMapping], columns: tuple[str, ...]) -> list[UUID]:
    return sorted({row[name] for row in rows for name in columns if row.get(name) is not None})


async def check_user(connection: AsyncConnection, tenant_id: TenantId, user_id: UserId, *, pointer: str) -> None:
    """Raises UnknownPeople, with the pointer, unless the user is there and active."""
    if not await reading.is_active(connection, tenant_id, user_id):
        problem = FieldProblem(pointer, "unknown_user", "names no active user")
        raise people.UnknownPeople("see GET /v1/users", errors=[problem])


async def check_contact(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, contact_id: UUID, *, pointer: str
) -> None:
    """Raises UnknownContact, with the pointer, unless somebody is an active contact of the account."""
    if await invitations.contact(connection, tenant_id, account_id, contact_id) is None:
        problem = FieldProblem(pointer, "unknown_contact", "names no active contact of the account")
        raise UnknownContact("see the account's contacts", errors=[problem])
