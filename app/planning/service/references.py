"""Whether the facts that a plan names are there, and who they are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.kernel.errors import FieldProblem
from app.kernel.ids import AccountId, TenantId, UserId
from app.planning.core.consistency import UnusablePlan
from app.planning.core.documents import PARTS, Document, entries
from app.planning.queries import references as queries

# What a field of an entry, or of an action, names.
NAMES: Final[Mapping[str, str]] = {
    "contact_id": "contact",
    "owner_contact_id": "contact",
    "owner_user_id": "user",
    "buying_center_id": "buying_center",
    "offering_id": "offering",
}
Place = tuple[str, str, UUID]  # pointer, kind, id


def of_document(document: Document) -> list[Place]:
    """Each fact that a document names, with its place."""
    return [
        place
        for part in PARTS
        for at, entry in enumerate(entries(document, part))
        for place in of_fields(entry, f"/document/{part}/items/{at}")
    ]


def of_fields(fields: Mapping[str, Any], below: str = "") -> Iterator[Place]:
    """Each fact that the fields of one entry or action name."""
    for name, kind in NAMES.items():
        if fields.get(name) is not None:
            yield f"{below}/{name}", kind, UUID(str(fields[name]))


async def check(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, places: Sequence[Place]
) -> None:
    """Raise UnusablePlan with each place that names nothing; contacts and buying centers have to be the account's."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for _, kind, named in places:
        wanted[kind].add(named)
    found = {
        kind: await queries.there(connection, tenant_id, account_id, kind, sorted(ids)) for kind, ids in wanted.items()
    }
    problems = [
        FieldProblem(pointer, f"unknown_{kind}", f"names no {kind.replace('_', ' ')} here")
        for pointer, kind, named in places
        if named not in found[kind]
    ]
    if problems:
        raise UnusablePlan("it names what is not there", errors=problems)


async def names(
    connection: AsyncConnection, tenant_id: TenantId, user_ids: Sequence[UUID], contact_ids: Sequence[UUID]
) -> dict[UUID, str]:
    """What people of both sides are called."""
    found: dict[UUID, str] = {}
    if user_ids:
        found.update((await people.names(connection, tenant_id, [UserId(one) for one in user_ids])).items())
    if contact_ids:
        found |= await queries.contact_names(connection, tenant_id, contact_ids)
    return found
