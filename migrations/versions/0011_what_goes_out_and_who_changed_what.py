"""What goes out, and who changed what."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from app.infra.policies import protect, unprotect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# In the order in which they refer to each other.
TABLES = ("webhook_endpoints", "webhook_deliveries", "console_sessions")
APPEND_ONLY = ("webhook_attempts", "audit_log")
# Events that were told before this: whose matter they are says their data.
WHOSE = """
    UPDATE events SET account_id = CASE WHEN subject = 'account' THEN subject_id ELSE (data->>'account_id')::uuid END
    WHERE subject = 'account' OR data->>'account_id' IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('key', 'guest', 'worker', 'command_line')", name=op.f("audit_log_actor_kind_check")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("audit_log_pkey")),
    )
    op.create_index(
        "audit_log_account_id_id_idx",
        "audit_log",
        ["tenant_id", "account_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "audit_log_key_id_id_idx", "audit_log", ["tenant_id", "key_id", "id"], unique=False, postgresql_where=None
    )
    op.create_index(
        "audit_log_subject_id_id_idx",
        "audit_log",
        ["tenant_id", "subject_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "webhook_endpoints",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("event_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'enabled'"), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("disabled_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("failing_since", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'disabled') = (disabled_reason IS NOT NULL)",
            name=op.f("webhook_endpoints_disabled_for_a_reason_check"),
        ),
        sa.CheckConstraint(
            "disabled_reason IN ('by_hand', 'gone', 'failing')", name=op.f("webhook_endpoints_disabled_reason_check")
        ),
        sa.CheckConstraint("state IN ('enabled', 'disabled')", name=op.f("webhook_endpoints_state_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("webhook_endpoints_pkey")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_status", sa.SmallInteger(), nullable=True),
        sa.Column("last_failure", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'exhausted', 'dropped')", name=op.f("webhook_deliveries_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"],
            ["webhook_endpoints.tenant_id", "webhook_endpoints.id"],
            name=op.f("webhook_deliveries_tenant_id_endpoint_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["events.tenant_id", "events.id"],
            name=op.f("webhook_deliveries_tenant_id_event_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("webhook_deliveries_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "endpoint_id", "event_id", name=op.f("webhook_deliveries_tenant_id_endpoint_id_event_id_key")
        ),
    )
    op.create_index(
        "webhook_deliveries_endpoint_id_due_at_event_id_idx",
        "webhook_deliveries",
        ["tenant_id", "endpoint_id", "due_at", "event_id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "webhook_deliveries_event_id_idx",
        "webhook_deliveries",
        ["tenant_id", "event_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "webhook_deliveries_created_at_id_idx",
        "webhook_deliveries",
        ["tenant_id", "created_at", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "webhook_deliveries_endpoint_id_created_at_id_idx",
        "webhook_deliveries",
        ["tenant_id", "endpoint_id", "created_at", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "console_sessions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("console_sessions_digest_is_sha256_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "key_id"],
            ["api_keys.tenant_id", "api_keys.id"],
            name=op.f("console_sessions_tenant_id_key_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("console_sessions_pkey")),
    )
    op.create_index(
        "console_sessions_expires_at_idx",
        "console_sessions",
        ["tenant_id", "expires_at"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery_id"],
            ["webhook_deliveries.tenant_id", "webhook_deliveries.id"],
            name=op.f("webhook_attempts_tenant_id_delivery_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "delivery_id", "number", name=op.f("webhook_attempts_pkey")),
    )
    op.add_column("events", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.add_column("events", sa.Column("sequence", sa.BigInteger(), nullable=True))
    op.create_index(
        "events_created_at_id_idx", "events", ["tenant_id", "created_at", "id"], unique=False, postgresql_where=None
    )
    op.create_index(
        "events_account_id_sequence_idx",
        "events",
        ["tenant_id", "account_id", "sequence"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "events_id_idx", "events", ["tenant_id", "id"], unique=False, postgresql_where=sa.text("sequence IS NULL")
    )
    op.add_column(
        "organizations",
        sa.Column("frame_ancestors", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    # Who migrates need not be a superuser, and the policy would show it no organization's events.
    op.execute("ALTER TABLE events NO FORCE ROW LEVEL SECURITY")
    op.execute(WHOSE)
    op.execute("ALTER TABLE events FORCE ROW LEVEL SECURITY")
    role = context.config.attributes.get("role", "kap_app")
    op.execute(f"GRANT UPDATE (sequence) ON events TO {role}")
    protect(op, role, TABLES)
    protect(op, role, APPEND_ONLY, append_only=True)


def downgrade() -> None:
    unprotect(op, (*TABLES, *APPEND_ONLY))
    op.execute(f"REVOKE UPDATE (sequence) ON events FROM {context.config.attributes.get('role', 'kap_app')}")
    op.drop_column("organizations", "frame_ancestors")
    op.drop_index("events_created_at_id_idx", "events")
    op.drop_column("events", "sequence")
    op.drop_column("events", "account_id")
    for table in ("webhook_attempts", "audit_log", *reversed(TABLES)):
        op.drop_table(table)
