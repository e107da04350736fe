"""Which tier each account has on a day, for those who treat accounts by their tier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.selection.core.lifecycle import IN_PROGRAM
from app.selection.queries import tiers as queries

Basis = Literal["decided", "manual", "computed"]
# What people decided in the program stands before a manual tier, and that before what was computed.
_BASES: tuple[Basis, ...] = ("decided", "manual", "computed")


@dataclass(frozen=True, slots=True)
class Tiered:
    """An account's tier, and what it rests on: a decision, somebody's word with an end, or the newest score."""

    tier: str
    basis: Basis


async def tiers(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId] | None = None
) -> dict[AccountId, Tiered]:
    """The tier of each of these accounts, or of all, at the end of a day, in one statement; without any: left out."""
    rows = await queries.tiers(connection, tenant_id, as_of, in_program=IN_PROGRAM, account_ids=account_ids)
    found = {AccountId(row["account_id"]): _tiered(row) for row in rows}
    return {account_id: tiered for account_id, tiered in found.items() if tiered is not None}


def _tiered(row: RowMapping) -> Tiered | None:
    return next((Tiered(row[basis], basis) for basis in _BASES if row[basis] is not None), None)
