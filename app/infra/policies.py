"""What keeps organizations apart in the database: the unprivileged role, and a policy on every tenant table."""

from collections.abc import Iterable
from typing import Protocol


class Operations(Protocol):
    """What a migration gives us."""

    def execute(self, sqltext: str) -> None: ...


# Asked once per statement, as a query of its own: bare, it would be worked out anew for every row of a large scan.
MINE = "tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid)"


def ensure_role(op: Operations, role: str) -> None:
    """Make the role that serves: no login, no superuser, no bypass; two migrations may try at once."""
    op.execute(
        f"""DO $$ BEGIN
            CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$"""
    )
    op.execute(f"DO $$ BEGIN EXECUTE format('GRANT {role} TO %I', current_user); END $$")
    op.execute(f"DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema()); END $$")


def protect(op: Operations, role: str, tables: Iterable[str], *, append_only: bool = False) -> None:
    """Let `role` work on the tables, on rows of the tenant that the transaction entered alone."""
    rights = "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant_only ON {table} USING ({MINE}) WITH CHECK ({MINE})")
        op.execute(f"GRANT {rights} ON {table} TO {role}")


def unprotect(op: Operations, tables: Iterable[str]) -> None:
    """The way back of `protect`."""
    for table in tables:
        op.execute(f"DROP POLICY tenant_only ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
