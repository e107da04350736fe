"""Retiering, and what is told of the program as a whole."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from app.infra.policies import protect, unprotect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# In the order in which they refer to each other.
ALL = (
    "benchmark_sets",
    "program_rebuilds",
    "incentive_plans",
    "program_actions",
    "program_mandates",
    "program_ratings",
    "kam_hours",
    "appraisals",
    "retierings",
    "appraisal_actions",
    "relationship_resets",
    "reselections",
    "peer_connections",
    "realignments",
    "reentry_criteria",
    "reset_steps",
    "withdrawal_holds",
)


def upgrade() -> None:
    op.create_table(
        "benchmark_sets",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("benchmarks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("benchmark_sets_number_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("benchmark_sets_pkey")),
        sa.UniqueConstraint("tenant_id", "name", "number", name=op.f("benchmark_sets_tenant_id_name_number_key")),
    )
    op.create_table(
        "program_rebuilds",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rebuilt_on", sa.Date(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("program_rebuilds_pkey")),
    )
    op.create_table(
        "incentive_plans",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("short_term_revenue", sa.Float(), nullable=False),
        sa.Column("retention", sa.Float(), nullable=False),
        sa.Column("growth", sa.Float(), nullable=False),
        sa.Column("profitability", sa.Float(), nullable=False),
        sa.Column("satisfaction_and_health", sa.Float(), nullable=False),
        sa.Column("new_business", sa.Float(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "abs(short_term_revenue + retention + growth + profitability + satisfaction_and_health + new_business - 1) < 1e-6",
            name=op.f("incentive_plans_whole_check"),
        ),
        sa.CheckConstraint(
            "least(short_term_revenue, retention, growth, profitability, satisfaction_and_health, new_business) >= 0",
            name=op.f("incentive_plans_not_negative_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("incentive_plans_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("incentive_plans_pkey")),
    )
    op.create_index(
        "incentive_plans_own_idx",
        "incentive_plans",
        ["tenant_id", "user_id", "from_on"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "program_actions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("owner_user_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'open') = (closed_on IS NULL)", name=op.f("program_actions_closed_check")),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("program_actions_state_check")),
        sa.CheckConstraint("term IN ('short', 'long')", name=op.f("program_actions_term_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("program_actions_tenant_id_owner_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("program_actions_pkey")),
    )
    op.create_index(
        "program_actions_state_due_on_idx",
        "program_actions",
        ["tenant_id", "state", "due_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "program_mandates",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("mandate", sa.Text(), nullable=False),
        sa.Column("functions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("from_on < until_on", name=op.f("program_mandates_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("program_mandates_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("program_mandates_pkey")),
    )
    op.create_table(
        "program_ratings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("about_user_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "function IN ('sales', 'finance', 'operations', 'product', 'service', 'marketing', 'legal', 'executive')",
            name=op.f("program_ratings_function_check"),
        ),
        sa.CheckConstraint("subject IN ('maturity', 'skill', 'planning')", name=op.f("program_ratings_subject_check")),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("program_ratings_value_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "about_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("program_ratings_tenant_id_about_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("program_ratings_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("program_ratings_pkey")),
    )
    op.create_index(
        "program_ratings_subject_rated_on_idx",
        "program_ratings",
        ["tenant_id", "subject", "rated_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "kam_hours",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "activity IN ('senior_relationships', 'negotiation', 'escalations', 'joint_roadmap', 'data_analysis', 'internal_coordination', 'other')",
            name=op.f("kam_hours_activity_check"),
        ),
        sa.CheckConstraint("hours > 0 AND hours <= 168", name=op.f("kam_hours_hours_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("kam_hours_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("kam_hours_tenant_id_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("kam_hours_pkey")),
    )
    op.create_index(
        "kam_hours_user_id_spent_on_idx",
        "kam_hours",
        ["tenant_id", "user_id", "spent_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "appraisals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("first_sign_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("diagnosis", sa.Text(), nullable=True),
        sa.Column("diagnosis_note", sa.Text(), nullable=True),
        sa.Column("contacted_on", sa.Date(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("reevaluation_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("appraisals_closed_check")),
        sa.CheckConstraint("diagnosis IN ('unable', 'unwilling')", name=op.f("appraisals_diagnosis_check")),
        sa.CheckConstraint(
            "outcome IN ('met', 'improved', 'decided', 'unfounded')", name=op.f("appraisals_outcome_check")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'action_plan', 'reevaluation', 'closed')", name=op.f("appraisals_state_check")
        ),
        sa.CheckConstraint(
            "trigger IN ('schedule', 'expectation_missed', 'quadrant_fell', 'utilization_low', 'at_risk', 'manual')",
            name=op.f("appraisals_trigger_check"),
        ),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (outcome IS NULL)", name=op.f("appraisals_outcome_when_closed_check")
        ),
        sa.CheckConstraint("first_sign_on <= opened_on", name=op.f("appraisals_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("appraisals_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("appraisals_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("appraisals_tenant_id_owner_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("appraisals_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "appraisals_account_id_opened_on_idx",
        "appraisals",
        ["tenant_id", "account_id", "opened_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "appraisals_live_idx",
        "appraisals",
        ["tenant_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state != 'closed'"),
    )
    op.create_index(
        "appraisals_state_due_on_idx",
        "appraisals",
        ["tenant_id", "state", "due_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "retierings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("appraisal_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("from_tier", sa.Text(), nullable=True),
        sa.Column("recommended", sa.Text(), nullable=False),
        sa.Column("recommended_tier", sa.Text(), nullable=True),
        sa.Column("recommendation", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("to_tier", sa.Text(), nullable=True),
        sa.Column("grounds", sa.Text(), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("dissent", sa.Text(), nullable=True),
        sa.Column("keeping_reason", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approved_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_on IS NOT NULL)", name=op.f("retierings_withdrawn_check")
        ),
        sa.CheckConstraint(
            "grounds IN ('performance', 'eligibility', 'strategy', 'customer_request')",
            name=op.f("retierings_grounds_check"),
        ),
        sa.CheckConstraint(
            "keeping_reason IN ('fear_of_losing_the_customer', 'relationship_of_an_executive', 'expected_turnaround', 'strategic_reference', 'contract_in_force', 'wrong_data', 'other')",
            name=op.f("retierings_keeping_reason_check"),
        ),
        sa.CheckConstraint(
            "recommended IN ('retain', 'retain_with_conditions', 'uptier', 'downtier', 'exit_program', 'review') AND decision IN ('retain', 'retain_with_conditions', 'uptier', 'downtier', 'exit_program')",
            name=op.f("retierings_decisions_check"),
        ),
        sa.CheckConstraint(
            "state <> 'decided' OR (decision IS NOT NULL AND decided_on IS NOT NULL)",
            name=op.f("retierings_decided_check"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'awaiting_approval', 'decided', 'withdrawn')", name=op.f("retierings_state_check")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by_user_id IS NULL)", name=op.f("retierings_decided_by_check")
        ),
        sa.CheckConstraint("decided_by_user_id <> approved_by_user_id", name=op.f("retierings_two_people_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("retierings_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appraisal_id"],
            ["appraisals.tenant_id", "appraisals.id"],
            name=op.f("retierings_tenant_id_appraisal_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approved_by_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("retierings_tenant_id_approved_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("retierings_tenant_id_decided_by_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("retierings_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "retierings_account_id_proposed_on_idx",
        "retierings",
        ["tenant_id", "account_id", "proposed_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "retierings_live_idx",
        "retierings",
        ["tenant_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'awaiting_approval')"),
    )
    op.create_index(
        "retierings_state_proposed_on_idx",
        "retierings",
        ["tenant_id", "state", "proposed_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "appraisal_actions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appraisal_id", sa.Uuid(), nullable=False),
        sa.Column("expectation_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("owner_contact_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'offered'"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(side = 'customer') = (owner_contact_id IS NOT NULL)", name=op.f("appraisal_actions_customer_check")
        ),
        sa.CheckConstraint(
            "(side = 'supplier') = (owner_user_id IS NOT NULL)", name=op.f("appraisal_actions_supplier_check")
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (closed_on IS NOT NULL)", name=op.f("appraisal_actions_closed_check")
        ),
        sa.CheckConstraint("side IN ('supplier', 'customer')", name=op.f("appraisal_actions_side_check")),
        sa.CheckConstraint(
            "state IN ('offered', 'agreed', 'in_progress', 'done', 'failed')",
            name=op.f("appraisal_actions_state_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appraisal_id"],
            ["appraisals.tenant_id", "appraisals.id"],
            name=op.f("appraisal_actions_tenant_id_appraisal_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "expectation_id"],
            ["expectations.tenant_id", "expectations.id"],
            name=op.f("appraisal_actions_tenant_id_expectation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("appraisal_actions_tenant_id_owner_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("appraisal_actions_tenant_id_owner_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("appraisal_actions_pkey")),
    )
    op.create_index(
        "appraisal_actions_appraisal_id_due_on_idx",
        "appraisal_actions",
        ["tenant_id", "appraisal_id", "due_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "relationship_resets",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("retiering_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'planned'"), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("what_changes", sa.Text(), nullable=False),
        sa.Column("why_it_fits", sa.Text(), nullable=False),
        sa.Column("what_they_gain", sa.Text(), nullable=False),
        sa.Column("way_back", sa.Text(), nullable=False),
        sa.Column("feared_loss_share", sa.Float(), nullable=True),
        sa.Column("conversation_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_on IS NOT NULL)", name=op.f("relationship_resets_cancelled_check")
        ),
        sa.CheckConstraint(
            "(state = 'complete') = (completed_on IS NOT NULL)", name=op.f("relationship_resets_completed_check")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'under_way', 'complete', 'cancelled')", name=op.f("relationship_resets_state_check")
        ),
        sa.CheckConstraint(
            "feared_loss_share BETWEEN 0 AND 1", name=op.f("relationship_resets_feared_loss_share_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("relationship_resets_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "retiering_id"],
            ["retierings.tenant_id", "retierings.id"],
            name=op.f("relationship_resets_tenant_id_retiering_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("relationship_resets_pkey")),
        sa.UniqueConstraint("tenant_id", "retiering_id", name=op.f("relationship_resets_tenant_id_retiering_id_key")),
        info={"merging": "stays"},
    )
    op.create_index(
        "relationship_resets_account_id_opened_on_idx",
        "relationship_resets",
        ["tenant_id", "account_id", "opened_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "relationship_resets_live_idx",
        "relationship_resets",
        ["tenant_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('planned', 'under_way')"),
    )
    op.create_table(
        "reselections",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("retiering_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("eligible_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("closed_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'open') = (closed_on IS NULL)", name=op.f("reselections_closed_check")),
        sa.CheckConstraint("state IN ('open', 'readmitted', 'abandoned')", name=op.f("reselections_state_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("reselections_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "closed_by_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("reselections_tenant_id_closed_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "retiering_id"],
            ["retierings.tenant_id", "retierings.id"],
            name=op.f("reselections_tenant_id_retiering_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("reselections_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "reselections_account_id_opened_on_idx",
        "reselections",
        ["tenant_id", "account_id", "opened_on"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "reselections_live_idx",
        "reselections",
        ["tenant_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "peer_connections",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reselection_id", sa.Uuid(), nullable=False),
        sa.Column("peer_account_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("peer_contact_id", sa.Uuid(), nullable=True),
        sa.Column("introduced_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("peer_connections_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "peer_account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("peer_connections_tenant_id_peer_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "peer_contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("peer_connections_tenant_id_peer_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reselection_id"],
            ["reselections.tenant_id", "reselections.id"],
            name=op.f("peer_connections_tenant_id_reselection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("peer_connections_tenant_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("peer_connections_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "peer_connections_reselection_id_idx",
        "peer_connections",
        ["tenant_id", "reselection_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "realignments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("reset_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_before", sa.Float(), nullable=False),
        sa.Column("quantity_after", sa.Float(), nullable=False),
        sa.Column("replacement_resource_id", sa.Uuid(), nullable=True),
        sa.Column("replacement", sa.Text(), nullable=True),
        sa.Column("customer_need", sa.Text(), nullable=True),
        sa.Column("none_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(replacement IS NULL) <> (none_reason IS NULL)", name=op.f("realignments_replaced_or_not_check")
        ),
        sa.CheckConstraint("quantity_before >= 0 AND quantity_after >= 0", name=op.f("realignments_quantities_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "replacement_resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("realignments_tenant_id_replacement_resource_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reset_id"],
            ["relationship_resets.tenant_id", "relationship_resets.id"],
            name=op.f("realignments_tenant_id_reset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("realignments_tenant_id_resource_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "reset_id", "resource_id", name=op.f("realignments_pkey")),
    )
    op.create_table(
        "reentry_criteria",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reselection_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=True),
        sa.Column("comparison", sa.Text(), nullable=True),
        sa.Column("target", sa.Float(), nullable=True),
        sa.Column("baseline", sa.Float(), nullable=True),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.Column("judged_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("owner_contact_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("comparison IN ('at_least', 'at_most')", name=op.f("reentry_criteria_comparison_check")),
        sa.CheckConstraint(
            "(metric IS NULL) = (target IS NULL) AND (metric IS NULL) = (comparison IS NULL)",
            name=op.f("reentry_criteria_measured_check"),
        ),
        sa.CheckConstraint("metric IS NULL OR met IS NULL", name=op.f("reentry_criteria_measured_or_judged_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "judged_by_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("reentry_criteria_tenant_id_judged_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("reentry_criteria_tenant_id_owner_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("reentry_criteria_tenant_id_owner_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reselection_id"],
            ["reselections.tenant_id", "reselections.id"],
            name=op.f("reentry_criteria_tenant_id_reselection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("reentry_criteria_pkey")),
    )
    op.create_index(
        "reentry_criteria_reselection_id_idx",
        "reentry_criteria",
        ["tenant_id", "reselection_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "reset_steps",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reset_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("customer_gains", sa.Text(), nullable=True),
        sa.Column("owner_user_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('internal_brief', 'executive_call', 'kam_meeting', 'written_summary', 'resource_handover')",
            name=op.f("reset_steps_kind_check"),
        ),
        sa.CheckConstraint("place >= 1", name=op.f("reset_steps_place_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contacts.tenant_id", "contacts.id"],
            name=op.f("reset_steps_tenant_id_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("reset_steps_tenant_id_owner_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reset_id"],
            ["relationship_resets.tenant_id", "relationship_resets.id"],
            name=op.f("reset_steps_tenant_id_reset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("reset_steps_pkey")),
        sa.UniqueConstraint("tenant_id", "reset_id", "place", name=op.f("reset_steps_tenant_id_reset_id_place_key")),
    )
    op.create_table(
        "withdrawal_holds",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("retiering_id", sa.Uuid(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("conversation_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("opened_on <= conversation_on", name=op.f("withdrawal_holds_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("withdrawal_holds_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "retiering_id"],
            ["retierings.tenant_id", "retierings.id"],
            name=op.f("withdrawal_holds_tenant_id_retiering_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "retiering_id", name=op.f("withdrawal_holds_pkey")),
        info={"merging": "stays"},
    )
    op.create_index(
        "withdrawal_holds_account_id_idx",
        "withdrawal_holds",
        ["tenant_id", "account_id"],
        unique=False,
        postgresql_where=None,
    )
    op.add_column(
        "organizations",
        sa.Column(
            "appraisal_days", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    protect(op, context.config.attributes.get("role", "kap_app"), ALL)


def downgrade() -> None:
    unprotect(op, ALL)
    op.drop_column("organizations", "appraisal_days")
    for table in reversed(ALL):
        op.drop_table(table)
