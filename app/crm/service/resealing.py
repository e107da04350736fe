"""Seals anew what is sealed under older keys, so that these can be thrown away."""

from dataclasses import dataclass

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.queries import connections as queries
from app.events.service import resealing as events
from app.infra.db import Database
from app.infra.sealing import KeyRing, NotOpened
from app.kernel.ids import TenantId
from app.tenancy import service as tenancy


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many sealed values were sealed anew, were under the first key already, and could not be opened."""

    anew: int = 0
    current: int = 0
    shut: int = 0

    def __add__(self, other: "Resealed") -> "Resealed":
        return Resealed(self.anew + other.anew, self.current + other.current, self.shut + other.shut)


async def reseal(database: Database, keys: KeyRing) -> Resealed:
    """Go through every organization, one transaction each; broken off, it is simply begun again."""
    async with database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    total = Resealed()
    for tenant_id in tenants:
        async with database.transaction(tenant_id) as connection:
            total += await _of_one(connection, keys, tenant_id)
            total += Resealed(*await events.reseal(connection, keys, tenant_id))
    return total


async def _of_one(connection: AsyncConnection, keys: KeyRing, tenant_id: TenantId) -> Resealed:
    total = Resealed()
    for row in await queries.sealed_rows(connection, tenant_id):
        fresh, counts = _sealed_anew(keys, row)
        total += counts
        if fresh:
            await queries.note(connection, tenant_id, row["id"], fresh)
    return total


def _sealed_anew(keys: KeyRing, row: RowMapping) -> tuple[dict[str, bytes], Resealed]:
    fresh: dict[str, bytes] = {}
    current = shut = 0
    for column in queries.SEALED:
        if row[column] is None:
            continue
        try:
            if keys.is_current(row[column]):
                current += 1
            else:
                fresh[column] = queries.resealed(keys, row, column)
        except NotOpened:
            shut += 1
    return fresh, Resealed(len(fresh), current, shut)
