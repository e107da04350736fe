"""The requirements on file: what both sides of each account's calibration in force expect, and how that stands."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.expectations import standing
from app.calibration.core.requirements import Requirement
from app.calibration.queries import requirements as queries
from app.kernel.ids import AccountId, TenantId


async def on_file(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], as_of: date
) -> dict[AccountId, list[Requirement]]:
    """By account, what was on file at the end of a day, what is due first first; one statement.

    Accounts without anything on file are left out.
    """
    found: dict[AccountId, list[Requirement]] = {}
    for row in await queries.on_file(connection, tenant_id, account_ids, as_of):
        found.setdefault(AccountId(row["account_id"]), []).append(_requirement(row, as_of))
    return found


def _requirement(row: RowMapping, as_of: date) -> Requirement:
    return Requirement(
        expectation_id=row["expectation_id"],
        owed_by=row["owed_by"],
        title=row["title"],
        metric=row["metric"],
        comparison=row["comparison"],
        target=row["target"],
        due_on=row["due_on"],
        standing=standing(due_on=row["due_on"], withdrawn_on=None, met=row["met"], day=as_of),
        value=row["value"],
        assessed_on=row["assessed_on"],
        missed_since=row["missed_since"],
    )
