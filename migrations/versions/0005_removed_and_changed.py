"""Facts that their source removed or merged, and accounts that changed since they were scored."""

import sqlalchemy as sa
from alembic import context, op

from app.infra.policies import protect, unprotect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REMOVABLE = ("accounts", "contacts", "opportunities")
NEW_IN_STATES = ("accounts", "contacts")  # opportunities have told when their source changed them from the beginning

# Marks what changed, and returns whether a job has to be enqueued to score it: not where one is waiting already.
# That must not lose anything, so the order is: lock, mark, look. The job is taken from the queue, takes the marks away,
# scores, and at its end asks for the same lock alone. If it gets that, then all who saw it waiting have ended, and it
# has seen their marks; if not, it asks for another time. Each statement here sees what was committed before it began.
# A mark that is there already is held rather than written: any number may hold it, nobody waits for another, and it
# cannot be taken before the facts that it now stands for as well are committed.
MARK_CHANGED = """
CREATE FUNCTION mark_changed(tenant_given uuid, accounts_given uuid[], all_given boolean, job_given text, payload_given bytea)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('changed accounts ' || tenant_given::text, 0));
    WITH held AS (
        SELECT c.account_id FROM changed_accounts c
        WHERE c.tenant_id = tenant_given AND c.account_id = ANY(accounts_given) FOR SHARE SKIP LOCKED)
    INSERT INTO changed_accounts (tenant_id, id, account_id)
        SELECT tenant_given, gen_random_uuid(), given.account_id
        FROM (SELECT DISTINCT unnest(accounts_given) AS account_id) given
        WHERE NOT EXISTS (SELECT FROM held h WHERE h.account_id = given.account_id);
    IF all_given THEN
        PERFORM 1 FROM changed_accounts c
            WHERE c.tenant_id = tenant_given AND c.account_id IS NULL LIMIT 1 FOR SHARE SKIP LOCKED;
        IF NOT FOUND THEN
            INSERT INTO changed_accounts (tenant_id, id) VALUES (tenant_given, gen_random_uuid());
        END IF;
    END IF;
    RETURN NOT EXISTS (SELECT FROM pgqueuer q
        WHERE q.entrypoint = job_given AND q.status = 'queued' AND q.payload = payload_given);
END $$
"""

# As in 0003; beside the score, since when facts have changed that it does not know.
NEWEST_SCORE = """
CREATE FUNCTION newest_score(tenant_given uuid, account_given uuid, day_given date)
RETURNS TABLE (account_name text, organization_version integer, score_id uuid, tier text, overridden boolean,
               changed_at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('app.tenant_id', tenant_given::text, true);
    RETURN QUERY
        SELECT a.name, o.version, s.id, s.tier, EXISTS (
            SELECT FROM tier_overrides t
            WHERE t.tenant_id = tenant_given AND t.account_id = account_given AND t.withdrawn_at IS NULL
              AND t.from_on <= day_given AND t.until_on >= day_given), (
            SELECT min(c.created_at) FROM changed_accounts c
            WHERE c.tenant_id = tenant_given AND (c.account_id = account_given OR c.account_id IS NULL))
        FROM accounts a JOIN organizations o ON o.tenant_id = a.tenant_id
        CROSS JOIN LATERAL (
            SELECT c.id, c.tier FROM scores c WHERE c.tenant_id = tenant_given AND c.account_id = account_given
            ORDER BY c.as_of DESC, c.id DESC LIMIT 1) s
        WHERE a.tenant_id = tenant_given AND a.id = account_given AND a.merged_into_id IS NULL;
END $$
"""

NEWEST_SCORE_BEFORE = """
CREATE FUNCTION newest_score(tenant_given uuid, account_given uuid, day_given date)
RETURNS TABLE (account_name text, organization_version integer, score_id uuid, tier text, overridden boolean)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('app.tenant_id', tenant_given::text, true);
    RETURN QUERY
        SELECT a.name, o.version, s.id, s.tier, EXISTS (
            SELECT FROM tier_overrides t
            WHERE t.tenant_id = tenant_given AND t.account_id = account_given AND t.withdrawn_at IS NULL
              AND t.from_on <= day_given AND t.until_on >= day_given)
        FROM accounts a JOIN organizations o ON o.tenant_id = a.tenant_id
        CROSS JOIN LATERAL (
            SELECT c.id, c.tier FROM scores c WHERE c.tenant_id = tenant_given AND c.account_id = account_given
            ORDER BY c.as_of DESC, c.id DESC LIMIT 1) s
        WHERE a.tenant_id = tenant_given AND a.id = account_given;
END $$
"""

# Removed records would come back to life in a release that does not know of removal.
REMOVED = " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE removed_at IS NOT NULL" for table in REMOVABLE)
REFUSE_REMOVED = f"""DO $$ BEGIN
    IF EXISTS ({REMOVED}) THEN
        RAISE EXCEPTION 'there are removed records, which the release before cannot tell from others: delete them first';
    END IF;
END $$"""


def replace_newest_score(role: str, function: str) -> None:
    op.execute("DROP FUNCTION newest_score(uuid, uuid, date)")
    op.execute(function)
    op.execute("REVOKE ALL ON FUNCTION newest_score(uuid, uuid, date) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION newest_score(uuid, uuid, date) TO {role}")


def upgrade() -> None:
    role = context.config.attributes.get("role", "kap_app")
    for table in NEW_IN_STATES:
        op.add_column(table, sa.Column("source_modified_at", sa.TIMESTAMP(timezone=True)))
        op.add_column(f"{table}_past", sa.Column("source_modified_at", sa.TIMESTAMP(timezone=True)))
    for table in REMOVABLE:
        op.add_column(table, sa.Column("removed_at", sa.TIMESTAMP(timezone=True)))
        op.add_column(table, sa.Column("merged_into_id", sa.Uuid()))
        op.create_foreign_key(
            op.f(f"{table}_tenant_id_merged_into_id_fkey"),
            table,
            table,
            ["tenant_id", "merged_into_id"],
            ["tenant_id", "id"],
        )
        op.create_check_constraint(op.f(f"{table}_not_merged_into_itself_check"), table, "merged_into_id <> id")
        op.create_check_constraint(
            op.f(f"{table}_removed_when_merged_check"), table, "merged_into_id IS NULL OR removed_at IS NOT NULL"
        )
        op.create_check_constraint(
            op.f(f"{table}_no_state_when_removed_check"), table, "(removed_at IS NULL) = (valid_from < 'infinity')"
        )
        op.create_index(
            f"{table}_merged_into_id_idx",
            table,
            ["tenant_id", "merged_into_id"],
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        )
    op.create_table(
        "changed_accounts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("changed_accounts_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("changed_accounts_pkey")),
    )
    op.create_index("changed_accounts_account_id_idx", "changed_accounts", ["tenant_id", "account_id"])
    protect(op, role, ("changed_accounts",))
    op.execute(MARK_CHANGED)
    op.execute("REVOKE ALL ON FUNCTION mark_changed(uuid, uuid[], boolean, text, bytea) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION mark_changed(uuid, uuid[], boolean, text, bytea) TO {role}")
    replace_newest_score(role, NEWEST_SCORE)


def downgrade() -> None:
    role = context.config.attributes.get("role", "kap_app")
    op.execute(REFUSE_REMOVED)
    replace_newest_score(role, NEWEST_SCORE_BEFORE)
    op.execute("DROP FUNCTION mark_changed(uuid, uuid[], boolean, text, bytea)")
    unprotect(op, ("changed_accounts",))
    op.drop_table("changed_accounts")
    for table in REMOVABLE:
        op.drop_index(f"{table}_merged_into_id_idx", table_name=table)
        op.drop_column(table, "merged_into_id")
        op.drop_column(table, "removed_at")
    for table in NEW_IN_STATES:
        op.drop_column(f"{table}_past", "source_modified_at")
        op.drop_column(table, "source_modified_at")
