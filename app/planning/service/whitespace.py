"""What is said of whitespace cells: kept word by word, so that every earlier day is as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, BUYING_CENTERS, OFFERINGS, BuyingCenterNotFound
from app.accounts.service import changing
from app.accounts.service.people import UnknownPeople, people, speaker
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import FieldProblem
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.planning.core.whitespace import Word, refuse_contradictions
from app.planning.queries import whitespace as queries
from app.planning.tables import whitespace_statements
from app.tenancy.core.caller import Caller

SAID = Keyset({"said_on": whitespace_statements.c.said_on}, tiebreak=whitespace_statements.c.id, default="-said_on")


@dataclass(frozen=True, slots=True)
class Said:
    """A word on one cell: which, since which day it holds (None: today), and who says so."""

    buying_center_id: UUID
    offering_id: UUID
    word: Word
    said_on: date | None
    user_id: UserId | None


async def state(connection: AsyncConnection, caller: Caller, account_id: AccountId, said: Said) -> RowMapping:
    """Let a word hold of a cell from its day on; said again on the same day, it is as it was."""
    tenant_id = caller.tenant_id
    said_on = day_asked(said.said_on, datetime.now(UTC).date(), pointer="/said_on")
    refuse_contradictions(said.word)
    await _require_cell(connection, tenant_id, account_id, said)
    who = await _who(connection, caller, said)
    cell = {"buying_center_id": said.buying_center_id, "offering_id": said.offering_id}
    last = await queries.last(connection, tenant_id, account_id, cell)

    values = {"account_id": account_id, **cell, "said_on": said_on, **_columns(said.word), "user_id": who}

    if last is not None and all(last[name] == value for name, value in values.items()):
        return last
    identity = {"tenant_id": tenant_id, "id": new_id(), "key_id": caller.key_id}
    kept = await queries.add(connection, {**identity, **values})
    await changing.told(connection, tenant_id, ACCOUNTS, {account_id}, any_record=True)
    return kept


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    asked: PageRequest,
    wanted: Mapping[str, UUID],
) -> Slice[RowMapping]:
    """A page of all that was said of an account's cells."""
    statement = SAID.page(queries.statements_of(tenant_id, account_id, wanted), asked)
    rows = (await connection.execute(statement)).all()
    return SAID.cut(rows, asked, by_name)


async def _require_cell(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, said: Said) -> None:
    """The buying center is the account's, and the offering is there."""
    center = await accounts.one(connection, tenant_id, BUYING_CENTERS, said.buying_center_id)
    if center["account_id"] != account_id:
        raise BuyingCenterNotFound(f"{said.buying_center_id} is another account's")
    await accounts.one(connection, tenant_id, OFFERINGS, said.offering_id)


async def _who(connection: AsyncConnection, caller: Caller, said: Said) -> UserId | None:
    """Who speaks, where a person does: CRMs state cells, too."""
    owner = said.word.owner_user_id
    if owner is not None:
        await _require_owner(connection, caller.tenant_id, owner)
    if said.user_id is None and caller.user_id is None:
        return None
    return (await speaker(connection, caller, said.user_id)).id


async def _require_owner(connection: AsyncConnection, tenant_id: TenantId, owner: UserId) -> None:
    try:
        await people(connection, tenant_id, [owner], pointer="/owner_user_id")
    except UnknownPeople as refusal:
        problem = FieldProblem("/owner_user_id", "unknown_user", "names no active user")
        raise UnknownPeople(refusal.detail, errors=[problem]) from None


def _columns(word: Word) -> dict[str, Any]:
    return {
        "state": word.state,
        "potential": None if word.potential is None else word.potential.amount,
        "currency": None if word.potential is None else word.potential.currency,
        **{name: getattr(word, name) for name in _PLAIN},
    }


_PLAIN = ("how", "confidence", "competitor", "owner_user_id", "next_step", "due_on")
