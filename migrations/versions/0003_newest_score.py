"""The way to an account's newest score in one round trip."""

from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Enters the tenant, as every transaction does, and reads under its policies.
NEWEST_SCORE = """
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


def upgrade() -> None:
    role = context.config.attributes.get("role", "kap_app")
    op.execute(NEWEST_SCORE)
    op.execute("REVOKE ALL ON FUNCTION newest_score(uuid, uuid, date) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION newest_score(uuid, uuid, date) TO {role}")


def downgrade() -> None:
    op.execute("DROP FUNCTION newest_score(uuid, uuid, date)")
