"""Does the work of a transaction again when others changed the same rows at the same moment."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import Database
from app.infra.faults import LOST_RACES
from app.kernel.ids import TenantId

T = TypeVar("T")
_TRIES: Final = 3


async def surely(database: Database, tenant_id: TenantId, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """What the work comes to in a transaction of its own."""
    for _ in range(_TRIES - 1):
        try:
            async with database.transaction(tenant_id) as db:
                return await work(db)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in LOST_RACES:
                raise
    async with database.transaction(tenant_id) as db:
        return await work(db)
