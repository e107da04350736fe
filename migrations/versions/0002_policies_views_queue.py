"""Policies and the serving role, states as of an instant, the job queue, and the way in for a key."""

from alembic import context, op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

from app.infra.policies import ensure_role, protect, unprotect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "organizations", "users", "api_keys", "idempotency_keys", "jobs",
    "accounts", "accounts_past", "buying_centers", "contacts", "contacts_past", "offerings",
    "opportunities", "opportunities_past", "engagements", "engagement_contacts", "observations",
    "ratings", "targets", "targets_past", "exchange_rates",
    "selection_models", "selection_model_versions", "selection_runs", "tier_overrides",
)  # fmt: skip
APPEND_ONLY = ("scores",)
QUEUE = ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics")
WITH_PAST = ("accounts", "contacts", "opportunities", "targets")
BOOKKEEPING = {"version", "created_at", "updated_at", "valid_from", "valid_to"}

# One round trip: who the key's public id belongs to, and the key itself, read under that tenant's policy.
AUTHENTICATE = """
CREATE FUNCTION authenticate(public_id_given text)
RETURNS TABLE (tenant_id uuid, key_id uuid, digest bytea, scopes text[], user_id uuid,
               expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE found_tenant uuid;
BEGIN
    SELECT d.tenant_id INTO found_tenant FROM tenant_directory d WHERE d.kind = 'api_key' AND d.handle = public_id_given;
    IF found_tenant IS NULL THEN RETURN; END IF;
    PERFORM set_config('app.tenant_id', found_tenant::text, true);
    RETURN QUERY SELECT k.tenant_id, k.id, k.digest, k.scopes, k.user_id, k.expires_at, k.revoked_at, k.last_used_at
                 FROM api_keys k WHERE k.tenant_id = found_tenant AND k.public_id = public_id_given;
END $$
"""


def states_of(table: str) -> str:
    """What rows of `table` were from when until when; the present has no end."""
    columns = [
        row[0]
        for row in op.get_bind().exec_driver_sql(
            "SELECT column_name FROM information_schema.columns"
            f" WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        )
        if row[0] not in BOOKKEEPING
    ]
    names = ", ".join(columns)
    return (
        f"CREATE VIEW {table}_states WITH (security_invoker = true) AS"
        f" SELECT {names}, valid_from, 'infinity'::timestamptz AS valid_to FROM {table}"
        f" UNION ALL SELECT {names}, valid_from, valid_to FROM {table}_past"
    )


def run_script(script: str) -> None:
    """Run several statements at once, inside the transaction that is open; prepared statements take one only."""
    driver = op.get_bind().connection.dbapi_connection
    assert driver is not None
    driver.run_async(lambda connection: connection.execute(script))


def upgrade() -> None:
    role = context.config.attributes.get("role", "kap_app")
    ensure_role(op, role)
    protect(op, role, TABLES)
    protect(op, role, APPEND_ONLY, append_only=True)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_directory TO {role}")
    op.execute(f"GRANT SELECT ON alembic_version TO {role}")
    for table in WITH_PAST:
        op.execute(states_of(table))
        op.execute(f"GRANT SELECT ON {table}_states TO {role}")
    op.execute(AUTHENTICATE)
    op.execute("REVOKE ALL ON FUNCTION authenticate(text) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION authenticate(text) TO {role}")
    run_script(QueryBuilderEnvironment().build_install_query())
    for table in QUEUE:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON {table} TO {role}")
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO {role}")


def downgrade() -> None:
    run_script(QueryBuilderEnvironment().build_uninstall_query())
    op.execute("DROP FUNCTION authenticate(text)")
    for table in WITH_PAST:
        op.execute(f"DROP VIEW {table}_states")
    unprotect(op, (*TABLES, *APPEND_ONLY))
    # The role stays: other databases of the cluster may use it, and a role without rights harms nobody.
