"""Rows of long work."""

from sqlalchemy import CheckConstraint, Column, Integer, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import Instant, tenant_index, tenant_table

STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")

jobs = tenant_table(
    "jobs",
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False, server_default=text("'queued'")),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer, nullable=False, server_default=text("0")),
    Column("payload", JSONB, nullable=False),
    Column("result", JSONB),
    Column("problem", JSONB),
    Column("key_id", Uuid),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    CheckConstraint(f"status IN {STATUSES}", name="status"),
    CheckConstraint("done >= 0 AND total >= 0", name="progress_not_negative"),
)
tenant_index("jobs", jobs.c.kind, jobs.c.status)
tenant_index("jobs", jobs.c.created_at, jobs.c.id)
