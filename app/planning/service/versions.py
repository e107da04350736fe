"""The versions of a plan: who wrote which, what they said, and what changed between two."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import AccountId, TenantId
from app.planning.core.differences import Difference, differences
from app.planning.queries import plans as queries
from app.planning.service import references
from app.planning.service.plans import require, said_of, version_of
from app.planning.tables import plan_versions

VERSIONS = Keyset({"number": plan_versions.c.number}, tiebreak=plan_versions.c.plan_id, default="-number")


async def page(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest
) -> tuple[Slice[RowMapping], dict[UUID, str]]:
    """A page of the plan's versions, the newest first, and what their authors are called."""
    plan = await require(connection, tenant_id, account_id)
    rows = (await connection.execute(VERSIONS.page(queries.versions_of(tenant_id, plan["id"]), asked))).all()
    cut = VERSIONS.cut(rows, asked, by_name)
    people_named = sorted({row["user_id"] for row in cut.data if row["user_id"] is not None})
    return cut, await references.names(connection, tenant_id, people_named, [])


async def find(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, number: int
) -> tuple[RowMapping, str | None]:
    """One version of the account's plan, and what its author is called."""
    plan = await require(connection, tenant_id, account_id)
    row = await version_of(connection, tenant_id, plan["id"], number)
    names = await references.names(connection, tenant_id, [row["user_id"]] if row["user_id"] else [], [])
    return row, names.get(row["user_id"])


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed since the version `against`."""

    against: int
    differences: tuple[Difference, ...]


async def difference(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, number: int, against: int | None
) -> Compared:
    """What changed from one version to another, from the one before when none is named; of the first, nothing has."""
    plan = await require(connection, tenant_id, account_id)
    later = await version_of(connection, tenant_id, plan["id"], number)
    named = max(number - 1, 1) if against is None else against
    earlier = await version_of(connection, tenant_id, plan["id"], named)
    return Compared(named, differences(said_of(earlier), said_of(later)))
