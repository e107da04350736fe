"""Who at the supplier has a say: people by id, and for whom a key may speak."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.queries import people as queries
from app.kernel.errors import FieldProblem, Forbidden, Invalid
from app.kernel.ids import TenantId, UserId
from app.tenancy.core.caller import Caller


class UnknownPeople(Invalid):
    """Some of the people named are not there, or not active."""


class SpeaksForAnother(Forbidden):
    """The key belongs to one person, and cannot speak for another."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the supplier, with the function that they speak for."""

    id: UserId
    name: str
    function: str


async def people(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UserId], *, pointer: str
) -> dict[UserId, Person]:
    """The people of these ids; raises UnknownPeople naming the places (`{pointer}/0` …) of those that are not there."""
    found = {
        UserId(row["id"]): Person(UserId(row["id"]), row["name"], row["function"])
        for row in await queries.people(connection, tenant_id, ids)
        if row["active"]
    }
    problems = [
        FieldProblem(f"{pointer}/{at}", "unknown_user", "names no active user")
        for at, user_id in enumerate(ids)
        if user_id not in found
    ]
    if problems:
        raise UnknownPeople("see GET /v1/users", errors=problems)
    return found


async def speaker(
    connection: AsyncConnection, caller: Caller, user_id: UserId | None, *, pointer: str = "/user_id"
) -> Person:
    """Who speaks by this request: the key's own person, or, where the key is nobody's, the one that is named.

    Raises SpeaksForAnother when a person's key names somebody else, UnknownPeople when nobody is named or there.
    """
    if caller.user_id is not None and user_id not in {None, caller.user_id}:
        raise SpeaksForAnother("leave user_id out, or use a key that belongs to nobody")
    wanted = user_id or caller.user_id
    if wanted is None:
        problem = FieldProblem(pointer, "missing", "is needed, as the key belongs to nobody")
        raise UnknownPeople("say who speaks", errors=[problem])
    found = {row["id"]: row for row in await queries.people(connection, caller.tenant_id, [wanted])}
    row = found.get(wanted)
    if row is None or not row["active"]:
        raise UnknownPeople("see GET /v1/users", errors=[FieldProblem(pointer, "unknown_user", "names no active user")])
    return Person(wanted, row["name"], row["function"])


async def names(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UserId]) -> dict[UserId, str]:
    """What people are called, those who have left included; who is not there is left out."""
    return {UserId(row["id"]): row["name"] for row in await queries.people(connection, tenant_id, ids)}
