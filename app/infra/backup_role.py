"""The role that backups are made as: it may read everything, past the policies, and change nothing."""

import re
from typing import Final

import asyncpg

from app.infra.db import plain_url
from app.kernel.errors import FieldProblem, Invalid, Unavailable

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,40}")


class BackupRoleRefused(Unavailable):
    """The login may not make a role that reads past row-level security."""


async def ensure(url: str, role: str) -> None:
    """Make the role where it is missing, without a login of its own. It belongs to the server: no dump holds any of it.

    url: the owner's. Raises Invalid for what is no name, BackupRoleRefused where that takes a superuser.
    """
    if not _NAME.fullmatch(role):
        problem = FieldProblem("/backup_role", "not_a_name", "small letters, digits and _, at most 41")
        raise Invalid(f"{role!r} is no name for a role", errors=[problem])
    connection = await asyncpg.connect(plain_url(url), timeout=10)
    missing = ""
    try:
        missing = await _missing(connection, role)
        if missing:
            await connection.execute(missing)
    except asyncpg.InsufficientPrivilegeError as error:
        raise BackupRoleRefused(f"this login may not make the role; have a superuser say: {missing}") from error
    finally:
        await connection.close()


async def _missing(connection: "asyncpg.Connection[asyncpg.Record]", role: str) -> str:
    """What has to be said for the role to read everything."""
    found = await connection.fetchrow(_FOUND, role)
    if found is None:
        return f"CREATE ROLE {role} BYPASSRLS IN ROLE pg_read_all_data;"
    said = [] if found["bypasses"] else [f"ALTER ROLE {role} BYPASSRLS;"]
    return " ".join(said if found["reads"] else [*said, f"GRANT pg_read_all_data TO {role};"])


_FOUND: Final = """SELECT rolsuper OR rolbypassrls AS bypasses, pg_has_role(oid, 'pg_read_all_data', 'usage') AS reads
    FROM pg_roles WHERE rolname = $1"""
