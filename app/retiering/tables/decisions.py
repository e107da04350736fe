"""Rows of retierings: what the rules recommend, what named people decide, and why they did not when they did not."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import refers, tenant_index, tenant_table

DECISIONS = ("retain", "retain_with_conditions", "uptier", "downtier", "exit_program")
# What the rules may recommend besides: to look closer, where they do not know enough for less than before.
RECOMMENDATIONS = (*DECISIONS, "review")
# On what less than before is decided; for performance alone something has to be on file that was not met.
GROUNDS = ("performance", "eligibility", "strategy", "customer_request")
RETIERING_STATES = ("proposed", "awaiting_approval", "decided", "withdrawn")
# Why an account that the rules would let go is kept.
KEEPING_REASONS = (
    "fear_of_losing_the_customer", "relationship_of_an_executive", "expected_turnaround", "strategic_reference",
    "contract_in_force", "wrong_data", "other",
)  # fmt: skip

# `recommendation`: with its reasons, the score, the tier's thresholds and what of the requirements is on file.
# A decision is made by `decided_by_user_id`; for less than before a second person, `approved_by_user_id`, approves it.
retierings = tenant_table(
    "retierings",
    Column("account_id", Uuid, nullable=False),
    Column("appraisal_id", Uuid),
    Column("state", Text, nullable=False, server_default=text("'proposed'")),
    Column("proposed_on", Date, nullable=False),
    Column("from_tier", Text),
    Column("recommended", Text, nullable=False),
    Column("recommended_tier", Text),
    Column("recommendation", JSONB, nullable=False),
    Column("decision", Text),
    Column("to_tier", Text),
    Column("grounds", Text),
    Column("rationale", Text),
    Column("conditions", Text),
    Column("dissent", Text),
    Column("keeping_reason", Text),
    Column("decided_on", Date),
    Column("decided_by_user_id", Uuid),
    Column("approved_on", Date),
    Column("approved_by_user_id", Uuid),
    Column("withdrawn_on", Date),
    Column("withdraw_reason", Text),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("appraisal_id", "appraisals"),
    refers("decided_by_user_id", "users"),
    refers("approved_by_user_id", "users"),
    CheckConstraint(f"state IN {RETIERING_STATES}", name="state"),
    CheckConstraint(f"recommended IN {RECOMMENDATIONS} AND decision IN {DECISIONS}", name="decisions"),
    CheckConstraint(f"grounds IN {GROUNDS}", name="grounds"),
    CheckConstraint(f"keeping_reason IN {KEEPING_REASONS}", name="keeping_reason"),
    CheckConstraint("(decision IS NULL) = (decided_by_user_id IS NULL)", name="decided_by"),
    CheckConstraint("decided_by_user_id <> approved_by_user_id", name="two_people"),
    CheckConstraint("(state = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="withdrawn"),
    CheckConstraint("state <> 'decided' OR (decision IS NOT NULL AND decided_on IS NOT NULL)", name="decided"),
)
retierings.info["merging"] = "stays"  # it was that account that was judged
Index(
    "retierings_live_idx",
    retierings.c.tenant_id,
    retierings.c.account_id,
    unique=True,
    postgresql_where=retierings.c.state.in_(("proposed", "awaiting_approval")),
)
tenant_index("retierings", retierings.c.account_id, retierings.c.proposed_on)
tenant_index("retierings", retierings.c.state, retierings.c.proposed_on)
