"""What is agreed with customers: the calibration that is in force, and which accounts were ever calibrated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.levels import Level
from app.calibration.core.tested import Completed
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


async def completed(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId]
) -> dict[AccountId, list[Completed]]:
    """The calibrations that were completed with each account; accounts without one are left out. One statement."""
    found: dict[AccountId, list[Completed]] = {}
    for row in await queries.completed(connection, tenant_id, account_ids):
        found.setdefault(AccountId(row["account_id"]), []).append(Completed(row["activated_on"], row["ended_on"]))
    return found


async def completed_before(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], on: date
) -> set[AccountId]:
    """The accounts with which a calibration was completed on or before a day."""
    found = await completed(connection, tenant_id, account_ids)
    return {account_id for account_id, those in found.items() if any(one.activated_on <= on for one in those)}
