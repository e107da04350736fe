"""Connections to CRMs, what arrives by them, and events."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from app.infra.policies import protect, unprotect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    "crm_connections", "crm_marks", "crm_deliveries", "crm_events", "crm_hints", "crm_records", "crm_syncs", "crm_writes",
)  # fmt: skip
APPEND_ONLY = ("events",)


def lead_to(*kinds: str) -> None:
    """What the directory may lead from."""
    op.drop_constraint(op.f("tenant_directory_kind_check"), "tenant_directory")
    named = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("tenant_directory_kind_check"), "tenant_directory", f"kind IN ({named})")


def upgrade() -> None:
    op.create_table(
        "crm_connections",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("base_url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("objects", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("auth_kind", sa.Text(), nullable=False),
        sa.Column("credentials", sa.LargeBinary(), nullable=False),
        sa.Column("webhook_secrets", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("tokens", sa.LargeBinary(), nullable=True),
        sa.Column("token_turn", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("token_expires_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("renewing_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("resting_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("resting_reason", sa.Text(), nullable=True),
        sa.Column("quota_left", sa.Integer(), nullable=True),
        sa.Column("quota_resets_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("drain_turn", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_event_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_pull_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('active', 'paused', 'needs_reauth')", name=op.f("crm_connections_state_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("crm_connections_pkey")),
        sa.UniqueConstraint("tenant_id", "source", name=op.f("crm_connections_tenant_id_source_key")),
    )
    op.create_table(
        "events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("events_pkey")),
    )
    op.create_index(
        "events_subject_id_id_idx", "events", ["tenant_id", "subject_id", "id"], unique=False, postgresql_where=None
    )
    op.create_index("events_type_id_idx", "events", ["tenant_id", "type", "id"], unique=False, postgresql_where=None)
    op.create_table(
        "crm_deliveries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("content_type", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("events", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "connection_id"],
            ["crm_connections.tenant_id", "crm_connections.id"],
            name=op.f("crm_deliveries_tenant_id_connection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("crm_deliveries_pkey")),
    )
    op.create_index(
        "crm_deliveries_connection_id_idx",
        "crm_deliveries",
        ["tenant_id", "connection_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "crm_deliveries_created_at_idx",
        "crm_deliveries",
        ["tenant_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("body IS NOT NULL"),
    )
    op.create_table(
        "crm_hints",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("heard", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("taken_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "object IN ('account', 'opportunity', 'contact', 'user')", name=op.f("crm_hints_object_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "connection_id"],
            ["crm_connections.tenant_id", "crm_connections.id"],
            name=op.f("crm_hints_tenant_id_connection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "connection_id", "object", "external_id", name=op.f("crm_hints_pkey")),
    )
    op.create_table(
        "crm_marks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("since", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("delta", sa.Text(), nullable=True),
        sa.Column("delta_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "object IN ('account', 'opportunity', 'contact', 'user')", name=op.f("crm_marks_object_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "connection_id"],
            ["crm_connections.tenant_id", "crm_connections.id"],
            name=op.f("crm_marks_tenant_id_connection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "connection_id", "object", name=op.f("crm_marks_pkey")),
    )
    op.create_table(
        "crm_records",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("survivor", sa.Text(), nullable=True),
        sa.Column("awaits", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "object IN ('account', 'opportunity', 'contact', 'user')", name=op.f("crm_records_object_check")
        ),
        sa.CheckConstraint(
            "state IN ('gone', 'merged', 'quarantined', 'unlinked')", name=op.f("crm_records_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "connection_id"],
            ["crm_connections.tenant_id", "crm_connections.id"],
            name=op.f("crm_records_tenant_id_connection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "connection_id", "object", "external_id", name=op.f("crm_records_pkey")),
    )
    op.create_index(
        "crm_records_connection_id_awaits_idx",
        "crm_records",
        ["tenant_id", "connection_id", "awaits"],
        unique=False,
        postgresql_where=sa.text("awaits IS NOT NULL"),
    )
    op.create_index(
        "crm_records_connection_id_state_idx",
        "crm_records",
        ["tenant_id", "connection_id", "state"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "crm_syncs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("objects", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "checkpoint", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("missed", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("resumes_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("finished_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('backfill', 'changes', 'sweep')", name=op.f("crm_syncs_kind_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "connection_id"],
            ["crm_connections.tenant_id", "crm_connections.id"],
            name=op.f("crm_syncs_tenant_id_connection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["jobs.tenant_id", "jobs.id"], name=op.f("crm_syncs_tenant_id_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("crm_syncs_pkey")),
    )
    op.create_index(
        "crm_syncs_connection_id_id_idx",
        "crm_syncs",
        ["tenant_id", "connection_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "crm_events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("object", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("conflict", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("settled_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'ignored', 'echo', 'stale', 'quarantined', 'dead')",
            name=op.f("crm_events_state_check"),
        ),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("crm_events_digest_is_sha256_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "connection_id"],
            ["crm_connections.tenant_id", "crm_connections.id"],
            name=op.f("crm_events_tenant_id_connection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery_id"],
            ["crm_deliveries.tenant_id", "crm_deliveries.id"],
            name=op.f("crm_events_tenant_id_delivery_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("crm_events_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "connection_id", "digest", name=op.f("crm_events_tenant_id_connection_id_digest_key")
        ),
    )
    op.create_index(
        "crm_events_connection_id_identity_idx",
        "crm_events",
        ["tenant_id", "connection_id", "identity"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "crm_events_connection_id_object_external_id_idx",
        "crm_events",
        ["tenant_id", "connection_id", "object", "external_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "crm_events_delivery_id_idx", "crm_events", ["tenant_id", "delivery_id"], unique=False, postgresql_where=None
    )
    op.create_index(
        "crm_events_state_id_idx", "crm_events", ["tenant_id", "state", "id"], unique=False, postgresql_where=None
    )
    op.create_table(
        "crm_writes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("written_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("result IN ('written', 'refused', 'failed')", name=op.f("crm_writes_result_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("crm_writes_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "connection_id"],
            ["crm_connections.tenant_id", "crm_connections.id"],
            name=op.f("crm_writes_tenant_id_connection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "connection_id", "account_id", name=op.f("crm_writes_pkey")),
    )
    op.create_index(
        "crm_writes_connection_id_external_id_idx",
        "crm_writes",
        ["tenant_id", "connection_id", "external_id"],
        unique=False,
        postgresql_where=None,
    )
    role = context.config.attributes.get("role", "kap_app")
    protect(op, role, TABLES)
    protect(op, role, APPEND_ONLY, append_only=True)
    lead_to("organization", "api_key", "crm_connection")


def downgrade() -> None:
    op.execute("DELETE FROM tenant_directory WHERE kind = 'crm_connection'")
    lead_to("organization", "api_key")
    unprotect(op, (*TABLES, *APPEND_ONLY))
    op.drop_index("crm_writes_connection_id_external_id_idx", table_name="crm_writes", postgresql_where=None)
    op.drop_table("crm_writes")
    op.drop_index("crm_events_state_id_idx", table_name="crm_events", postgresql_where=None)
    op.drop_index("crm_events_delivery_id_idx", table_name="crm_events", postgresql_where=None)
    op.drop_index("crm_events_connection_id_object_external_id_idx", table_name="crm_events", postgresql_where=None)
    op.drop_index("crm_events_connection_id_identity_idx", table_name="crm_events", postgresql_where=None)
    op.drop_table("crm_events")
    op.drop_index("crm_syncs_connection_id_id_idx", table_name="crm_syncs", postgresql_where=None)
    op.drop_table("crm_syncs")
    op.drop_index("crm_records_connection_id_state_idx", table_name="crm_records", postgresql_where=None)
    op.drop_index(
        "crm_records_connection_id_awaits_idx", table_name="crm_records", postgresql_where=sa.text("awaits IS NOT NULL")
    )
    op.drop_table("crm_records")
    op.drop_table("crm_marks")
    op.drop_table("crm_hints")
    op.drop_index(
        "crm_deliveries_created_at_idx", table_name="crm_deliveries", postgresql_where=sa.text("body IS NOT NULL")
    )
    op.drop_index("crm_deliveries_connection_id_idx", table_name="crm_deliveries", postgresql_where=None)
    op.drop_table("crm_deliveries")
    op.drop_index("events_type_id_idx", table_name="events", postgresql_where=None)
    op.drop_index("events_subject_id_id_idx", table_name="events", postgresql_where=None)
    op.drop_table("events")
    op.drop_table("crm_connections")
