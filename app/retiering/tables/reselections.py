"""Rows of reselections: what an account has to show to become key again, and who helps it there."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, Index, Text, Uuid, text

from app.infra.rows import refers, tenant_index, tenant_table

RESELECTION_STATES = ("open", "readmitted", "abandoned")

reselections = tenant_table(
    "reselections",
    Column("account_id", Uuid, nullable=False),
    Column("retiering_id", Uuid, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("opened_on", Date, nullable=False),
    Column("eligible_on", Date),  # when all criteria were first met, and the event was told
    Column("closed_on", Date),
    Column("note", Text),
    Column("closed_by_user_id", Uuid),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("retiering_id", "retierings"),
    refers("closed_by_user_id", "users"),
    CheckConstraint(f"state IN {RESELECTION_STATES}", name="state"),
    CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="closed"),
)
reselections.info["merging"] = "stays"  # it is that customer's way back
Index(
    "reselections_live_idx",
    reselections.c.tenant_id,
    reselections.c.account_id,
    unique=True,
    postgresql_where=reselections.c.state == "open",
)
tenant_index("reselections", reselections.c.account_id, reselections.c.opened_on)

# Measured by a metric, or, where `metric` is NULL, judged by people.
reentry_criteria = tenant_table(
    "reentry_criteria",
    Column("reselection_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("metric", Text),
    Column("comparison", Text),
    Column("target", Float),
    Column("baseline", Float),
    Column("met", Boolean),
    Column("judged_on", Date),
    Column("judged_by_user_id", Uuid),
    Column("action", Text),  # of the joint plan
    Column("owner_user_id", Uuid),
    Column("owner_contact_id", Uuid),
    Column("due_on", Date),
    Column("key_id", Uuid),
    refers("reselection_id", "reselections", ondelete="CASCADE"),
    refers("judged_by_user_id", "users"),
    refers("owner_user_id", "users"),
    refers("owner_contact_id", "contacts"),
    CheckConstraint("comparison IN ('at_least', 'at_most')", name="comparison"),
    CheckConstraint("(metric IS NULL) = (target IS NULL) AND (metric IS NULL) = (comparison IS NULL)", name="measured"),
    CheckConstraint("metric IS NULL OR met IS NULL", name="measured_or_judged"),
)
tenant_index("reentry_criteria", reentry_criteria.c.reselection_id)

# Introductions to customers that are key accounts now.
peer_connections = tenant_table(
    "peer_connections",
    Column("reselection_id", Uuid, nullable=False),
    Column("peer_account_id", Uuid, nullable=False),
    Column("contact_id", Uuid),  # of the account that wants to come back
    Column("peer_contact_id", Uuid),
    Column("introduced_on", Date, nullable=False),
    Column("user_id", Uuid),
    Column("note", Text),
    Column("key_id", Uuid),
    refers("reselection_id", "reselections", ondelete="CASCADE"),
    refers("peer_account_id", "accounts", ondelete="CASCADE"),
    refers("contact_id", "contacts"),
    refers("peer_contact_id", "contacts"),
    refers("user_id", "users"),
)
peer_connections.info["merging"] = "stays"
tenant_index("peer_connections", peer_connections.c.reselection_id)
