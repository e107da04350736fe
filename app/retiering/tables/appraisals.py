"""Rows of appraisals: what of the requirements is met, and what both sides do about the rest."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import refers, tenant_index, tenant_table

TRIGGERS = ("schedule", "expectation_missed", "quadrant_fell", "utilization_low", "at_risk", "manual")
APPRAISAL_STATES = ("open", "action_plan", "reevaluation", "closed")
OUTCOMES = ("met", "improved", "decided", "unfounded")
ACTION_STATES = ("offered", "agreed", "in_progress", "done", "failed")

# `findings`: the requirements on file with how each stands, and the figures that the trigger stands on, as they were
# found when it was opened. `first_sign_on`: the day of what set it off; `contacted_on`: when the customer first heard.
appraisals = tenant_table(
    "appraisals",
    Column("account_id", Uuid, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("opened_on", Date, nullable=False),
    Column("first_sign_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("diagnosis", Text),  # of what is missed: unable or unwilling
    Column("diagnosis_note", Text),
    Column("contacted_on", Date),
    Column("contact_id", Uuid),  # who heard
    Column("owner_user_id", Uuid),
    Column("reevaluation_on", Date),
    Column("closed_on", Date),
    Column("outcome", Text),
    Column("note", Text),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("contact_id", "contacts"),
    refers("owner_user_id", "users"),
    CheckConstraint(f"trigger IN {TRIGGERS}", name="trigger"),
    CheckConstraint(f"state IN {APPRAISAL_STATES}", name="state"),
    CheckConstraint("diagnosis IN ('unable', 'unwilling')", name="diagnosis"),
    CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
    CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed"),
    CheckConstraint("(closed_on IS NULL) = (outcome IS NULL)", name="outcome_when_closed"),
    CheckConstraint("first_sign_on <= opened_on", name="order"),
)
appraisals.info["merging"] = "stays"  # it was that account that was appraised
Index(
    "appraisals_live_idx",
    appraisals.c.tenant_id,
    appraisals.c.account_id,
    unique=True,
    postgresql_where=appraisals.c.state != "closed",
)
tenant_index("appraisals", appraisals.c.account_id, appraisals.c.opened_on)
tenant_index("appraisals", appraisals.c.state, appraisals.c.due_on)

# The joint action plan; each action has an owner of one side.
appraisal_actions = tenant_table(
    "appraisal_actions",
    Column("appraisal_id", Uuid, nullable=False),
    Column("expectation_id", Uuid),  # the requirement that it is to mend
    Column("title", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("owner_user_id", Uuid),
    Column("owner_contact_id", Uuid),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'offered'")),
    Column("closed_on", Date),
    Column("note", Text),
    Column("key_id", Uuid),
    refers("appraisal_id", "appraisals", ondelete="CASCADE"),
    refers("expectation_id", "expectations"),
    refers("owner_user_id", "users"),
    refers("owner_contact_id", "contacts"),
    CheckConstraint("side IN ('supplier', 'customer')", name="side"),
    CheckConstraint(f"state IN {ACTION_STATES}", name="state"),
    CheckConstraint("(side = 'supplier') = (owner_user_id IS NOT NULL)", name="supplier"),
    CheckConstraint("(side = 'customer') = (owner_contact_id IS NOT NULL)", name="customer"),
    CheckConstraint("(state IN ('done', 'failed')) = (closed_on IS NOT NULL)", name="closed"),
)
tenant_index("appraisal_actions", appraisal_actions.c.appraisal_id, appraisal_actions.c.due_on)
