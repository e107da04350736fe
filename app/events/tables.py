"""Rows of events: appended in the transaction of the change that they tell of, and never changed."""

from sqlalchemy import Column, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import tenant_index, tenant_table

events = tenant_table(
    "events",
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),  # the kind of thing that it is about
    Column("subject_id", Uuid, nullable=False),
    Column("data", JSONB, nullable=False),
)
tenant_index("events", events.c.type, events.c.id)
tenant_index("events", events.c.subject_id, events.c.id)
