"""Rows of what customers used of what they were given, and what it is worth to them."""

from sqlalchemy import CheckConstraint, Column, Date, Float, SmallInteger, Text, Uuid

from app.infra.rows import external_identity, refers, tenant_index, tenant_table

usage_entries = tenant_table(
    "usage_entries",
    Column("account_id", Uuid, nullable=False),
    Column("resource_id", Uuid, nullable=False),
    Column("commitment_id", Uuid),
    Column("quantity", Float, nullable=False),
    Column("used_on", Date, nullable=False),
    Column("note", Text),
    *external_identity(),
    Column("user_id", Uuid),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("resource_id", "resources"),
    refers("commitment_id", "commitments"),
    refers("user_id", "users"),
    CheckConstraint("quantity > 0", name="quantity_positive"),
)
tenant_index("usage_entries", usage_entries.c.account_id, usage_entries.c.used_on)
tenant_index("usage_entries", usage_entries.c.resource_id, usage_entries.c.used_on)

# The customer's own word, 1 to 5; the last of a contact counts.
resource_ratings = tenant_table(
    "resource_ratings",
    Column("account_id", Uuid, nullable=False),
    Column("resource_id", Uuid, nullable=False),
    Column("contact_id", Uuid),
    Column("value", SmallInteger, nullable=False),
    Column("rated_on", Date, nullable=False),
    Column("comment", Text),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("resource_id", "resources"),
    refers("contact_id", "contacts"),
    CheckConstraint("value BETWEEN 1 AND 5", name="value"),
)
tenant_index("resource_ratings", resource_ratings.c.account_id, resource_ratings.c.rated_on)
