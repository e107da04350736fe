"""Rows of evidence from the market for a model's criteria."""

from sqlalchemy import Column, Date, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from app.infra.rows import Instant, refers, tenant_index, tenant_table

# `criteria` are keys of the model's; none named: it speaks for the whole.
evidence_notes = tenant_table(
    "evidence_notes",
    Column("model_id", Uuid, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("dated_on", Date, nullable=False),
    Column("criteria", ARRAY(Text), nullable=False),
    Column("user_id", Uuid),
    Column("key_id", Uuid, nullable=False),
    Column("withdrawn_at", Instant),
    refers("model_id", "selection_models", ondelete="CASCADE"),
    refers("user_id", "users"),
)
tenant_index("evidence_notes", evidence_notes.c.model_id, evidence_notes.c.dated_on)
