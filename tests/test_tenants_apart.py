"""Organizations see nothing of one another in the database itself, whatever a query forgets."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from app.infra.db import plain_url
from app.infra.settings import Settings
from app.kernel.ids import new_id
from app.main import create_app
from tests.accounts.facts import a_ground

# What is no organization's: which tenant a name leads to, the schema's own version, and the queue library's tables.
NOT_OF_TENANTS = "'tenant_directory', 'alembic_version'"


@pytest.fixture
async def owner(database_url):
    connection = await asyncpg.connect(plain_url(database_url))
    yield connection
    await connection.close()


async def tenant_tables(owner):
    return [
        row["oid"]
        for row in await owner.fetch(
            "SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            f" AND relname NOT IN ({NOT_OF_TENANTS}) AND relname NOT LIKE 'pgqueuer%'"
        )
    ]


async def test_every_table_of_tenants_is_kept_apart_by_policy(owner):
    tables = await tenant_tables(owner)

    unprotected = await owner.fetch(
        """
        SELECT relname FROM pg_class c WHERE oid = ANY($1::oid[]) AND NOT (
            relrowsecurity AND relforcerowsecurity
            AND (SELECT count(*) = 1 AND bool_and(
                    polpermissive AND polcmd = '*' AND polroles = '{0}'
                    AND pg_get_expr(polqual, polrelid) LIKE '%tenant_id = %app.tenant_id%'
                    AND pg_get_expr(polwithcheck, polrelid) = pg_get_expr(polqual, polrelid))
                 FROM pg_policy WHERE polrelid = c.oid))
        """,
        tables,
    )

    assert len(tables) >= 25
    assert [row["relname"] for row in unprotected] == []


async def test_every_key_reference_and_index_is_led_by_the_tenant(owner):
    tables = await tenant_tables(owner)

    keys = await owner.fetch(
        """
        SELECT c.conname FROM pg_constraint c WHERE c.conrelid = ANY($1::oid[]) AND c.contype IN ('p', 'u', 'f')
        AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1]) <> 'tenant_id'
        UNION ALL
        SELECT c.conname FROM pg_constraint c WHERE c.conrelid = ANY($1::oid[]) AND c.contype = 'f'
        AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = c.confrelid AND a.attnum = c.confkey[1])
            <> 'tenant_id'
        """,
        tables,
    )
    indexes = await owner.fetch(
        """
        SELECT i.indexrelid::regclass::text AS name FROM pg_index i WHERE i.indrelid = ANY($1::oid[])
        AND coalesce((SELECT attname FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0]), '')
            <> 'tenant_id'
        """,
        tables,
    )
    without_key = await owner.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE oid = ANY($1::oid[]) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p')",
        tables,
    )

    assert [row["conname"] for row in keys] == []
    assert [row["name"] for row in (*indexes, *without_key)] == []


async def test_views_read_as_whoever_asks_and_functions_run_as_whoever_calls(owner):
    views = await owner.fetch(
        "SELECT relname, reloptions FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
    )
    definers = await owner.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )

    assert len(views) >= 4
    assert [view["relname"] for view in views if "security_invoker=true" not in (view["reloptions"] or ())] == []
    assert definers == []


async def test_the_role_that_serves_owns_nothing_bypasses_nothing_and_only_adds_scores(owner, settings):
    role = await owner.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname = $1",
        settings.app_role,
    )
    owned = await owner.fetchval("SELECT count(*) FROM pg_class WHERE relowner = $1::regrole", settings.app_role)
    scores = {
        right: await owner.fetchval("SELECT has_table_privilege($1, 'scores', $2)", settings.app_role, right)
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    }

    assert set(role.values()) == {False}
    assert owned == 0
    assert scores == {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}


async def test_without_an_organization_the_serving_role_sees_and_writes_nothing(database, client, owner):
    await a_ground(client)
    tables = [await owner.fetchval("SELECT $1::oid::regclass::text", table) for table in await tenant_tables(owner)]

    async with database.engine.connect() as connection:
        for table in tables:
            rows = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            assert rows.scalar_one() == 0, table
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.exec_driver_sql(
                "INSERT INTO users (tenant_id, id, name, function)"
                f" VALUES ('{new_id()}', '{new_id()}', 'Nobody', 'sales')"
            )


async def test_within_an_organization_rows_of_another_can_be_neither_read_nor_written_nor_named(
    database, client, tenant, other_tenant
):
    theirs = await a_ground(client)

    async with database.transaction(other_tenant.id) as connection:
        for statement in ("SELECT FROM accounts", "UPDATE accounts SET name = 'x'", "DELETE FROM contacts"):
            assert (await connection.exec_driver_sql(statement)).rowcount == 0
    for tenant_id, refusal in ((tenant.id, "row-level security"), (other_tenant.id, "foreign key")):
        with pytest.raises(DBAPIError, match=refusal):
            async with database.transaction(other_tenant.id) as connection:
                await connection.exec_driver_sql(
                    "INSERT INTO buying_centers (tenant_id, id, account_id, name, name_key)"
                    f" VALUES ('{tenant_id}', '{new_id()}', '{theirs.account}', 'x', 'x')"
                )


async def test_the_service_refuses_to_start_with_a_role_that_would_bypass_the_policies(database_url):
    app = create_app(Settings(app_role="kap"), database_url)

    with pytest.raises(Exception, match="kap would bypass row-level security"):
        async with app.router.lifespan_context(app):
            pass
