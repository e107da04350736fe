"""Health with its models, warnings and assessments; plans; what is said of whitespace."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from app.infra.policies import protect, unprotect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "health_models",
    "health_model_versions",
    "warning_backtests",
    "account_health",
    "account_plans",
    "account_warnings",
    "assessments",
    "health_scores",
    "whitespace_statements",
    "plan_actions",
    "plan_readers",
)
APPEND_ONLY = ("plan_versions", "plan_approvals")


def upgrade() -> None:
    role = context.config.attributes.get("role", "kap_app")
    op.create_table(
        "health_models",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shipped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("health_models_pkey")),
    )
    op.create_table(
        "health_model_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("publish_reason", sa.Text(), nullable=True),
        sa.Column("retired_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'retired')", name=op.f("health_model_versions_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "model_id"],
            ["health_models.tenant_id", "health_models.id"],
            name=op.f("health_model_versions_tenant_id_model_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "model_id", "number", name=op.f("health_model_versions_pkey")),
    )
    op.create_table(
        "warning_backtests",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["jobs.tenant_id", "jobs.id"], name=op.f("warning_backtests_tenant_id_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("warning_backtests_pkey")),
    )
    op.create_table(
        "account_health",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("hygiene", sa.Float(), nullable=True),
        sa.Column("hygiene_low", sa.Float(), nullable=True),
        sa.Column("hygiene_high", sa.Float(), nullable=True),
        sa.Column("health", sa.Float(), nullable=True),
        sa.Column("health_low", sa.Float(), nullable=True),
        sa.Column("health_high", sa.Float(), nullable=True),
        sa.Column("hygiene_coverage", sa.Float(), nullable=False),
        sa.Column("health_coverage", sa.Float(), nullable=False),
        sa.Column("quadrant", sa.Text(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("quadrant_since", sa.Date(), nullable=False),
        sa.Column("previous_on", sa.Date(), nullable=True),
        sa.Column("hygiene_delta", sa.Float(), nullable=True),
        sa.Column("hygiene_30", sa.Float(), nullable=True),
        sa.Column("hygiene_90", sa.Float(), nullable=True),
        sa.Column("health_delta", sa.Float(), nullable=True),
        sa.Column("health_30", sa.Float(), nullable=True),
        sa.Column("health_90", sa.Float(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "quadrant IN ('thriving', 'coasting', 'building', 'at_risk')", name=op.f("account_health_quadrant_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("account_health_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "account_id", name=op.f("account_health_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "account_health_health_account_id_idx",
        "account_health",
        ["tenant_id", "health", "account_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "account_health_hygiene_account_id_idx",
        "account_health",
        ["tenant_id", "hygiene", "account_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "account_health_quadrant_account_id_idx",
        "account_health",
        ["tenant_id", "quadrant", "account_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "account_plans",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'archived') = (archived_at IS NOT NULL)", name=op.f("account_plans_archived_check")
        ),
        sa.CheckConstraint("state IN ('active', 'archived')", name=op.f("account_plans_state_check")),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("account_plans_horizon_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("account_plans_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("account_plans_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "account_plans_account_id_id_idx",
        "account_plans",
        ["tenant_id", "account_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "account_plans_active_idx",
        "account_plans",
        ["tenant_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "account_warnings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("clean_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("acknowledged_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("acknowledged_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("acknowledgement", sa.Text(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'resolved') = (resolved_on IS NOT NULL)", name=op.f("account_warnings_resolved_check")
        ),
        sa.CheckConstraint("severity IN ('low', 'medium', 'high')", name=op.f("account_warnings_severity_check")),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'resolved')", name=op.f("account_warnings_state_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("account_warnings_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "acknowledged_by_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("account_warnings_tenant_id_acknowledged_by_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("account_warnings_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "account_warnings_account_id_id_idx",
        "account_warnings",
        ["tenant_id", "account_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "account_warnings_live_idx",
        "account_warnings",
        ["tenant_id", "account_id", "code"],
        unique=True,
        postgresql_where=sa.text("state != 'resolved'"),
    )
    op.create_index(
        "account_warnings_state_id_idx",
        "account_warnings",
        ["tenant_id", "state", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "assessments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("elements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("assessments_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("assessments_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("assessments_pkey")),
    )
    op.create_index(
        "assessments_account_id_assessed_on_id_idx",
        "assessments",
        ["tenant_id", "account_id", "assessed_on", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "health_scores",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("inputs", postgresql.ARRAY(sa.Float()), nullable=False),
        sa.Column("utilities", postgresql.ARRAY(sa.Float()), nullable=False),
        sa.Column("fact_counts", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("facts_on", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("hygiene", sa.Float(), nullable=True),
        sa.Column("hygiene_low", sa.Float(), nullable=True),
        sa.Column("hygiene_high", sa.Float(), nullable=True),
        sa.Column("health", sa.Float(), nullable=True),
        sa.Column("health_low", sa.Float(), nullable=True),
        sa.Column("health_high", sa.Float(), nullable=True),
        sa.Column("hygiene_coverage", sa.Float(), nullable=False),
        sa.Column("health_coverage", sa.Float(), nullable=False),
        sa.Column("quadrant", sa.Text(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "quadrant IN ('thriving', 'coasting', 'building', 'at_risk')", name=op.f("health_scores_quadrant_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("health_scores_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "model_id", "model_version"],
            ["health_model_versions.tenant_id", "health_model_versions.model_id", "health_model_versions.number"],
            name=op.f("health_scores_tenant_id_model_id_model_version_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "account_id", "as_of", name=op.f("health_scores_pkey")),
        info={"merging": "stays"},
    )
    op.create_table(
        "plan_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("substantive", sa.Boolean(), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("function", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("plan_versions_number_check")),
        sa.CheckConstraint(
            "function IN ('sales', 'finance', 'operations', 'product', 'service', 'marketing', 'legal', 'executive')",
            name=op.f("plan_versions_function_check"),
        ),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("plan_versions_horizon_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["account_plans.tenant_id", "account_plans.id"],
            name=op.f("plan_versions_tenant_id_plan_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("plan_versions_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", "number", name=op.f("plan_versions_pkey")),
    )
    op.create_table(
        "whitespace_statements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("buying_center_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("potential", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("competitor", sa.Text(), nullable=True),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'no_pursue', 'not_applicable', 'competitor')",
            name=op.f("whitespace_statements_state_check"),
        ),
        sa.CheckConstraint(
            "(potential IS NULL) = (currency IS NULL)", name=op.f("whitespace_statements_potential_is_money_check")
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("whitespace_statements_confidence_is_share_check")),
        sa.CheckConstraint("potential >= 0", name=op.f("whitespace_statements_potential_not_negative_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("whitespace_statements_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buying_center_id"],
            ["buying_centers.tenant_id", "buying_centers.id"],
            name=op.f("whitespace_statements_tenant_id_buying_center_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_id"],
            ["offerings.tenant_id", "offerings.id"],
            name=op.f("whitespace_statements_tenant_id_offering_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("whitespace_statements_tenant_id_owner_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("whitespace_statements_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("whitespace_statements_pkey")),
    )
    op.create_index(
        "whitespace_statements_cell_idx",
        "whitespace_statements",
        ["tenant_id", "account_id", "buying_center_id", "offering_id", "said_on", "id"],
        unique=False,
    )
    op.create_table(
        "plan_actions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=True),
        sa.Column("play", sa.Text(), nullable=True),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("owner_contact_id", sa.Uuid(), nullable=True),
        sa.Column("buying_center_id", sa.Uuid(), nullable=True),
        sa.Column("offering_id", sa.Uuid(), nullable=True),
        sa.Column("worth", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'open') = (closed_on IS NULL)", name=op.f("plan_actions_closed_check")),
        sa.CheckConstraint("side IN ('supplier', 'customer')", name=op.f("plan_actions_side_check")),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("plan_actions_state_check")),
        sa.CheckConstraint(
            "(owner_user_id IS NULL) <> (owner_contact_id IS NULL)", name=op.f("plan_actions_one_owner_check")
        ),
        sa.CheckConstraint("(worth IS NULL) = (currency IS NULL)", name=op.f("plan_actions_worth_is_money_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("plan_actions_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buying_center_id"],
            ["buying_centers.tenant_id", "buying_centers.id"],
            name=op.f("plan_actions_tenant_id_buying_center_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_id"],
            ["offerings.tenant_id", "offerings.id"],
            name=op.f("plan_actions_tenant_id_offering_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("plan_actions_tenant_id_owner_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("plan_actions_tenant_id_owner_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["account_plans.tenant_id", "account_plans.id"],
            name=op.f("plan_actions_tenant_id_plan_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("plan_actions_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "plan_actions_account_id_idx", "plan_actions", ["tenant_id", "account_id"], unique=False, postgresql_where=None
    )
    op.create_index(
        "plan_actions_plan_id_due_on_idx",
        "plan_actions",
        ["tenant_id", "plan_id", "due_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "plan_approvals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(side = 'customer') = (contact_id IS NOT NULL)", name=op.f("plan_approvals_customer_check")
        ),
        sa.CheckConstraint("(side = 'supplier') = (user_id IS NOT NULL)", name=op.f("plan_approvals_supplier_check")),
        sa.CheckConstraint("side IN ('supplier', 'customer')", name=op.f("plan_approvals_side_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("plan_approvals_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["account_plans.tenant_id", "account_plans.id"],
            name=op.f("plan_approvals_tenant_id_plan_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("plan_approvals_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("plan_approvals_pkey")),
    )
    op.create_index(
        "plan_approvals_plan_id_number_idx",
        "plan_approvals",
        ["tenant_id", "plan_id", "number"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "plan_readers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("read_number", sa.Integer(), nullable=True),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(read_number IS NULL) = (read_on IS NULL)", name=op.f("plan_readers_read_check")),
        sa.CheckConstraint("(user_id IS NULL) <> (contact_id IS NULL)", name=op.f("plan_readers_one_reader_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("plan_readers_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["account_plans.tenant_id", "account_plans.id"],
            name=op.f("plan_readers_tenant_id_plan_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("plan_readers_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("plan_readers_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "plan_id", "contact_id", name=op.f("plan_readers_tenant_id_plan_id_contact_id_key")
        ),
        sa.UniqueConstraint("tenant_id", "plan_id", "user_id", name=op.f("plan_readers_tenant_id_plan_id_user_id_key")),
    )
    op.add_column(
        "organizations",
        sa.Column(
            "warning_thresholds",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column(
        "organizations",
        sa.Column("cadences", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("organizations", sa.Column("health_model_id", sa.Uuid(), nullable=True))
    protect(op, role, TABLES)
    protect(op, role, APPEND_ONLY, append_only=True)


def downgrade() -> None:
    unprotect(op, (*TABLES, *APPEND_ONLY))
    op.drop_column("organizations", "health_model_id")
    op.drop_column("organizations", "cadences")
    op.drop_column("organizations", "warning_thresholds")
    op.drop_table("plan_readers")
    op.drop_index("plan_approvals_plan_id_number_idx", table_name="plan_approvals", postgresql_where=None)
    op.drop_table("plan_approvals")
    op.drop_index("plan_actions_plan_id_due_on_idx", table_name="plan_actions", postgresql_where=None)
    op.drop_index("plan_actions_account_id_idx", table_name="plan_actions", postgresql_where=None)
    op.drop_table("plan_actions")
    op.drop_index("whitespace_statements_cell_idx", table_name="whitespace_statements")
    op.drop_table("whitespace_statements")
    op.drop_table("plan_versions")
    op.drop_table("health_scores")
    op.drop_index("assessments_account_id_assessed_on_id_idx", table_name="assessments", postgresql_where=None)
    op.drop_table("assessments")
    op.drop_index("account_warnings_state_id_idx", table_name="account_warnings", postgresql_where=None)
    op.drop_index(
        "account_warnings_live_idx", table_name="account_warnings", postgresql_where=sa.text("state != 'resolved'")
    )
    op.drop_index("account_warnings_account_id_id_idx", table_name="account_warnings", postgresql_where=None)
    op.drop_table("account_warnings")
    op.drop_index("account_plans_active_idx", table_name="account_plans", postgresql_where=sa.text("state = 'active'"))
    op.drop_index("account_plans_account_id_id_idx", table_name="account_plans", postgresql_where=None)
    op.drop_table("account_plans")
    op.drop_index("account_health_quadrant_account_id_idx", table_name="account_health", postgresql_where=None)
    op.drop_index("account_health_hygiene_account_id_idx", table_name="account_health", postgresql_where=None)
    op.drop_index("account_health_health_account_id_idx", table_name="account_health", postgresql_where=None)
    op.drop_table("account_health")
    op.drop_table("warning_backtests")
    op.drop_table("health_model_versions")
    op.drop_table("health_models")
