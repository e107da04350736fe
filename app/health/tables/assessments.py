"""Rows of assessments: what a person found of an account, element by element."""

from sqlalchemy import Column, Date, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import refers, tenant_index, tenant_table

# `elements`: {element: {"value": 1..5, "evidence": text}}; a person's second of a day stands in place of the first.
assessments = tenant_table(
    "assessments",
    Column("account_id", Uuid, nullable=False),
    Column("assessed_on", Date, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("function", Text, nullable=False),
    Column("elements", JSONB, nullable=False),
    Column("key_id", Uuid, nullable=False),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("user_id", "users"),
)
tenant_index("assessments", assessments.c.account_id, assessments.c.assessed_on, assessments.c.id)
