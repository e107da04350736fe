"""Rows of relationship resets: what is said to the customer, in which order, and what takes the place of what."""

from sqlalchemy import CheckConstraint, Column, Date, Float, Index, SmallInteger, Text, UniqueConstraint, Uuid, text

from app.infra.rows import refers, tenant_index, tenant_table

STEP_KINDS = ("internal_brief", "executive_call", "kam_meeting", "written_summary", "resource_handover")
RESET_STATES = ("planned", "under_way", "complete", "cancelled")

# What the customer is told: what changes, why it fits their goals, what they gain, and the way back.
relationship_resets = tenant_table(
    "relationship_resets",
    Column("retiering_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'planned'")),
    Column("opened_on", Date, nullable=False),
    Column("what_changes", Text, nullable=False),
    Column("why_it_fits", Text, nullable=False),
    Column("what_they_gain", Text, nullable=False),
    Column("way_back", Text, nullable=False),
    Column("feared_loss_share", Float),  # of a year's revenue, as the account's people fear
    Column("conversation_on", Date),
    Column("completed_on", Date),
    Column("cancelled_on", Date),
    Column("cancel_reason", Text),
    Column("key_id", Uuid),
    refers("retiering_id", "retierings"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    UniqueConstraint("tenant_id", "retiering_id"),
    CheckConstraint(f"state IN {RESET_STATES}", name="state"),
    CheckConstraint("feared_loss_share BETWEEN 0 AND 1", name="feared_loss_share"),
    CheckConstraint("(state = 'complete') = (completed_on IS NOT NULL)", name="completed"),
    CheckConstraint("(state = 'cancelled') = (cancelled_on IS NOT NULL)", name="cancelled"),
)
relationship_resets.info["merging"] = "stays"  # it was that customer who was told
Index(
    "relationship_resets_live_idx",
    relationship_resets.c.tenant_id,
    relationship_resets.c.account_id,
    unique=True,
    postgresql_where=relationship_resets.c.state.in_(("planned", "under_way")),
)
tenant_index("relationship_resets", relationship_resets.c.account_id, relationship_resets.c.opened_on)

# In order of `place`; the conversation is recorded with the meeting of the KAM, or the call of the executive.
reset_steps = tenant_table(
    "reset_steps",
    Column("reset_id", Uuid, nullable=False),
    Column("place", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("customer_gains", Text),
    Column("owner_user_id", Uuid, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("done_on", Date),
    Column("contact_id", Uuid),  # whom of the customer it reached
    Column("note", Text),
    Column("key_id", Uuid),
    refers("reset_id", "relationship_resets", ondelete="CASCADE"),
    refers("owner_user_id", "users"),
    refers("contact_id", "contacts"),
    UniqueConstraint("tenant_id", "reset_id", "place"),
    CheckConstraint(f"kind IN {STEP_KINDS}", name="kind"),
    CheckConstraint("place >= 1", name="place"),
)

# Each resource that is withdrawn, and what takes its place, or why nothing does.
realignments = tenant_table(
    "realignments",
    Column("reset_id", Uuid, nullable=False),
    Column("resource_id", Uuid, nullable=False),
    Column("quantity_before", Float, nullable=False),
    Column("quantity_after", Float, nullable=False),
    Column("replacement_resource_id", Uuid),
    Column("replacement", Text),
    Column("customer_need", Text),
    Column("none_reason", Text),
    refers("reset_id", "relationship_resets", ondelete="CASCADE"),
    refers("resource_id", "resources"),
    refers("replacement_resource_id", "resources"),
    CheckConstraint("quantity_before >= 0 AND quantity_after >= 0", name="quantities"),
    CheckConstraint("(replacement IS NULL) <> (none_reason IS NULL)", name="replaced_or_not"),
    key=("reset_id", "resource_id"),
)
