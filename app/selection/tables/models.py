"""Rows of models, their versions and the runs that scored with them."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKeyConstraint, Integer, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import Instant, refers, tenant_table

STATES = ("draft", "in_review", "published", "retired")


def of_version(*, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A reference to a version of a model."""
    return ForeignKeyConstraint(
        ["tenant_id", "model_id", "model_version"],
        [f"selection_model_versions.{name}" for name in ("tenant_id", "model_id", "number")],
        ondelete=ondelete,
    )


selection_models = tenant_table(
    "selection_models",
    Column("name", Text, nullable=False),
    Column("shipped", Boolean, nullable=False, server_default=text("false")),
)

selection_model_versions = tenant_table(
    "selection_model_versions",
    Column("model_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'draft'")),
    Column("document", JSONB, nullable=False),
    Column("published_at", Instant),
    Column("published_by", Uuid),
    Column("retired_at", Instant),
    # What the litmus test said when it was published, and why it was published all the same where it did not pass.
    Column("litmus", JSONB),
    Column("override_reason", Text),
    refers("model_id", "selection_models", ondelete="CASCADE"),
    CheckConstraint(f"state IN {STATES}", name="state"),
    key=("model_id", "number"),
)

selection_runs = tenant_table(
    "selection_runs",
    Column("model_id", Uuid, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("accounts", Integer),
    Column("ranked", Integer),
    Column("key_id", Uuid),
    refers("id", "jobs"),
    of_version(),
)
