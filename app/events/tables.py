"""Rows of events, written in the transaction of the change that they tell of, and of who is told of them how."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
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

ENDPOINT_STATES = ("enabled", "disabled")
# by_hand: somebody did; gone: it answered 410; failing: for days it did nothing but fail.
DISABLED_REASONS = ("by_hand", "gone", "failing")
# waiting: an attempt is due at a time; exhausted: the last one that there is has failed; dropped: its endpoint was
# disabled while it waited. All but waiting are the end, until somebody asks for it again.
DELIVERY_STATES = ("waiting", "delivered", "exhausted", "dropped")

# Never changed but for their sequence, which they get once, when they are given out to those who listen.
events = tenant_table(
    "events",
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),  # the kind of thing that it is about
    Column("subject_id", Uuid, nullable=False),
    Column("account_id", Uuid),  # whose matter it is; none where it is the organization's
    Column("sequence", BigInteger),  # one up with each event of the account; none until it was given out
    Column("data", JSONB, nullable=False),
)
tenant_index("events", events.c.type, events.c.id)
tenant_index("events", events.c.subject_id, events.c.id)
tenant_index("events", events.c.created_at, events.c.id)
tenant_index("events", events.c.account_id, events.c.sequence)
tenant_index("events", events.c.id, where=events.c.sequence.is_(None))

webhook_endpoints = tenant_table(
    "webhook_endpoints",
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=text("''")),
    Column("event_types", ARRAY(Text), nullable=False),  # `warning.opened`, `warning.*`, `*`
    Column("state", Text, nullable=False, server_default=text("'enabled'")),
    Column("disabled_reason", Text),
    Column("disabled_at", Instant),
    Column("secrets", LargeBinary, nullable=False),  # sealed: the present one, and the one before until a time
    Column("failing_since", Instant),  # the first failure after the last success
    Column("last_success_at", Instant),
    CheckConstraint(f"state IN {ENDPOINT_STATES}", name="state"),
    CheckConstraint(f"disabled_reason IN {DISABLED_REASONS}", name="disabled_reason"),
    CheckConstraint("(state = 'disabled') = (disabled_reason IS NOT NULL)", name="disabled_for_a_reason"),
)

webhook_deliveries = tenant_table(
    "webhook_deliveries",
    Column("endpoint_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),  # ever made
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),  # made since it was last asked for
    Column("due_at", Instant, nullable=False),
    Column("claimed_until", Instant),  # by who sends it now
    Column("last_status", SmallInteger),
    Column("last_failure", Text),
    Column("delivered_at", Instant),
    refers("endpoint_id", "webhook_endpoints", ondelete="CASCADE"),
    refers("event_id", "events"),
    UniqueConstraint("tenant_id", "endpoint_id", "event_id"),
    CheckConstraint(f"state IN {DELIVERY_STATES}", name="state"),
)
tenant_index(
    "webhook_deliveries",
    webhook_deliveries.c.endpoint_id,
    webhook_deliveries.c.due_at,
    webhook_deliveries.c.event_id,  # so that the next ones are found in order, however many are due
    where=webhook_deliveries.c.state == "waiting",
)
tenant_index("webhook_deliveries", webhook_deliveries.c.event_id)
tenant_index("webhook_deliveries", webhook_deliveries.c.created_at, webhook_deliveries.c.id)
tenant_index(
    "webhook_deliveries", webhook_deliveries.c.endpoint_id, webhook_deliveries.c.created_at, webhook_deliveries.c.id
)

# Appended, and never changed.
webhook_attempts = tenant_table(
    "webhook_attempts",
    Column("delivery_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("status", SmallInteger),  # none where no answer came
    Column("failure", Text),  # none where it was taken
    ForeignKeyConstraint(
        ["tenant_id", "delivery_id"], ["webhook_deliveries.tenant_id", "webhook_deliveries.id"], ondelete="CASCADE"
    ),
    key=("delivery_id", "number"),
)
