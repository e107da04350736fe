"""SQL of accountability: what was asked for, promised, kept, used and in the way, for all groups in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.resourcing.core.accountability import ADDED, MEDIANS, AccountabilityGrouping
from app.resourcing.queries.lines import QUARTERS, lines
from app.resourcing.queries.promises import (
    ASKED,
    FELL_DUE,
    HELP_DAYS,
    IN_TIME,
    PROMISED,
    RESPONSE_DAYS,
)

# What a row is put under: its own column, or who led its function on the day by which it counts.
_BY: Final[Mapping[AccountabilityGrouping, str]] = {
    "function": "{0}.function",
    "leader": "CAST(led.user_id AS text)",
    "account": "CAST({0}.account_id AS text)",
    "resource": "CAST({0}.resource_id AS text)",
}
_LEADS: Final = """leads AS MATERIALIZED (
    SELECT function, user_id, from_on AS b,
           coalesce(lead(from_on) OVER (PARTITION BY function ORDER BY from_on), 'infinity') AS e
    FROM function_leaders WHERE tenant_id = :tenant_id)"""
_LED: Final = "LEFT JOIN leads led ON led.function = {0}.function AND {1} >= led.b AND {1} < led.e"
_PRICED: Final = """LEFT JOIN unnest(CAST(:priced AS uuid[]), CAST(:prices AS float8[])) m(resource_id, price)
        ON m.resource_id = {0}.resource_id"""
_FROM, _UNTIL = "CAST(:from_on AS date)", "CAST(:until_on AS date)"
_LAST: Final = f"{_UNTIL} - 1"


@dataclass(frozen=True, slots=True)
class _Counted:
    """One kind of row: what is counted of them, where they are found, their alias, and the day by which they count."""

    sums: str
    rows: str
    row: str
    day: str

    def by(self, grouping: AccountabilityGrouping) -> str:
        """The sums by group and in all; rows that belong to no group are put under the empty text."""
        part = _BY[grouping].format(self.row)
        led = _LED.format(self.row, self.day) if grouping == "leader" else ""
        return f"""SELECT grouping({part}) AS whole, coalesce({part}, '') AS part, {self.sums}
    FROM {self.rows} {led} GROUP BY GROUPING SETS (({part}), ())"""


_COUNTED: Final[Mapping[str, _Counted]] = {
    "requests": _Counted(
        f"""count(*) AS requested, count(p.answered_on) AS answered, count(p.accepted_on) AS accepted,
       count(*) FILTER (WHERE p.state = 'declined') AS declined,
       count(*) FILTER (WHERE p.state = 'requested') AS unanswered,
       count(*) FILTER (WHERE p.channel = 'personal_relationship') AS personal,
       count(*) FILTER (WHERE p.plan_action_id IS NULL) AS unplanned,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY {RESPONSE_DAYS}) AS response_days,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY {HELP_DAYS}) AS help_days""",
        f"(SELECT * FROM promised p WHERE {ASKED}) p",
        "p",
        "p.requested_on",
    ),
    "dues": _Counted(
        f"""count(*) FILTER (WHERE {FELL_DUE}) AS fell_due,
       count(*) FILTER (WHERE {FELL_DUE} AND {IN_TIME}) AS kept,
       count(*) FILTER (WHERE {FELL_DUE} AND p.delivered_on > p.due_on) AS late,
       sum(p.delivered_on - p.due_on) FILTER (WHERE {FELL_DUE} AND p.delivered_on > p.due_on) AS late_days,
       count(*) FILTER (WHERE {FELL_DUE} AND p.state = 'missed') AS missed,
       sum(m.price * p.quantity) FILTER (WHERE p.to_come) AS committed_cost,
       count(*) FILTER (WHERE p.to_come AND m.price IS NULL) AS unpriced_promises""",
        f"(SELECT * FROM to_come p WHERE p.to_come OR ({FELL_DUE})) p {_PRICED.format('p')}",
        "p",
        "p.due_on",
    ),
    "late_now": _Counted(
        "count(*) AS overdue",
        "(SELECT * FROM promised p WHERE p.overdue) p",
        "p",
        "CAST(:today AS date)",
    ),
    # A quarter's waste is laid at the door of who led on its last day within the period.
    "costs": _Counted(
        """sum(m.price * l.entitled) AS entitled_cost, sum(m.price * l.used) AS used_cost,
       sum(m.price * greatest(l.entitled - l.used, 0)) AS wasted_cost,
       count(*) FILTER (WHERE m.price IS NULL) AS unpriced_lines""",
        f"(SELECT l.*, r.function FROM lines l JOIN resources r ON r.tenant_id = :tenant_id AND r.id = l.resource_id) l"
        f" {_PRICED.format('l')}",
        "l",
        f"least(CAST(l.quarter + INTERVAL '3 months' AS date), {_UNTIL}) - 1",
    ),
    # Roadblocks that stood in the way on one of the days at least; they count by who led on the last of them.
    "blocks": _Counted(
        f"""count(*) FILTER (WHERE b.opened_on >= {_FROM}) AS roadblocks_opened,
       count(*) FILTER (WHERE NOT b.stands) AS roadblocks_resolved,
       count(*) FILTER (WHERE b.stands) AS roadblocks_open,
       count(*) FILTER (WHERE b.stands AND b.due_on < {_LAST}) AS roadblocks_breached""",
        f"""(SELECT b.account_id, b.function, b.opened_on, b.due_on, c.resource_id,
            b.resolved_on IS NULL OR b.resolved_on >= {_UNTIL} AS stands, least(b.resolved_on, {_LAST}) AS day
     FROM roadblocks b LEFT JOIN commitments c ON c.tenant_id = :tenant_id AND c.id = b.commitment_id
     WHERE b.tenant_id = :tenant_id AND b.opened_on < {_UNTIL}
       AND (b.resolved_on IS NULL OR b.resolved_on >= {_FROM})) b""",
        "b",
        "b.day",
    ),
}
# Beside what was promised: whether it was to arrive within the days.
_TO_COME: Final = f"""to_come AS (
    SELECT p.*, p.due_on >= {_FROM} AND p.due_on < {_UNTIL}
           AND p.state IN ('accepted', 'delivered', 'missed') AS to_come
    FROM promised p)"""


@lru_cache
def _statement(by: AccountabilityGrouping) -> TextClause:
    sums = [name for name in ADDED if name != "unpriced"]
    return text(f"""{lines(QUARTERS, "all")},
{PROMISED}, {_LEADS}, {_TO_COME},
{", ".join(f"{name} AS ({counted.by(by)})" for name, counted in _COUNTED.items())}
SELECT whole, part, {", ".join(f"coalesce({name}, 0) AS {name}" for name in sums)},
       coalesce(unpriced_promises, 0) + coalesce(unpriced_lines, 0) AS unpriced, {", ".join(MEDIANS)}
FROM requests {" ".join(f"FULL JOIN {name} USING (whole, part)" for name in list(_COUNTED)[1:])}
ORDER BY coalesce(fell_due, 0) - coalesce(kept, 0) DESC, coalesce(overdue, 0) DESC, coalesce(wasted_cost, 0) DESC,
         part""")


async def counted(  # which days, as known when, put under what, at which prices
    connection: AsyncConnection,
    tenant_id: TenantId,
    days: tuple[date, date],
    today: date,
    by: AccountabilityGrouping,
    prices: Mapping[UUID, float],
) -> Sequence[RowMapping]:
    """A row per group (`part`, empty where there is none) and one of the whole (`whole` is 1), the worst kept first."""
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "from_on": days[0],
        "until_on": days[1] + timedelta(days=1),
        "today": today,
        "priced": list(prices),
        "prices": list(prices.values()),
    }
    return (await connection.execute(_statement(by), values)).mappings().all()
