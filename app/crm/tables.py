"""Rows of CRMs: connections, deliveries and their events, what waits to be pulled, what is known of records, syncs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.infra.rows import Instant, refers, tenant_index, tenant_table

STATES = ("active", "paused", "needs_reauth")
OBJECTS = ("account", "opportunity", "contact", "user")
# waiting: its record is yet to be pulled. done, ignored (of no interest), echo (of our own write), stale (older than
# what is known): the end. quarantined: it cannot be read, or its record cannot be kept. dead: given up after many
# tries. The last two can be replayed.
EVENT_STATES = ("waiting", "done", "ignored", "echo", "stale", "quarantined", "dead")
RECORD_STATES = ("gone", "merged", "quarantined", "unlinked")
SYNC_KINDS = ("backfill", "changes", "sweep")

crm_connections = tenant_table(
    "crm_connections",
    Column("name", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("source", Text, nullable=False),  # the `source` of the facts that come by it
    Column("base_url", Text, nullable=False, server_default=text("''")),
    Column("objects", ARRAY(Text), nullable=False),
    Column("settings", JSONB, nullable=False, server_default=text("'{}'")),  # see core.connection.Settings
    Column("auth_kind", Text, nullable=False),
    Column("credentials", LargeBinary, nullable=False),  # sealed
    Column("webhook_secrets", LargeBinary, nullable=False),  # sealed: the present one, and the one before until a time
    Column("state", Text, nullable=False, server_default=text("'active'")),
    Column("state_reason", Text),
    # Access to the CRM, renewed by one process at a time.
    Column("tokens", LargeBinary),  # sealed
    Column("token_turn", Integer, nullable=False, server_default=text("0")),  # up by one with each new token
    Column("token_expires_at", Instant),
    Column("renewing_until", Instant),
    # How the CRM is doing: it is left alone until `resting_until`.
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("resting_until", Instant),
    Column("resting_reason", Text),
    Column("quota_left", Integer),
    Column("quota_resets_at", Instant),
    Column("drain_turn", BigInteger, nullable=False, server_default=text("0")),  # up by one as each drain begins
    Column("last_event_at", Instant),
    Column("last_pull_at", Instant),
    UniqueConstraint("tenant_id", "source"),
    CheckConstraint(f"state IN {STATES}", name="state"),
)

# How far each object has been read.
crm_marks = tenant_table(
    "crm_marks",
    Column("connection_id", Uuid, nullable=False),
    Column("object", Text, nullable=False),
    Column("since", Instant),
    Column("delta", Text),
    Column("delta_at", Instant),
    refers("connection_id", "crm_connections", ondelete="CASCADE"),
    CheckConstraint(f"object IN {OBJECTS}", name="object"),
    key=("connection_id", "object"),
)

crm_deliveries = tenant_table(
    "crm_deliveries",
    Column("connection_id", Uuid, nullable=False),
    Column("content_type", Text, nullable=False, server_default=text("''")),
    Column("body", LargeBinary),  # as it came; forgotten after a stated time
    Column("bytes", Integer, nullable=False),
    Column("events", SmallInteger, nullable=False),
    refers("connection_id", "crm_connections", ondelete="CASCADE"),
)
tenant_index("crm_deliveries", crm_deliveries.c.created_at, where=crm_deliveries.c.body.is_not(None))
tenant_index("crm_deliveries", crm_deliveries.c.connection_id)

crm_events = tenant_table(
    "crm_events",
    Column("connection_id", Uuid, nullable=False),
    Column("delivery_id", Uuid, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("identity", Text),  # the sender's own id of the event
    Column("digest", LargeBinary, nullable=False),  # the same for two deliveries of one event
    Column("object", Text),
    Column("external_id", Text),
    Column("change", Text, nullable=False),
    Column("occurred_at", Instant),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'")),  # merged_into, changed fields, pushed data
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("conflict", Boolean, nullable=False, server_default=text("false")),  # another one bears the same identity
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("settled_at", Instant),
    refers("connection_id", "crm_connections", ondelete="CASCADE"),
    refers("delivery_id", "crm_deliveries", ondelete="CASCADE"),
    UniqueConstraint("tenant_id", "connection_id", "digest"),
    CheckConstraint(f"state IN {EVENT_STATES}", name="state"),
    CheckConstraint("octet_length(digest) = 32", name="digest_is_sha256"),
)
tenant_index("crm_events", crm_events.c.connection_id, crm_events.c.object, crm_events.c.external_id)
tenant_index("crm_events", crm_events.c.connection_id, crm_events.c.identity)
tenant_index("crm_events", crm_events.c.delivery_id)
tenant_index("crm_events", crm_events.c.state, crm_events.c.id)

# Records that something was heard of, and that are yet to be pulled: any number of events come to one row.
crm_hints = tenant_table(
    "crm_hints",
    Column("connection_id", Uuid, nullable=False),
    Column("object", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("heard", BigInteger, nullable=False, server_default=text("1")),  # up by one with each event
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("not_before", Instant),
    Column("taken_until", Instant),
    Column("reason", Text),
    refers("connection_id", "crm_connections", ondelete="CASCADE"),
    CheckConstraint(f"object IN {OBJECTS}", name="object"),
    key=("connection_id", "object", "external_id"),
)

# What is known of a CRM's record beyond the facts that came of it: that it is gone, or why it is not among them.
crm_records = tenant_table(
    "crm_records",
    Column("connection_id", Uuid, nullable=False),
    Column("object", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Instant),  # when its source says so
    Column("survivor", Text),  # of a merge
    Column("awaits", Text),  # the account that an unlinked record belongs to
    Column("reason", Text),
    Column("errors", JSONB, nullable=False, server_default=text("'[]'")),
    refers("connection_id", "crm_connections", ondelete="CASCADE"),
    CheckConstraint(f"object IN {OBJECTS}", name="object"),
    CheckConstraint(f"state IN {RECORD_STATES}", name="state"),
    key=("connection_id", "object", "external_id"),
)
tenant_index("crm_records", crm_records.c.connection_id, crm_records.c.awaits, where=crm_records.c.awaits.is_not(None))
tenant_index("crm_records", crm_records.c.connection_id, crm_records.c.state)

crm_syncs = tenant_table(
    "crm_syncs",
    Column("connection_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("objects", ARRAY(Text), nullable=False),
    Column("counts", JSONB, nullable=False, server_default=text("'{}'")),  # object -> what came of its records
    Column("checkpoint", JSONB, nullable=False, server_default=text("'{}'")),  # object -> where to go on
    Column("missed", JSONB, nullable=False, server_default=text("'[]'")),  # changes of which no webhook told
    Column("resumes_at", Instant),
    Column("finished_at", Instant),
    refers("id", "jobs"),
    refers("connection_id", "crm_connections", ondelete="CASCADE"),
    CheckConstraint(f"kind IN {SYNC_KINDS}", name="kind"),
)
tenant_index("crm_syncs", crm_syncs.c.connection_id, crm_syncs.c.id)

# What was last written to the CRM's account records, so that only changes are written and our own echo is known.
crm_writes = tenant_table(
    "crm_writes",
    Column("connection_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("values", JSONB, nullable=False),  # the CRM's field -> what we wrote, or tried to
    Column("result", Text, nullable=False),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    Column("written_at", Instant),
    refers("connection_id", "crm_connections", ondelete="CASCADE"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    CheckConstraint("result IN ('written', 'refused', 'failed')", name="result"),
    key=("connection_id", "account_id"),
)
tenant_index("crm_writes", crm_writes.c.connection_id, crm_writes.c.external_id)
crm_writes.info["merging"] = "stays"  # it tells of one record of the CRM, whatever account stands for it later
