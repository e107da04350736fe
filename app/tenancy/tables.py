"""Rows of organizations, their people and their API keys, and the one table that leads to a tenant."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.infra.rows import Instant, metadata, refers, tenant_index, tenant_table

# The only table without a tenant's policy: it holds nothing but which tenant a name or a key's public id leads to.
tenant_directory = Table(
    "tenant_directory",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("handle", Text, primary_key=True),
    Column("tenant_id", Uuid, nullable=False),
    CheckConstraint("kind IN ('organization', 'api_key', 'crm_connection', 'invitation')", name="kind"),
)

organizations = tenant_table(
    "organizations",
    Column("name", Text, nullable=False),
    Column("reporting_currency", Text, nullable=False, server_default=text("'USD'")),
    Column("key_account_revenue_threshold", Numeric(19, 4)),
    Column("stage_probabilities", JSONB, nullable=False, server_default=text("'{}'")),
    Column("proposal_stages", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("custom_metrics", JSONB, nullable=False, server_default=text("'[]'")),
    Column("tracks", JSONB, nullable=False, server_default=text("'{}'")),
    Column("warning_thresholds", JSONB, nullable=False, server_default=text("'{}'")),
    Column("cadences", JSONB, nullable=False, server_default=text("'{}'")),
    Column("roadblock_days", JSONB, nullable=False, server_default=text("'{}'")),
    Column("appraisal_days", JSONB, nullable=False, server_default=text("'{}'")),
    Column("frame_ancestors", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    Column("selection_model_id", Uuid),
    Column("health_model_id", Uuid),
    CheckConstraint("reporting_currency ~ '^[A-Z]{3}$'", name="reporting_currency"),
    CheckConstraint("key_account_revenue_threshold >= 0", name="threshold_not_negative"),
    key=(),
)

api_keys = tenant_table(
    "api_keys",
    Column("public_id", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("user_id", Uuid),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
    refers("user_id", "users"),
    UniqueConstraint("tenant_id", "public_id"),
    CheckConstraint("octet_length(digest) = 32", name="digest_is_sha256"),
)

idempotency_keys = tenant_table(
    "idempotency_keys",
    Column("key", Text, nullable=False),
    Column("request_digest", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    key=("key",),
)
tenant_index("idempotency_keys", idempotency_keys.c.created_at)

# Who has signed in to the console, and with which key; what the browser holds is kept as a digest alone.
console_sessions = tenant_table(
    "console_sessions",
    Column("digest", LargeBinary, nullable=False),
    Column("key_id", Uuid, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    refers("key_id", "api_keys"),
    CheckConstraint("octet_length(digest) = 32", name="digest_is_sha256"),
)
tenant_index("console_sessions", console_sessions.c.expires_at)

ACTOR_KINDS = ("key", "guest", "worker", "command_line")

# Who changed what: appended in the transaction of the change, and never changed itself, for the role that serves has no
# right to.
audit_log = tenant_table(
    "audit_log",
    Column("actor_kind", Text, nullable=False),
    Column("key_id", Uuid),
    Column("actor_id", Uuid),  # the user that the key acts for, or the guest's invitation
    Column("operation", Text, nullable=False),  # the operationId, the job's kind or the command
    Column("method", Text),
    Column("path", Text),
    Column("status", SmallInteger),
    Column("subject_id", Uuid),  # what was made or changed
    Column("account_id", Uuid),  # whose matter it is
    Column("said", JSONB),  # what was asked for, without secrets; large lists are counted
    Column("request_id", Text),
    CheckConstraint(f"actor_kind IN {ACTOR_KINDS}", name="actor_kind"),
)
tenant_index("audit_log", audit_log.c.subject_id, audit_log.c.id)
tenant_index("audit_log", audit_log.c.account_id, audit_log.c.id)
tenant_index("audit_log", audit_log.c.key_id, audit_log.c.id)
