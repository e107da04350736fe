"""The first tables: tenancy, facts, jobs, selection."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_rates",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("into_currency", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=24, scale=12), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(source IS NULL) = (external_id IS NULL)", name=op.f("exchange_rates_external_identity_check")
        ),
        sa.CheckConstraint("currency <> into_currency", name=op.f("exchange_rates_two_currencies_check")),
        sa.CheckConstraint("rate > 0", name=op.f("exchange_rates_rate_positive_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("exchange_rates_pkey")),
        sa.UniqueConstraint(
            "tenant_id",
            "currency",
            "into_currency",
            "from_on",
            name=op.f("exchange_rates_tenant_id_currency_into_currency_from_on_key"),
        ),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("exchange_rates_tenant_id_source_external_id_key")
        ),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("idempotency_keys_pkey")),
    )
    op.create_index("idempotency_keys_created_at_idx", "idempotency_keys", ["tenant_id", "created_at"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("finished_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('queued', 'running', 'succeeded', 'failed')", name=op.f("jobs_status_check")),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("jobs_progress_not_negative_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("jobs_pkey")),
    )
    op.create_index("jobs_created_at_id_idx", "jobs", ["tenant_id", "created_at", "id"], unique=False)
    op.create_index("jobs_kind_status_idx", "jobs", ["tenant_id", "kind", "status"], unique=False)
    op.create_table(
        "offerings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("list_price", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("list_price_currency", sa.Text(), nullable=True),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(list_price IS NULL) = (list_price_currency IS NULL)", name=op.f("offerings_list_price_is_money_check")
        ),
        sa.CheckConstraint("(source IS NULL) = (external_id IS NULL)", name=op.f("offerings_external_identity_check")),
        sa.CheckConstraint("active_from <= active_to", name=op.f("offerings_active_order_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("offerings_pkey")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("offerings_tenant_id_code_key")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("offerings_tenant_id_source_external_id_key")
        ),
    )
    op.create_table(
        "organizations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reporting_currency", sa.Text(), server_default=sa.text("'USD'"), nullable=False),
        sa.Column("key_account_revenue_threshold", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column(
            "stage_probabilities",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("proposal_stages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "custom_metrics", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("simulated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("selection_model_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("reporting_currency ~ '^[A-Z]{3}$'", name=op.f("organizations_reporting_currency_check")),
        sa.CheckConstraint(
            "key_account_revenue_threshold >= 0", name=op.f("organizations_threshold_not_negative_check")
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("organizations_pkey")),
    )
    op.create_table(
        "selection_models",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shipped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("selection_models_pkey")),
    )
    op.create_table(
        "tenant_directory",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('organization', 'api_key')", name=op.f("tenant_directory_kind_check")),
        sa.PrimaryKeyConstraint("kind", "handle", name=op.f("tenant_directory_pkey")),
    )
    op.create_table(
        "users",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "function IN ('sales', 'finance', 'operations', 'product', 'service', 'marketing', 'legal', 'executive')",
            name=op.f("users_function_check"),
        ),
        sa.CheckConstraint("(source IS NULL) = (external_id IS NULL)", name=op.f("users_external_identity_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("users_pkey")),
        sa.UniqueConstraint("tenant_id", "source", "external_id", name=op.f("users_tenant_id_source_external_id_key")),
    )
    op.create_table(
        "accounts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("annual_revenue", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("annual_revenue_currency", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("kam_user_id", sa.Uuid(), nullable=True),
        sa.Column("customer_since", sa.Date(), nullable=True),
        sa.Column(
            "attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("valid_from", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(annual_revenue IS NULL) = (annual_revenue_currency IS NULL)",
            name=op.f("accounts_annual_revenue_is_money_check"),
        ),
        sa.CheckConstraint("(source IS NULL) = (external_id IS NULL)", name=op.f("accounts_external_identity_check")),
        sa.CheckConstraint("employees >= 0", name=op.f("accounts_employees_not_negative_check")),
        sa.CheckConstraint("parent_id <> id", name=op.f("accounts_not_its_own_parent_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "kam_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("accounts_tenant_id_kam_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("accounts_tenant_id_parent_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("accounts_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("accounts_tenant_id_source_external_id_key")
        ),
    )
    op.create_index("accounts_kam_user_id_idx", "accounts", ["tenant_id", "kam_user_id"], unique=False)
    op.create_index("accounts_name_key_id_idx", "accounts", ["tenant_id", "name_key", "id"], unique=False)
    op.create_index("accounts_parent_id_idx", "accounts", ["tenant_id", "parent_id"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("api_keys_digest_is_sha256_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("api_keys_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("api_keys_pkey")),
        sa.UniqueConstraint("tenant_id", "public_id", name=op.f("api_keys_tenant_id_public_id_key")),
    )
    op.create_table(
        "selection_model_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("retired_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'published', 'retired')", name=op.f("selection_model_versions_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "model_id"],
            ["selection_models.tenant_id", "selection_models.id"],
            name=op.f("selection_model_versions_tenant_id_model_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "model_id", "number", name=op.f("selection_model_versions_pkey")),
    )
    op.create_table(
        "accounts_past",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("annual_revenue", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("annual_revenue_currency", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("kam_user_id", sa.Uuid(), nullable=True),
        sa.Column("customer_since", sa.Date(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_to", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("accounts_past_valid_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("accounts_past_tenant_id_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", "valid_from", name=op.f("accounts_past_pkey")),
    )
    op.create_table(
        "buying_centers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(source IS NULL) = (external_id IS NULL)", name=op.f("buying_centers_external_identity_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("buying_centers_tenant_id_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("buying_centers_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "account_id", "name_key", name=op.f("buying_centers_tenant_id_account_id_name_key_key")
        ),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("buying_centers_tenant_id_source_external_id_key")
        ),
    )
    op.create_table(
        "observations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "value = value AND abs(value) < 'Infinity'", name=op.f("observations_value_is_finite_check")
        ),
        sa.CheckConstraint(
            "(source IS NULL) = (external_id IS NULL)", name=op.f("observations_external_identity_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("observations_tenant_id_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("observations_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("observations_tenant_id_source_external_id_key")
        ),
    )
    op.create_index(
        "observations_account_id_metric_observed_on_idx",
        "observations",
        ["tenant_id", "account_id", "metric", "observed_on"],
        unique=False,
    )
    op.create_table(
        "ratings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "function IN ('sales', 'finance', 'operations', 'product', 'service', 'marketing', 'legal', 'executive')",
            name=op.f("ratings_function_check"),
        ),
        sa.CheckConstraint("(source IS NULL) = (external_id IS NULL)", name=op.f("ratings_external_identity_check")),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("ratings_value_on_scale_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("ratings_tenant_id_account_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("ratings_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("ratings_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("ratings_tenant_id_source_external_id_key")
        ),
    )
    op.create_index(
        "ratings_account_id_metric_rated_on_idx",
        "ratings",
        ["tenant_id", "account_id", "metric", "rated_on"],
        unique=False,
    )
    op.create_index("ratings_user_id_idx", "ratings", ["tenant_id", "user_id"], unique=False)
    op.create_table(
        "selection_runs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=True),
        sa.Column("ranked", sa.Integer(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["jobs.tenant_id", "jobs.id"], name=op.f("selection_runs_tenant_id_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "model_id", "model_version"],
            [
                "selection_model_versions.tenant_id",
                "selection_model_versions.model_id",
                "selection_model_versions.number",
            ],
            name=op.f("selection_runs_tenant_id_model_id_model_version_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("selection_runs_pkey")),
    )
    op.create_table(
        "targets",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("metric IN ('revenue', 'margin')", name=op.f("targets_metric_check")),
        sa.CheckConstraint("(source IS NULL) = (external_id IS NULL)", name=op.f("targets_external_identity_check")),
        sa.CheckConstraint("period_from <= period_to", name=op.f("targets_period_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("targets_tenant_id_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("targets_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("targets_tenant_id_source_external_id_key")
        ),
    )
    op.create_index("targets_account_id_metric_idx", "targets", ["tenant_id", "account_id", "metric"], unique=False)
    op.create_table(
        "tier_overrides",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("tier_overrides_override_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("tier_overrides_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("tier_overrides_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("tier_overrides_pkey")),
    )
    op.create_index(
        "tier_overrides_account_id_until_on_idx",
        "tier_overrides",
        ["tenant_id", "account_id", "until_on"],
        unique=False,
    )
    op.create_table(
        "contacts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("seniority", sa.Text(), nullable=True),
        sa.Column("stance", sa.Text(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("buying_center_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "seniority IN ('functional', 'manager', 'director', 'vp', 'c_level')", name=op.f("contacts_seniority_check")
        ),
        sa.CheckConstraint(
            "stance IN ('advocate', 'coach', 'supporter', 'neutral', 'detractor', 'unknown')",
            name=op.f("contacts_stance_check"),
        ),
        sa.CheckConstraint("(source IS NULL) = (external_id IS NULL)", name=op.f("contacts_external_identity_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("contacts_tenant_id_account_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buying_center_id"],
            ["buying_centers.tenant_id", "buying_centers.id"],
            name=op.f("contacts_tenant_id_buying_center_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("contacts_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("contacts_tenant_id_source_external_id_key")
        ),
    )
    op.create_index("contacts_account_id_idx", "contacts", ["tenant_id", "account_id"], unique=False)
    op.create_index("contacts_buying_center_id_idx", "contacts", ["tenant_id", "buying_center_id"], unique=False)
    op.create_table(
        "engagements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("initiated_by", sa.Text(), nullable=True),
        sa.Column("buying_center_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("initiated_by IN ('supplier', 'customer')", name=op.f("engagements_initiated_by_check")),
        sa.CheckConstraint(
            "kind IN ('meeting', 'qbr', 'executive_review', 'steering_committee', 'workshop', 'training', 'proposal', 'referral', 'call', 'email')",
            name=op.f("engagements_kind_check"),
        ),
        sa.CheckConstraint(
            "(source IS NULL) = (external_id IS NULL)", name=op.f("engagements_external_identity_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("engagements_tenant_id_account_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buying_center_id"],
            ["buying_centers.tenant_id", "buying_centers.id"],
            name=op.f("engagements_tenant_id_buying_center_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("engagements_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("engagements_tenant_id_source_external_id_key")
        ),
    )
    op.create_index(
        "engagements_account_id_held_on_idx", "engagements", ["tenant_id", "account_id", "held_on"], unique=False
    )
    op.create_index("engagements_buying_center_id_idx", "engagements", ["tenant_id", "buying_center_id"], unique=False)
    op.create_table(
        "scores",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("inputs", postgresql.ARRAY(sa.Float()), nullable=False),
        sa.Column("utilities", postgresql.ARRAY(sa.Float()), nullable=False),
        sa.Column("gate_inputs", postgresql.ARRAY(sa.Float()), nullable=False),
        sa.Column("fact_counts", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("facts_on", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("opportunity", sa.Float(), nullable=True),
        sa.Column("alignment", sa.Float(), nullable=True),
        sa.Column("composite", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("coverage", sa.Float(), nullable=False),
        sa.Column("quadrant", sa.Text(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("ranked", sa.Integer(), nullable=True),
        sa.Column("percentile", sa.Float(), nullable=True),
        sa.Column("previous_composite", sa.Float(), nullable=True),
        sa.Column("previous_tier", sa.Text(), nullable=True),
        sa.Column("previous_as_of", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("scores_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["selection_runs.tenant_id", "selection_runs.id"],
            name=op.f("scores_tenant_id_run_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("scores_pkey")),
        sa.UniqueConstraint("tenant_id", "run_id", "account_id", name=op.f("scores_tenant_id_run_id_account_id_key")),
    )
    op.create_index(
        "scores_account_id_as_of_id_idx", "scores", ["tenant_id", "account_id", "as_of", "id"], unique=False
    )
    op.create_index(
        "scores_run_id_composite_id_idx", "scores", ["tenant_id", "run_id", "composite", "id"], unique=False
    )
    op.create_table(
        "targets_past",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_to", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("targets_past_valid_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["targets.tenant_id", "targets.id"],
            name=op.f("targets_past_tenant_id_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", "valid_from", name=op.f("targets_past_pkey")),
    )
    op.create_table(
        "contacts_past",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("seniority", sa.Text(), nullable=True),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("buying_center_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_to", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("contacts_past_valid_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("contacts_past_tenant_id_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", "valid_from", name=op.f("contacts_past_pkey")),
    )
    op.create_table(
        "engagement_contacts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("engagement_contacts_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagements.tenant_id", "engagements.id"],
            name=op.f("engagement_contacts_tenant_id_engagement_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "engagement_id", "contact_id", name=op.f("engagement_contacts_pkey")),
    )
    op.create_index(
        "engagement_contacts_contact_id_idx", "engagement_contacts", ["tenant_id", "contact_id"], unique=False
    )
    op.create_table(
        "opportunities",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("offering_id", sa.Uuid(), nullable=True),
        sa.Column("buying_center_id", sa.Uuid(), nullable=True),
        sa.Column("primary_contact_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("stage_entered_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("expected_close_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("sole_sourced", sa.Boolean(), nullable=True),
        sa.Column("competitor", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("source_modified_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("valid_from", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (closed_on IS NULL)", name=op.f("opportunities_closed_when_decided_check")
        ),
        sa.CheckConstraint("status IN ('open', 'won', 'lost')", name=op.f("opportunities_status_check")),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("opportunities_amount_is_money_check")),
        sa.CheckConstraint(
            "(source IS NULL) = (external_id IS NULL)", name=op.f("opportunities_external_identity_check")
        ),
        sa.CheckConstraint("created_on <= closed_on", name=op.f("opportunities_closed_after_created_check")),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("opportunities_probability_is_share_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("opportunities_tenant_id_account_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "buying_center_id"],
            ["buying_centers.tenant_id", "buying_centers.id"],
            name=op.f("opportunities_tenant_id_buying_center_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_id"],
            ["offerings.tenant_id", "offerings.id"],
            name=op.f("opportunities_tenant_id_offering_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "primary_contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("opportunities_tenant_id_primary_contact_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("opportunities_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("opportunities_tenant_id_source_external_id_key")
        ),
    )
    op.create_index(
        "opportunities_account_id_closed_on_idx",
        "opportunities",
        ["tenant_id", "account_id", "closed_on"],
        unique=False,
    )
    op.create_index(
        "opportunities_buying_center_id_idx", "opportunities", ["tenant_id", "buying_center_id"], unique=False
    )
    op.create_index(
        "opportunities_competitor_idx",
        "opportunities",
        ["tenant_id"],
        unique=False,
        postgresql_where=sa.text("competitor IS NOT NULL"),
    )
    op.create_index("opportunities_offering_id_idx", "opportunities", ["tenant_id", "offering_id"], unique=False)
    op.create_index(
        "opportunities_primary_contact_id_idx", "opportunities", ["tenant_id", "primary_contact_id"], unique=False
    )
    op.create_index("opportunities_stage_idx", "opportunities", ["tenant_id", "stage"], unique=False)
    op.create_table(
        "opportunities_past",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("offering_id", sa.Uuid(), nullable=True),
        sa.Column("buying_center_id", sa.Uuid(), nullable=True),
        sa.Column("primary_contact_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("stage_entered_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("expected_close_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("sole_sourced", sa.Boolean(), nullable=True),
        sa.Column("competitor", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("source_modified_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("valid_from", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("valid_to", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("opportunities_past_valid_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["opportunities.tenant_id", "opportunities.id"],
            name=op.f("opportunities_past_tenant_id_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", "valid_from", name=op.f("opportunities_past_pkey")),
    )
    op.create_index(
        "opportunities_past_account_id_idx", "opportunities_past", ["tenant_id", "account_id"], unique=False
    )
    op.create_index(
        "opportunities_past_competitor_idx",
        "opportunities_past",
        ["tenant_id"],
        unique=False,
        postgresql_where=sa.text("competitor IS NOT NULL"),
    )
    op.create_index("opportunities_past_stage_idx", "opportunities_past", ["tenant_id", "stage"], unique=False)


def downgrade() -> None:
    op.drop_index("opportunities_past_stage_idx", table_name="opportunities_past")
    op.drop_index(
        "opportunities_past_competitor_idx",
        table_name="opportunities_past",
        postgresql_where=sa.text("competitor IS NOT NULL"),
    )
    op.drop_index("opportunities_past_account_id_idx", table_name="opportunities_past")
    op.drop_table("opportunities_past")
    op.drop_index("opportunities_stage_idx", table_name="opportunities")
    op.drop_index("opportunities_primary_contact_id_idx", table_name="opportunities")
    op.drop_index("opportunities_offering_id_idx", table_name="opportunities")
    op.drop_index(
        "opportunities_competitor_idx", table_name="opportunities", postgresql_where=sa.text("competitor IS NOT NULL")
    )
    op.drop_index("opportunities_buying_center_id_idx", table_name="opportunities")
    op.drop_index("opportunities_account_id_closed_on_idx", table_name="opportunities")
    op.drop_table("opportunities")
    op.drop_index("engagement_contacts_contact_id_idx", table_name="engagement_contacts")
    op.drop_table("engagement_contacts")
    op.drop_table("contacts_past")
    op.drop_table("targets_past")
    op.drop_index("scores_run_id_composite_id_idx", table_name="scores")
    op.drop_index("scores_account_id_as_of_id_idx", table_name="scores")
    op.drop_table("scores")
    op.drop_index("engagements_buying_center_id_idx", table_name="engagements")
    op.drop_index("engagements_account_id_held_on_idx", table_name="engagements")
    op.drop_table("engagements")
    op.drop_index("contacts_buying_center_id_idx", table_name="contacts")
    op.drop_index("contacts_account_id_idx", table_name="contacts")
    op.drop_table("contacts")
    op.drop_index("tier_overrides_account_id_until_on_idx", table_name="tier_overrides")
    op.drop_table("tier_overrides")
    op.drop_index("targets_account_id_metric_idx", table_name="targets")
    op.drop_table("targets")
    op.drop_table("selection_runs")
    op.drop_index("ratings_user_id_idx", table_name="ratings")
    op.drop_index("ratings_account_id_metric_rated_on_idx", table_name="ratings")
    op.drop_table("ratings")
    op.drop_index("observations_account_id_metric_observed_on_idx", table_name="observations")
    op.drop_table("observations")
    op.drop_table("buying_centers")
    op.drop_table("accounts_past")
    op.drop_table("selection_model_versions")
    op.drop_table("api_keys")
    op.drop_index("accounts_parent_id_idx", table_name="accounts")
    op.drop_index("accounts_name_key_id_idx", table_name="accounts")
    op.drop_index("accounts_kam_user_id_idx", table_name="accounts")
    op.drop_table("accounts")
    op.drop_table("users")
    op.drop_table("tenant_directory")
    op.drop_table("selection_models")
    op.drop_table("organizations")
    op.drop_table("offerings")
    op.drop_index("jobs_kind_status_idx", table_name="jobs")
    op.drop_index("jobs_created_at_id_idx", table_name="jobs")
    op.drop_table("jobs")
    op.drop_index("idempotency_keys_created_at_idx", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("exchange_rates")
