"""SQL of the three motions of revenue: which deals renew, which deepen and which open doors.

What was bought before its window began decides the motion of a deal. Deals that name no buying center, or no offering,
are together one, as they are for gross retention.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Float, Integer, Select, Text, Uuid, column, select

from app.health.queries.deals import chances, priced_deals
from app.metrics.families.reading import Reading, Table, typed

# Spans: won in the period, won in the one of the same length before, and open when the period ends.
# Motions: continuation, cross_sell, expansion; see app.health.core.motions.
ID, CLOSED_ON, CREATED_ON, AMOUNT = (
    column("id", Uuid), column("closed_on", Date), column("created_on", Date), column("amount", Float),
)  # fmt: skip
_NAMED = (
    column("span", Integer), column("motion", Integer),
    column("name", Text), column("stage", Text), column("buying_center_id", Uuid), column("buying_center_name", Text),
    column("offering_id", Uuid), column("offering_name", Text),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Windows:
    """The days after `after`, up to the reading's day; and the days after `before`, up to `after`."""

    after: date
    before: date

    def parameters(self) -> dict[str, Any]:
        return {"after": self.after, "before": self.before}


def classified(reading: Reading) -> str:
    """The deals of both windows and the open ones, each with its span and its motion."""
    after, before = "CAST(:after AS date)", "CAST(:before AS date)"
    # An open deal has no close, so the first of a cell is that of its first win. One sort serves both windows.
    place, thing = "coalesce(d.buying_center_id, d.account_id)", "coalesce(d.offering_id, d.account_id)"
    return f"""
        SELECT s.*, CASE WHEN s.cell_bought_on <= s.since THEN 0 WHEN s.place_bought_on <= s.since THEN 1 ELSE 2 END
                    AS motion
        FROM (
            SELECT p.*, CASE WHEN p.status = 'open' THEN 2 WHEN p.closed_on > {after} THEN 0 ELSE 1 END AS span,
                   CASE WHEN p.status = 'open' THEN :as_of WHEN p.closed_on > {after} THEN {after} ELSE {before} END
                       AS since
            FROM (
                SELECT d.*, min(d.closed_on) OVER (PARTITION BY d.account_id, {place}, {thing}) AS cell_bought_on,
                       min(d.closed_on) OVER (PARTITION BY d.account_id, {place}) AS place_bought_on
                FROM ({priced_deals(reading)}) d WHERE d.status <> 'lost'
            ) p
        ) s WHERE s.status = 'open' OR s.closed_on > {before}"""


async def sums(reading: Reading, windows: Windows) -> Table:
    """By account, span and motion: how many deals there are, how many have an amount, and Σ of these."""
    statement = f"""
        SELECT c.account_id, c.span, c.motion, count(*) AS deals, count(c.worth) AS counted, sum(c.worth) AS worth
        FROM ({classified(reading)}) c GROUP BY c.account_id, c.span, c.motion"""
    columns = ("span:int2", "motion:int2", "deals", "counted", "worth")
    return await reading.table(statement, columns, **windows.parameters(), **chances(reading))


def listed(reading: Reading, windows: Windows, *, motion: int | None, span: int | None) -> Select[Any]:
    """The deals of the period and the open ones, by name."""
    statement = f"""
        SELECT c.id, o.name, c.stage, c.created_on, c.closed_on, c.span, c.motion, CAST(c.worth AS float8) AS amount,
               c.buying_center_id, b.name AS buying_center_name, c.offering_id, f.name AS offering_name
        FROM ({classified(reading)}) c
        JOIN opportunities o ON o.tenant_id = :tenant_id AND o.id = c.id
        LEFT JOIN buying_centers b ON b.tenant_id = :tenant_id AND b.id = c.buying_center_id
        LEFT JOIN offerings f ON f.tenant_id = :tenant_id AND f.id = c.offering_id
        WHERE c.span <> 1"""
    given = {**reading.parameters(), **windows.parameters(), **chances(reading)}
    columns = (ID, CREATED_ON, CLOSED_ON, AMOUNT, *_NAMED)
    found = select(*columns).select_from(typed(statement).bindparams(**given).columns(*columns).subquery())
    if motion is not None:
        found = found.where(column("motion", Integer) == motion)
    return found if span is None else found.where(column("span", Integer) == span)
