"""Rows of analyses of a model: what was asked, what came of it, and what it says of each account."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import refers, tenant_index, tenant_table
from app.selection.tables.models import of_version

ANALYSES = ("preview", "backtest", "stability")

# An analysis has the id of its job. A draft may change later: `document` is the model as it was analysed.
analyses = tenant_table(
    "analyses",
    Column("kind", Text, nullable=False),
    Column("model_id", Uuid, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("parameters", JSONB, nullable=False),
    Column("key_id", Uuid),
    Column("result", JSONB),
    refers("id", "jobs"),
    of_version(ondelete="CASCADE"),
    CheckConstraint(f"kind IN {ANALYSES}", name="kind"),
)
tenant_index("analyses", analyses.c.model_id, analyses.c.kind, analyses.c.id)

analysis_entries = tenant_table(
    "analysis_entries",
    Column("analysis_id", Uuid, nullable=False),
    Column("place", Integer, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("figures", JSONB, nullable=False),
    refers("analysis_id", "analyses", ondelete="CASCADE"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    CheckConstraint("place >= 1", name="place"),
    key=("analysis_id", "place"),
)
analysis_entries.info["merging"] = "stays"  # it says what was found of that account, then
tenant_index("analysis_entries", analysis_entries.c.account_id, analysis_entries.c.analysis_id)
