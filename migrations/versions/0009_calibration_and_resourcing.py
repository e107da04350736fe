"""Calibration with the customer, and who owes which account what."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from app.infra.policies import protect, unprotect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# In the order in which they refer to each other.
ALL = (
    "resources",
    "entitlement_rules",
    "function_leaders",
    "guardrails",
    "resource_capacities",
    "calibrations",
    "guarded_requests",
    "account_entitlements",
    "calibration_acknowledgements",
    "calibration_investments",
    "calibration_invitations",
    "level_communications",
    "resource_ratings",
    "sponsorships",
    "strategic_contributions",
    "calibration_assumptions",
    "calibration_moves",
    "calibration_submissions",
    "calibration_themes",
    "commitments",
    "compatibility_ratings",
    "expectations",
    "joint_opportunities",
    "level_agreements",
    "level_proposals",
    "commitment_moves",
    "expectation_assessments",
    "roadblocks",
    "usage_entries",
    "roadblock_moves",
)
APPEND_ONLY = (
    "calibration_moves",
    "commitment_moves",
    "expectation_assessments",
    "roadblock_moves",
)


def lead_to(*kinds: str) -> None:
    """What the directory may lead from."""
    op.drop_constraint(op.f("tenant_directory_kind_check"), "tenant_directory")
    named = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("tenant_directory_kind_check"), "tenant_directory", f"kind IN ({named})")


def upgrade() -> None:
    op.create_table(
        "resources",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_cost", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Float(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "function IN ('sales', 'finance', 'operations', 'product', 'service', 'marketing', 'legal', 'executive')",
            name=op.f("resources_function_check"),
        ),
        sa.CheckConstraint(
            "kind IN ('dedicated_manager', 'subject_expert', 'executive_access', 'consulting', 'proprietary_technology', 'customer_success', 'technical_expert', 'project_manager', 'data_analyst', 'other')",
            name=op.f("resources_kind_check"),
        ),
        sa.CheckConstraint("(source IS NULL) = (external_id IS NULL)", name=op.f("resources_external_identity_check")),
        sa.CheckConstraint("(unit_cost IS NULL) = (currency IS NULL)", name=op.f("resources_unit_cost_is_money_check")),
        sa.CheckConstraint("capacity >= 0", name=op.f("resources_capacity_not_negative_check")),
        sa.CheckConstraint("unit_cost >= 0", name=op.f("resources_unit_cost_not_negative_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("resources_pkey")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("resources_tenant_id_code_key")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("resources_tenant_id_source_external_id_key")
        ),
    )
    op.create_table(
        "entitlement_rules",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("basis IN ('tier', 'level')", name=op.f("entitlement_rules_basis_check")),
        sa.CheckConstraint("quantity > 0", name=op.f("entitlement_rules_quantity_positive_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("entitlement_rules_tenant_id_resource_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "resource_id", "basis", "name", name=op.f("entitlement_rules_pkey")),
    )
    op.create_table(
        "function_leaders",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "function IN ('sales', 'finance', 'operations', 'product', 'service', 'marketing', 'legal', 'executive')",
            name=op.f("function_leaders_function_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("function_leaders_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "function", "from_on", name=op.f("function_leaders_pkey")),
    )
    op.create_table(
        "guardrails",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("up_to", sa.Float(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("approver_user_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'contract_value') = (currency IS NOT NULL)", name=op.f("guardrails_currency_check")
        ),
        sa.CheckConstraint(
            "kind IN ('discount', 'contract_value', 'resource_units', 'product_request')",
            name=op.f("guardrails_kind_check"),
        ),
        sa.CheckConstraint("up_to >= 0", name=op.f("guardrails_up_to_not_negative_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approver_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("guardrails_tenant_id_approver_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("guardrails_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("guardrails_pkey")),
    )
    op.create_index(
        "guardrails_own_idx",
        "guardrails",
        ["tenant_id", "kind", "user_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "resource_capacities",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Float(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "quarter = date_trunc('quarter', quarter)::date", name=op.f("resource_capacities_quarter_check")
        ),
        sa.CheckConstraint("capacity >= 0", name=op.f("resource_capacities_capacity_not_negative_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("resource_capacities_tenant_id_resource_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "resource_id", "quarter", name=op.f("resource_capacities_pkey")),
    )
    op.create_table(
        "calibrations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'exploring'"), nullable=False),
        sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("trigger", sa.Text(), nullable=True),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("weights", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("revealed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("potential", sa.Float(), nullable=True),
        sa.Column("compatibility", sa.Float(), nullable=True),
        sa.Column("recommended_level", sa.Text(), nullable=True),
        sa.Column("agreed_level", sa.Text(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state IN ('superseded', 'ended')) = (ended_on IS NOT NULL)", name=op.f("calibrations_ended_check")
        ),
        sa.CheckConstraint(
            "recommended_level IN ('transactional', 'preferred', 'strategic', 'integrated') AND agreed_level IN ('transactional', 'preferred', 'strategic', 'integrated')",
            name=op.f("calibrations_levels_check"),
        ),
        sa.CheckConstraint("state <> 'active' OR activated_on IS NOT NULL", name=op.f("calibrations_activated_check")),
        sa.CheckConstraint(
            "state IN ('exploring', 'assessing', 'aligning', 'investing', 'active', 'superseded', 'ended')",
            name=op.f("calibrations_state_check"),
        ),
        sa.CheckConstraint("(agreed_level IS NULL) = (agreed_on IS NULL)", name=op.f("calibrations_agreed_check")),
        sa.CheckConstraint("round >= 1", name=op.f("calibrations_round_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("calibrations_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibrations_tenant_id_owner_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "supersedes_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("calibrations_tenant_id_supersedes_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("calibrations_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "calibrations_account_id_id_idx",
        "calibrations",
        ["tenant_id", "account_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "calibrations_active_idx",
        "calibrations",
        ["tenant_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "calibrations_in_progress_idx",
        "calibrations",
        ["tenant_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('exploring', 'assessing', 'aligning', 'investing')"),
    )
    op.create_index(
        "calibrations_state_entered_on_idx",
        "calibrations",
        ["tenant_id", "state", "entered_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "guarded_requests",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("up_to", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("requested_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("approver_user_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("answer_note", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'pending') = (answered_at IS NULL)", name=op.f("guarded_requests_answered_check")),
        sa.CheckConstraint(
            "kind IN ('discount', 'contract_value', 'resource_units', 'product_request')",
            name=op.f("guarded_requests_kind_check"),
        ),
        sa.CheckConstraint(
            "state IN ('auto_approved', 'pending', 'approved', 'refused', 'withdrawn')",
            name=op.f("guarded_requests_state_check"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("guarded_requests_amount_not_negative_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("guarded_requests_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approver_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("guarded_requests_tenant_id_approver_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("guarded_requests_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("guarded_requests_pkey")),
    )
    op.create_index(
        "guarded_requests_account_id_id_idx",
        "guarded_requests",
        ["tenant_id", "account_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "guarded_requests_user_id_id_idx",
        "guarded_requests",
        ["tenant_id", "user_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "account_entitlements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("basis_name", sa.Text(), nullable=True),
        sa.Column("calibration_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "basis IN ('tier', 'level', 'agreement', 'exception')", name=op.f("account_entitlements_basis_check")
        ),
        sa.CheckConstraint("from_on <= until_on", name=op.f("account_entitlements_order_check")),
        sa.CheckConstraint("quantity >= 0", name=op.f("account_entitlements_quantity_not_negative_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("account_entitlements_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("account_entitlements_tenant_id_calibration_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("account_entitlements_tenant_id_resource_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("account_entitlements_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("account_entitlements_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "account_entitlements_account_id_resource_id_idx",
        "account_entitlements",
        ["tenant_id", "account_id", "resource_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "calibration_acknowledgements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "function IN ('sales', 'finance', 'operations', 'product', 'service', 'marketing', 'legal', 'executive')",
            name=op.f("calibration_acknowledgements_function_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("calibration_acknowledgements_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibration_acknowledgements_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("calibration_acknowledgements_pkey")),
    )
    op.create_index(
        "calibration_acknowledgements_calibration_id_idx",
        "calibration_acknowledgements",
        ["tenant_id", "calibration_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "calibration_investments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("internal_note", sa.Text(), nullable=True),
        sa.Column("exception_reason", sa.Text(), nullable=True),
        sa.Column("approved_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(approved_by_user_id IS NULL) = (approved_on IS NULL)", name=op.f("calibration_investments_approved_check")
        ),
        sa.CheckConstraint("from_on < until_on", name=op.f("calibration_investments_order_check")),
        sa.CheckConstraint("quantity > 0", name=op.f("calibration_investments_quantity_positive_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approved_by_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibration_investments_tenant_id_approved_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("calibration_investments_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("calibration_investments_tenant_id_resource_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibration_investments_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("calibration_investments_pkey")),
    )
    op.create_index(
        "calibration_investments_resource_idx",
        "calibration_investments",
        ["tenant_id", "calibration_id", "resource_id"],
        unique=True,
        postgresql_where=sa.text("invalidated_at IS NULL"),
    )
    op.create_table(
        "calibration_invitations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("calibration_invitations_digest_is_sha256_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("calibration_invitations_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("calibration_invitations_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibration_invitations_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("calibration_invitations_pkey")),
        sa.UniqueConstraint("tenant_id", "public_id", name=op.f("calibration_invitations_tenant_id_public_id_key")),
    )
    op.create_index(
        "calibration_invitations_calibration_id_id_idx",
        "calibration_invitations",
        ["tenant_id", "calibration_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "level_communications",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "channel IN ('meeting', 'call', 'letter', 'email', 'other')",
            name=op.f("level_communications_channel_check"),
        ),
        sa.CheckConstraint(
            "level IN ('transactional', 'preferred', 'strategic', 'integrated')",
            name=op.f("level_communications_level_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("level_communications_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("level_communications_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("level_communications_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("level_communications_pkey")),
    )
    op.create_index(
        "level_communications_calibration_id_idx",
        "level_communications",
        ["tenant_id", "calibration_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "resource_ratings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("resource_ratings_value_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("resource_ratings_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("resource_ratings_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("resource_ratings_tenant_id_resource_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("resource_ratings_pkey")),
    )
    op.create_index(
        "resource_ratings_account_id_rated_on_idx",
        "resource_ratings",
        ["tenant_id", "account_id", "rated_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "sponsorships",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("charter", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("cadence_days", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("level IN ('director', 'vp', 'c_level')", name=op.f("sponsorships_level_check")),
        sa.CheckConstraint("cadence_days BETWEEN 7 AND 730", name=op.f("sponsorships_cadence_days_check")),
        sa.CheckConstraint("started_on <= ended_on", name=op.f("sponsorships_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("sponsorships_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("sponsorships_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("sponsorships_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("sponsorships_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "sponsorships_account_id_started_on_idx",
        "sponsorships",
        ["tenant_id", "account_id", "started_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "sponsorships_current_idx",
        "sponsorships",
        ["tenant_id", "account_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index(
        "sponsorships_user_id_idx", "sponsorships", ["tenant_id", "user_id"], unique=False, postgresql_where=None
    )
    op.create_table(
        "strategic_contributions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("contributed_on", sa.Date(), nullable=False),
        sa.Column("in_their_plan", sa.Boolean(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('market_insight', 'strategy_session')", name=op.f("strategic_contributions_kind_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("strategic_contributions_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("strategic_contributions_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("strategic_contributions_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("strategic_contributions_pkey")),
    )
    op.create_index(
        "strategic_contributions_account_id_contributed_on_idx",
        "strategic_contributions",
        ["tenant_id", "account_id", "contributed_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "calibration_assumptions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("assumption", sa.Text(), nullable=False),
        sa.Column("test", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'untested'"), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("tested_on", sa.Date(), nullable=True),
        sa.Column("waived_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("waive_reason", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(party = 'customer') = (invitation_id IS NOT NULL)", name=op.f("calibration_assumptions_invited_check")
        ),
        sa.CheckConstraint(
            "(state = 'waived') = (waive_reason IS NOT NULL)", name=op.f("calibration_assumptions_waived_check")
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'refuted')) = (tested_on IS NOT NULL)",
            name=op.f("calibration_assumptions_tested_check"),
        ),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("calibration_assumptions_party_check")),
        sa.CheckConstraint("side IN ('supplier', 'customer')", name=op.f("calibration_assumptions_side_check")),
        sa.CheckConstraint(
            "state IN ('untested', 'confirmed', 'refuted', 'waived')", name=op.f("calibration_assumptions_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("calibration_assumptions_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("calibration_assumptions_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibration_assumptions_tenant_id_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "waived_by_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibration_assumptions_tenant_id_waived_by_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("calibration_assumptions_pkey")),
    )
    op.create_index(
        "calibration_assumptions_calibration_id_idx",
        "calibration_assumptions",
        ["tenant_id", "calibration_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "calibration_moves",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('started', 'advanced', 'went_back', 'revealed', 'agreed', 'ended')",
            name=op.f("calibration_moves_kind_check"),
        ),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("calibration_moves_party_check")),
        sa.CheckConstraint(
            "to_state IN ('exploring', 'assessing', 'aligning', 'investing', 'active', 'superseded', 'ended')",
            name=op.f("calibration_moves_to_state_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("calibration_moves_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("calibration_moves_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibration_moves_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("calibration_moves_pkey")),
    )
    op.create_index(
        "calibration_moves_calibration_id_id_idx",
        "calibration_moves",
        ["tenant_id", "calibration_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "calibration_submissions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(party = 'customer') = (invitation_id IS NOT NULL)", name=op.f("calibration_submissions_invited_check")
        ),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("calibration_submissions_party_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("calibration_submissions_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("calibration_submissions_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibration_submissions_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("calibration_submissions_pkey")),
    )
    op.create_index(
        "calibration_submissions_party_idx",
        "calibration_submissions",
        ["tenant_id", "calibration_id", "round", "party"],
        unique=True,
    )
    op.create_table(
        "calibration_themes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("supplier_goals", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("customer_goals", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(party = 'customer') = (invitation_id IS NOT NULL)", name=op.f("calibration_themes_invited_check")
        ),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("calibration_themes_party_check")),
        sa.CheckConstraint(
            "cardinality(supplier_goals) + cardinality(customer_goals) > 0",
            name=op.f("calibration_themes_of_some_goal_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("calibration_themes_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("calibration_themes_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("calibration_themes_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("calibration_themes_pkey")),
    )
    op.create_index(
        "calibration_themes_calibration_id_idx",
        "calibration_themes",
        ["tenant_id", "calibration_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "commitments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("plan_action_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("expected_outcome", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'requested'"), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("requested_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("countered_quantity", sa.Float(), nullable=True),
        sa.Column("countered_due_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("scheduled_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("overdue_told_on", sa.Date(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'delivered') = (delivered_on IS NOT NULL)", name=op.f("commitments_delivered_check")
        ),
        sa.CheckConstraint(
            "(state = 'requested') = (answered_on IS NULL AND closed_on IS NULL)",
            name=op.f("commitments_answered_check"),
        ),
        sa.CheckConstraint(
            "(state IN ('declined', 'withdrawn', 'missed')) = (closed_on IS NOT NULL)",
            name=op.f("commitments_closed_check"),
        ),
        sa.CheckConstraint(
            "channel IN ('defined_process', 'own_authority', 'personal_relationship')",
            name=op.f("commitments_channel_check"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'countered', 'accepted', 'declined', 'withdrawn', 'delivered', 'missed')",
            name=op.f("commitments_state_check"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'delivered', 'missed') OR accepted_on IS NOT NULL",
            name=op.f("commitments_accepted_check"),
        ),
        sa.CheckConstraint("countered_quantity > 0", name=op.f("commitments_countered_quantity_positive_check")),
        sa.CheckConstraint("quantity > 0", name=op.f("commitments_quantity_positive_check")),
        sa.CheckConstraint("starts_on <= due_on", name=op.f("commitments_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("commitments_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "answered_by_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("commitments_tenant_id_answered_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("commitments_tenant_id_owner_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_action_id"],
            ["plan_actions.tenant_id", "plan_actions.id"],
            name=op.f("commitments_tenant_id_plan_action_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "requested_by_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("commitments_tenant_id_requested_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("commitments_tenant_id_resource_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("commitments_pkey")),
    )
    op.create_index(
        "commitments_account_id_id_idx",
        "commitments",
        ["tenant_id", "account_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "commitments_resource_id_due_on_idx",
        "commitments",
        ["tenant_id", "resource_id", "due_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "commitments_state_due_on_idx",
        "commitments",
        ["tenant_id", "state", "due_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "compatibility_ratings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(party = 'customer') = (invitation_id IS NOT NULL)", name=op.f("compatibility_ratings_invited_check")
        ),
        sa.CheckConstraint(
            "dimension IN ('strategy_horizon', 'culture', 'decision_process', 'governance', 'technology', 'commercial_terms', 'data_sharing', 'risk')",
            name=op.f("compatibility_ratings_dimension_check"),
        ),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("compatibility_ratings_party_check")),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("compatibility_ratings_value_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("compatibility_ratings_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("compatibility_ratings_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("compatibility_ratings_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("compatibility_ratings_pkey")),
    )
    op.create_index(
        "compatibility_ratings_person_idx",
        "compatibility_ratings",
        ["tenant_id", "calibration_id", "party", "dimension", "user_id", "invitation_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("invalidated_at IS NULL"),
    )
    op.create_table(
        "expectations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("owed_by", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=True),
        sa.Column("comparison", sa.Text(), nullable=True),
        sa.Column("target", sa.Float(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("owner_contact_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(party = 'customer') = (invitation_id IS NOT NULL)", name=op.f("expectations_invited_check")
        ),
        sa.CheckConstraint("comparison IN ('at_least', 'at_most')", name=op.f("expectations_comparison_check")),
        sa.CheckConstraint("owed_by IN ('supplier', 'customer')", name=op.f("expectations_owed_by_check")),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("expectations_party_check")),
        sa.CheckConstraint("(comparison IS NULL) = (target IS NULL)", name=op.f("expectations_measurable_check")),
        sa.CheckConstraint("metric IS NULL OR target IS NOT NULL", name=op.f("expectations_metric_has_target_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("expectations_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("expectations_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("expectations_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("expectations_tenant_id_owner_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("expectations_tenant_id_owner_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("expectations_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("expectations_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "expectations_account_id_idx", "expectations", ["tenant_id", "account_id"], unique=False, postgresql_where=None
    )
    op.create_index(
        "expectations_calibration_id_idx",
        "expectations",
        ["tenant_id", "calibration_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "joint_opportunities",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("supplier_goals", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("customer_goals", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("limitations", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("no_limitation_found", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("likelihood", sa.Float(), nullable=True),
        sa.Column("worth", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(party = 'customer') = (invitation_id IS NOT NULL)", name=op.f("joint_opportunities_invited_check")
        ),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("joint_opportunities_party_check")),
        sa.CheckConstraint(
            "(cardinality(limitations) = 0) = no_limitation_found", name=op.f("joint_opportunities_limits_stated_check")
        ),
        sa.CheckConstraint(
            "(worth IS NULL) = (currency IS NULL)", name=op.f("joint_opportunities_worth_is_money_check")
        ),
        sa.CheckConstraint(
            "cardinality(supplier_goals) > 0 AND cardinality(customer_goals) > 0",
            name=op.f("joint_opportunities_goals_of_both_check"),
        ),
        sa.CheckConstraint("likelihood BETWEEN 0 AND 1", name=op.f("joint_opportunities_likelihood_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("joint_opportunities_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("joint_opportunities_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("joint_opportunities_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("joint_opportunities_pkey")),
    )
    op.create_index(
        "joint_opportunities_calibration_id_idx",
        "joint_opportunities",
        ["tenant_id", "calibration_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "level_agreements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(party = 'customer') = (invitation_id IS NOT NULL)", name=op.f("level_agreements_invited_check")
        ),
        sa.CheckConstraint(
            "level IN ('transactional', 'preferred', 'strategic', 'integrated')",
            name=op.f("level_agreements_level_check"),
        ),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("level_agreements_party_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("level_agreements_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("level_agreements_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("level_agreements_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("level_agreements_pkey")),
    )
    op.create_index(
        "level_agreements_party_idx",
        "level_agreements",
        ["tenant_id", "calibration_id", "party"],
        unique=True,
        postgresql_where=sa.text("invalidated_at IS NULL"),
    )
    op.create_table(
        "level_proposals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("invalidated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(party = 'customer') = (invitation_id IS NOT NULL)", name=op.f("level_proposals_invited_check")
        ),
        sa.CheckConstraint(
            "level IN ('transactional', 'preferred', 'strategic', 'integrated')",
            name=op.f("level_proposals_level_check"),
        ),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("level_proposals_party_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibrations.tenant_id", "calibrations.id"],
            name=op.f("level_proposals_tenant_id_calibration_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("level_proposals_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("level_proposals_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("level_proposals_pkey")),
    )
    op.create_index(
        "level_proposals_calibration_id_id_idx",
        "level_proposals",
        ["tenant_id", "calibration_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "commitment_moves",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("function", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "to_state IN ('requested', 'countered', 'accepted', 'declined', 'withdrawn', 'delivered', 'missed')",
            name=op.f("commitment_moves_to_state_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "commitment_id"],
            ["commitments.tenant_id", "commitments.id"],
            name=op.f("commitment_moves_tenant_id_commitment_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("commitment_moves_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("commitment_moves_pkey")),
    )
    op.create_index(
        "commitment_moves_commitment_id_id_idx",
        "commitment_moves",
        ["tenant_id", "commitment_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "expectation_assessments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("expectation_id", sa.Uuid(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(party = 'customer') = (invitation_id IS NOT NULL)", name=op.f("expectation_assessments_invited_check")
        ),
        sa.CheckConstraint("party IN ('supplier', 'customer')", name=op.f("expectation_assessments_party_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "expectation_id"],
            ["expectations.tenant_id", "expectations.id"],
            name=op.f("expectation_assessments_tenant_id_expectation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invitation_id"],
            ["calibration_invitations.tenant_id", "calibration_invitations.id"],
            name=op.f("expectation_assessments_tenant_id_invitation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("expectation_assessments_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("expectation_assessments_pkey")),
    )
    op.create_index(
        "expectation_assessments_expectation_id_id_idx",
        "expectation_assessments",
        ["tenant_id", "expectation_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "roadblocks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("commitment_id", sa.Uuid(), nullable=True),
        sa.Column("objection_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("impact", sa.Text(), nullable=True),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("rung", sa.Text(), server_default=sa.text("'owner'"), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'resolved') = (resolved_on IS NOT NULL)", name=op.f("roadblocks_resolved_check")),
        sa.CheckConstraint(
            "function IN ('sales', 'finance', 'operations', 'product', 'service', 'marketing', 'legal', 'executive')",
            name=op.f("roadblocks_function_check"),
        ),
        sa.CheckConstraint(
            "kind IN ('capacity', 'priority', 'policy', 'pricing', 'legal', 'technical', 'data', 'skills', 'process', 'relationship', 'other')",
            name=op.f("roadblocks_kind_check"),
        ),
        sa.CheckConstraint(
            "rung IN ('owner', 'function_leader', 'executive_sponsor', 'cso')", name=op.f("roadblocks_rung_check")
        ),
        sa.CheckConstraint("severity IN ('low', 'medium', 'high', 'critical')", name=op.f("roadblocks_severity_check")),
        sa.CheckConstraint("state IN ('open', 'mitigating', 'resolved')", name=op.f("roadblocks_state_check")),
        sa.CheckConstraint("opened_on <= due_on", name=op.f("roadblocks_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("roadblocks_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "commitment_id"],
            ["commitments.tenant_id", "commitments.id"],
            name=op.f("roadblocks_tenant_id_commitment_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "objection_id"],
            ["review_objections.tenant_id", "review_objections.id"],
            name=op.f("roadblocks_tenant_id_objection_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("roadblocks_tenant_id_owner_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("roadblocks_pkey")),
    )
    op.create_index(
        "roadblocks_account_id_id_idx",
        "roadblocks",
        ["tenant_id", "account_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "roadblocks_objection_idx",
        "roadblocks",
        ["tenant_id", "objection_id"],
        unique=True,
        postgresql_where=sa.text("objection_id IS NOT NULL"),
    )
    op.create_index(
        "roadblocks_state_due_on_idx",
        "roadblocks",
        ["tenant_id", "state", "due_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "usage_entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(source IS NULL) = (external_id IS NULL)", name=op.f("usage_entries_external_identity_check")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("usage_entries_quantity_positive_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("usage_entries_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "commitment_id"],
            ["commitments.tenant_id", "commitments.id"],
            name=op.f("usage_entries_tenant_id_commitment_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("usage_entries_tenant_id_resource_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("usage_entries_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("usage_entries_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("usage_entries_tenant_id_source_external_id_key")
        ),
    )
    op.create_index(
        "usage_entries_account_id_used_on_idx",
        "usage_entries",
        ["tenant_id", "account_id", "used_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "usage_entries_resource_id_used_on_idx",
        "usage_entries",
        ["tenant_id", "resource_id", "used_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "roadblock_moves",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("roadblock_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=True),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("to_user_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'escalated') = (rung IS NOT NULL)", name=op.f("roadblock_moves_rung_escalated_check")
        ),
        sa.CheckConstraint(
            "kind IN ('opened', 'changed', 'escalated', 'resolved')", name=op.f("roadblock_moves_kind_check")
        ),
        sa.CheckConstraint(
            "rung IN ('owner', 'function_leader', 'executive_sponsor', 'cso')", name=op.f("roadblock_moves_rung_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "roadblock_id"],
            ["roadblocks.tenant_id", "roadblocks.id"],
            name=op.f("roadblock_moves_tenant_id_roadblock_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("roadblock_moves_tenant_id_to_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("roadblock_moves_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("roadblock_moves_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "roadblock_id", "rung", name=op.f("roadblock_moves_tenant_id_roadblock_id_rung_key")
        ),
    )
    op.create_index(
        "roadblock_moves_roadblock_id_id_idx",
        "roadblock_moves",
        ["tenant_id", "roadblock_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.add_column(
        "organizations",
        sa.Column(
            "roadblock_days", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    role = context.config.attributes.get("role", "kap_app")
    protect(op, role, [table for table in ALL if table not in APPEND_ONLY])
    protect(op, role, APPEND_ONLY, append_only=True)
    lead_to("organization", "api_key", "crm_connection", "invitation")
    op.create_index("contacts_past_account_id_idx", "contacts_past", ["tenant_id", "account_id"])


def downgrade() -> None:
    op.execute("DELETE FROM tenant_directory WHERE kind = 'invitation'")
    lead_to("organization", "api_key", "crm_connection")
    unprotect(op, ALL)
    op.drop_index("contacts_past_account_id_idx", "contacts_past")
    op.drop_column("organizations", "roadblock_days")
    for table in reversed(ALL):
        op.drop_table(table)
