"""What stands in the way of an account or of the whole program: opened, each with its day, and told of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.accounts.service import people
from app.events import service as events
from app.kernel.errors import FieldProblem, NotFound
from app.kernel.ids import AccountId, KeyId, TenantId, UserId, new_id
from app.resourcing.core.roadblocks import changing, ladder
from app.resourcing.queries import roadblocks as queries
from app.resourcing.service.resources import today
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller

RoadblockId = NewType("RoadblockId", UUID)


class RoadblockNotFound(NotFound):
    """No such roadblock."""


@dataclass(frozen=True, slots=True)
class NewRoadblock:
    """Something that stands in the way; without an account: of the whole program.

    due_on: by the organization's days for its severity, unless it is given. opened_on: today, unless it is given.
    """

    kind: str
    function: str
    severity: str
    title: str
    account_id: AccountId | None = None
    impact: str | None = None
    owner_user_id: UserId | None = None
    commitment_id: UUID | None = None
    objection_id: UUID | None = None
    opened_on: date | None = None
    due_on: date | None = None


async def who(connection: AsyncConnection, caller: Caller, user_id: UserId | None) -> UserId | None:
    """The person behind a move, where one is known: other systems tell of roadblocks, too."""
    if user_id is None and caller.user_id is None:
        return None
    return (await people.speaker(connection, caller, user_id)).id


async def open_all(
    connection: AsyncConnection,
    tenant_id: TenantId,
    new: Sequence[NewRoadblock],
    *,
    user_id: UserId | None = None,
    key_id: KeyId | None = None,
) -> Sequence[RowMapping]:
    """Open roadblocks, and tell of each; an objection that is one already is left out.

    Accounts, commitments and people have to be there. So many statements, however many roadblocks.
    """
    if not new:
        return []
    days = (await tenancy.organization(connection, tenant_id)).roadblock_days
    rows = [_row(tenant_id, one, days, key_id) for one in new]
    made = await queries.add_all(connection, rows)
    if not made:
        return []
    by = {"user_id": user_id, "key_id": key_id}
    await queries.add_moves(connection, [move(row, "opened", row["opened_on"], **by) for row in made])
    told = [(row["id"], {**told_of(row), "previous": None, "current": row["state"]}) for row in made]
    await events.record_all(connection, tenant_id, "roadblock.opened", "roadblock", told)
    return made


def _row(tenant_id: TenantId, one: NewRoadblock, days: Mapping[str, int], key_id: KeyId | None) -> dict[str, Any]:
    opened_on = one.opened_on or today()
    due_on = one.due_on or ladder.due_by(opened_on, one.severity, days)
    changing.check_days(opened_on, due_on, today())
    return {
        "tenant_id": tenant_id,
        "id": new_id(),
        "account_id": one.account_id,
        "commitment_id": one.commitment_id,
        "objection_id": one.objection_id,
        "kind": one.kind,
        "function": one.function,
        "severity": one.severity,
        "title": one.title,
        "impact": one.impact,
        "owner_user_id": one.owner_user_id,
        "opened_on": opened_on,
        "due_on": due_on,
        "key_id": key_id,
    }


def move(row: RowMapping, kind: str, on: date, **more: Any) -> dict[str, Any]:
    """A move of a roadblock as it is kept."""
    blank = {"rung": None, "to_user_id": None, "user_id": None, "note": None, "key_id": None}
    ids = {"tenant_id": row["tenant_id"], "id": new_id(), "roadblock_id": row["id"]}
    return {**blank, **ids, "kind": kind, "moved_on": on, **more}


def told_of(row: RowMapping) -> dict[str, Any]:
    """What events tell of a roadblock."""
    account_id = row["account_id"]
    named = {name: row[name] for name in ("kind", "function", "severity", "title", "rung")}
    return {
        **named,
        "roadblock_id": str(row["id"]),
        "account_id": None if account_id is None else str(account_id),
        "due_on": row["due_on"].isoformat(),
    }


async def open_one(
    connection: AsyncConnection, caller: Caller, new: NewRoadblock, *, user_id: UserId | None = None
) -> RowMapping:
    """Open one roadblock; raises UnusableRoadblock and UnknownPeople where what it names is not there."""
    person = await who(connection, caller, user_id)
    await check_owner(connection, caller.tenant_id, new.owner_user_id)
    new = await _placed(connection, caller.tenant_id, new)
    (row,) = await open_all(connection, caller.tenant_id, [new], user_id=person, key_id=caller.key_id)
    return row


async def check_owner(connection: AsyncConnection, tenant_id: TenantId, user_id: UserId | None) -> None:
    """Raise UnknownPeople unless the owner, where one is named, is there and active."""
    if user_id is not None:
        await people.people(connection, tenant_id, [user_id], pointer="/owner_user_id")


async def _placed(connection: AsyncConnection, tenant_id: TenantId, new: NewRoadblock) -> NewRoadblock:
    """The roadblock with the account in whose way it stands: the one that is named, or the commitment's."""
    account_id = new.account_id
    if account_id is not None:
        try:
            account_id = await accounts.require_account(connection, tenant_id, ACCOUNTS, account_id)
        except AccountNotFound:
            raise _unusable("/account_id", "unknown_account", "names no account here") from None
    if new.commitment_id is None:
        return replace(new, account_id=account_id)
    owed_to = await queries.account_of_commitment(connection, tenant_id, new.commitment_id)
    if owed_to is None or account_id not in {None, owed_to}:
        raise _unusable("/commitment_id", "unknown_commitment", "names no commitment to the account")
    return replace(new, account_id=AccountId(owed_to))


def _unusable(pointer: str, code: str, message: str) -> changing.UnusableRoadblock:
    return changing.UnusableRoadblock(f"{pointer} {message}", errors=[FieldProblem(pointer, code, message)])


async def require(
    connection: AsyncConnection, tenant_id: TenantId, roadblock_id: RoadblockId, *, lock: bool = False
) -> RowMapping:
    """The row of a roadblock; raises RoadblockNotFound."""
    row = await queries.find(connection, tenant_id, roadblock_id, lock=lock)
    if row is None:
        raise RoadblockNotFound(str(roadblock_id))
    return row
