"""What is agreed with customers: the calibration that is in force, and which accounts were ever calibrated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.levels import Level
from app.calibration.queries import standing as queries
from app.kernel.ids import AccountId, TenantId


@dataclass(frozen=True, slots=True)
class InForce:
    """The calibration that is in force with an account, the level that it agrees on, and since when."""

    calibration_id: UUID
    level: Level
    since: date


async def in_force(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId] | None, as_of: date
) -> dict[AccountId, InForce]:
    """What is in force at the end of a day, by account, those without anything left out; one statement.

    Without `account_ids`: of every account.
    """
    return {
        AccountId(row["account_id"]): InForce(row["id"], row["agreed_level"], row["activated_on"])
        for row in await queries.in_force(connection, tenant_id, account_ids, as_of)
    }


async def first_completed(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId]
) -> dict[AccountId, date]:
    """The day on which the first calibration with each account was completed; accounts without one are left out."""
    found = await queries.first_activations(connection, tenant_id, account_ids)
    return {AccountId(row["account_id"]): row["activated_on"] for row in found}


async def completed_before(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], on: date
) -> set[AccountId]:
    """The accounts with which a calibration was completed on or before a day."""
    first = await first_completed(connection, tenant_id, account_ids)
    return {account_id for account_id, day in first.items() if day <= on}
