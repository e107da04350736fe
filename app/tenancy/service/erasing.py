"""Erases an organization: its data, keys, jobs and what is still to be sent; its audit log is kept."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from app.infra.db import Database, enter, plain_url
from app.kernel.ids import TenantId
from app.tenancy.queries import erasing as queries
from app.tenancy.service import NoSuchOrganization, organization_named
from app.tenancy.service.auditing import by_command_line

COMMAND = "kap organizations erase"


@dataclass(frozen=True, slots=True)
class Erased:
    """Whose rows are gone, and how many they were."""

    tenant_id: TenantId
    rows: int


async def erase(database: Database, owner_url: str, name_or_id: str) -> Erased:
    """Let nobody in any more, then delete everything but the audit log, and the name at last.

    Broken off, it can be asked for again by the name; later, by the id: for what somebody wrote who was let in before.
    owner_url: of who owns the tables; through no transaction pooler.
    """
    async with database.engine.begin() as connection:
        named = await organization_named(connection, name_or_id)
        tenant_id = named or _as_id(name_or_id)
        await queries.lock_out(connection, tenant_id)
    rows = await _all_rows(owner_url, tenant_id)
    if not (named or rows):
        raise NoSuchOrganization(f"there is no organization {name_or_id}, nor anything left of one")
    async with database.engine.begin() as connection:
        await enter(connection, tenant_id)
        await queries.lock_out(connection, tenant_id, name_too=True)
        await by_command_line(connection, tenant_id, COMMAND, {"organization": name_or_id, "rows": rows})
    return Erased(tenant_id, rows)


async def _all_rows(owner_url: str, tenant_id: TenantId) -> int:
    owner = await asyncpg.connect(plain_url(owner_url), timeout=10)
    rows = 0
    try:
        # What was written meanwhile goes too.
        while erased := await queries.erase(owner, tenant_id):
            rows += erased
    finally:
        await owner.close()
    return rows


def _as_id(text: str) -> TenantId:
    try:
        return TenantId(UUID(text))
    except ValueError:
        raise NoSuchOrganization(f"there is no organization {text}") from None
