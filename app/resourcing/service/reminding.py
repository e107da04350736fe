"""Reminds of promises: that they fall due soon, and that they are overdue, once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.kinds import ACCOUNTS
from app.accounts.service import changing
from app.events import service as events
from app.kernel.ids import TenantId
from app.resourcing.queries import commitments as queries

SOON_DAYS: Final = 7  # the product's own choice


@dataclass(frozen=True, slots=True)
class Reminded:
    """Of how many promises it was told that they fall due soon, and that they are overdue."""

    soon: int
    overdue: int


async def turn(connection: AsyncConnection, tenant_id: TenantId, now: datetime) -> Reminded:
    """Tell of every promise that falls due within a week, and of every overdue one; of each that is told once.

    Two turns at once tell no more than one. What is overdue already is not told to be due soon.
    """
    today = now.date()
    soon = await queries.tell_due_soon(connection, tenant_id, today, today + timedelta(days=SOON_DAYS))
    await _tell(connection, tenant_id, "commitment.due_soon", soon)
    overdue = await queries.tell_overdue(connection, tenant_id, today)
    await _tell(connection, tenant_id, "commitment.overdue", overdue)
    # A day that passes changes no fact, but it does change what was kept.
    await changing.told(connection, tenant_id, ACCOUNTS, {row["account_id"] for row in overdue}, any_record=False)
    return Reminded(len(soon), len(overdue))


async def _tell(connection: AsyncConnection, tenant_id: TenantId, type_: str, rows: Sequence[RowMapping]) -> None:
    await events.record_all(connection, tenant_id, type_, "commitment", [(row["id"], _told(row)) for row in rows])


def _told(row: RowMapping) -> dict[str, Any]:
    return {
        "account_id": str(row["account_id"]),
        "resource_id": str(row["resource_id"]),
        "function": row["function"],
        "quantity": row["quantity"],
        "due_on": row["due_on"].isoformat(),
        "owner_user_id": row["owner_user_id"] and str(row["owner_user_id"]),
    }
