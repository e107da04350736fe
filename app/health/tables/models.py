"""Rows of health models and their versions; a version that was published never changes."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKeyConstraint, Integer, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import Instant, refers, tenant_table

STATES = ("draft", "published", "retired")


def of_version() -> ForeignKeyConstraint:
    """A reference to a version of a health model."""
    return ForeignKeyConstraint(
        ["tenant_id", "model_id", "model_version"],
        [f"health_model_versions.{name}" for name in ("tenant_id", "model_id", "number")],
    )


health_models = tenant_table(
    "health_models",
    Column("name", Text, nullable=False),
    Column("shipped", Boolean, nullable=False, server_default=text("false")),
)

health_model_versions = tenant_table(
    "health_model_versions",
    Column("model_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'draft'")),
    Column("document", JSONB, nullable=False),
    Column("published_at", Instant),
    Column("published_by", Uuid),
    Column("publish_reason", Text),
    Column("retired_at", Instant),
    refers("model_id", "health_models", ondelete="CASCADE"),
    CheckConstraint(f"state IN {STATES}", name="state"),
    key=("model_id", "number"),
)
