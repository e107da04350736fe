"""Rows of what there is to give: resources, their capacity, who leads a function, and who is entitled to how much."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, Text, UniqueConstraint, Uuid, text

from app.accounts.core.inheriting import by_days
from app.accounts.tables import FUNCTIONS, MONEY
from app.infra.rows import external_identity, refers, tenant_index, tenant_table

RESOURCE_KINDS = (
    "dedicated_manager", "subject_expert", "executive_access", "consulting", "proprietary_technology",
    "customer_success", "technical_expert", "project_manager", "data_analyst", "other",
)  # fmt: skip
BASES = ("tier", "level")
GRANT_BASES = ("tier", "level", "agreement", "exception")

# `capacity` is what there is in a quarter, where none is told for that quarter itself; NULL: there is no limit.
resources = tenant_table(
    "resources",
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("function", Text, nullable=False),  # that owns it
    Column("unit", Text, nullable=False),
    Column("unit_cost", MONEY),
    Column("currency", Text),
    Column("capacity", Float),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    *external_identity(),
    UniqueConstraint("tenant_id", "code"),
    CheckConstraint(f"kind IN {RESOURCE_KINDS}", name="kind"),
    CheckConstraint(f"function IN {FUNCTIONS}", name="function"),
    CheckConstraint("(unit_cost IS NULL) = (currency IS NULL)", name="unit_cost_is_money"),
    CheckConstraint("unit_cost >= 0", name="unit_cost_not_negative"),
    CheckConstraint("capacity >= 0", name="capacity_not_negative"),
)

# `quarter` is its first day.
resource_capacities = tenant_table(
    "resource_capacities",
    Column("resource_id", Uuid, nullable=False),
    Column("quarter", Date, nullable=False),
    Column("capacity", Float, nullable=False),
    refers("resource_id", "resources", ondelete="CASCADE"),
    CheckConstraint("capacity >= 0", name="capacity_not_negative"),
    CheckConstraint("quarter = date_trunc('quarter', quarter)::date", name="quarter"),
    key=("resource_id", "quarter"),
)

# Who leads a function from a day on; the leader of `executive` is the last rung of every ladder.
function_leaders = tenant_table(
    "function_leaders",
    Column("function", Text, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("user_id", Uuid, nullable=False),
    refers("user_id", "users"),
    CheckConstraint(f"function IN {FUNCTIONS}", name="function"),
    key=("function", "from_on"),
)

# What a tier or a partnership level brings, per quarter.
entitlement_rules = tenant_table(
    "entitlement_rules",
    Column("resource_id", Uuid, nullable=False),
    Column("basis", Text, nullable=False),
    Column("name", Text, nullable=False),  # of the tier, or of the level
    Column("quantity", Float, nullable=False),
    refers("resource_id", "resources", ondelete="CASCADE"),
    CheckConstraint(f"basis IN {BASES}", name="basis"),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    key=("resource_id", "basis", "name"),
)

# What an account was entitled to, per quarter, from a day until another (not included); NULL: until further notice.
# One statement of a resource holds at a time. `basis_name`: the tier or level that it came with.
account_entitlements = tenant_table(
    "account_entitlements",
    Column("account_id", Uuid, nullable=False),
    Column("resource_id", Uuid, nullable=False),
    Column("quantity", Float, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date),
    Column("basis", Text, nullable=False),
    Column("basis_name", Text),
    Column("calibration_id", Uuid),
    Column("reason", Text),
    Column("user_id", Uuid),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("resource_id", "resources"),
    refers("calibration_id", "calibrations"),
    refers("user_id", "users"),
    CheckConstraint(f"basis IN {GRANT_BASES}", name="basis"),
    CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    CheckConstraint("from_on <= until_on", name="order"),
)
account_entitlements.info["merging"] = by_days(
    "entitlements", lambda row, on: row["until_on"] is None or row["until_on"] > on, key=("basis",), ended=True
)
tenant_index("account_entitlements", account_entitlements.c.account_id, account_entitlements.c.resource_id)
