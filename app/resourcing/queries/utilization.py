"""SQL of utilization: what accounts used of what was due to them, what that cost, and what it is worth to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.resourcing.core.utilization import FULL, PARTIAL, TOLERANCE, Grouping
from app.resourcing.queries.lines import QUARTERS, WHOLE, Whose, lines

SHELF_LIFE_DAYS: Final = 365
_BY: Mapping[Grouping, str] = {
    "account": "CAST(l.account_id AS text)",
    "resource": "CAST(l.resource_id AS text)",
    "function": "r.function",
    "kind": "r.kind",
    "tier": "t.tier",
    "quarter": "CAST(l.quarter AS text)",
}
_TIERS = """LEFT JOIN (
        SELECT DISTINCT ON (s.account_id) s.account_id, s.basis_name AS tier FROM account_entitlements s
        WHERE s.tenant_id = :tenant_id AND s.basis = 'tier' AND s.from_on < CAST(:until_on AS date)
          AND (s.until_on IS NULL OR s.until_on >= CAST(:until_on AS date))
        ORDER BY s.account_id, s.from_on DESC, s.id DESC) t ON t.account_id = l.account_id"""
_PRICES = """LEFT JOIN unnest(CAST(:priced AS uuid[]), CAST(:prices AS float8[])) c(resource_id, price)
        ON c.resource_id = l.resource_id"""
_VALUES = f"""
    SELECT account_id, resource_id, avg(value) AS value, count(*) AS ratings FROM (
        SELECT DISTINCT ON (g.account_id, g.resource_id, g.contact_id) g.account_id, g.resource_id, g.value
        FROM resource_ratings g
        WHERE g.tenant_id = :tenant_id AND g.rated_on < CAST(:until_on AS date)
          AND g.rated_on >= CAST(:until_on AS date) - {SHELF_LIFE_DAYS} {{scope}}
        ORDER BY g.account_id, g.resource_id, g.contact_id, g.rated_on DESC, g.id DESC) latest
    GROUP BY account_id, resource_id"""


@dataclass(frozen=True, slots=True)
class Span:
    """Whose days are looked at: from the first to the last, both included."""

    tenant_id: TenantId
    from_on: date
    to_on: date
    account_id: AccountId | None = None

    def parameters(self) -> dict[str, Any]:
        shared = {
            "tenant_id": self.tenant_id,
            "from_on": self.from_on,
            "until_on": self.to_on + timedelta(days=1),
        }
        return shared if self.account_id is None else shared | {"account_ids": [self.account_id]}


@lru_cache
def _summed(by: Grouping, whose: Whose) -> TextClause:
    return text(f"""{lines(QUARTERS, whose)},
sized AS (
    SELECT {_BY[by]} AS part, l.account_id, l.resource_id, l.used, l.entitled, c.price,
           CASE WHEN l.entitled > 0 THEN least(l.used / l.entitled, 1) END AS share
    FROM lines l JOIN resources r ON r.tenant_id = :tenant_id AND r.id = l.resource_id {_PRICES}
    {_TIERS if by == "tier" else ""}),
each AS (
    SELECT grouping(part) AS whole, part, account_id, resource_id, count(share) AS lines, sum(share) AS shares,
           count(*) FILTER (WHERE share >= {FULL - TOLERANCE}) AS filled,
           count(*) FILTER (WHERE share >= {PARTIAL - TOLERANCE} AND share < {FULL - TOLERANCE}) AS partial,
           count(*) FILTER (WHERE share > 0 AND share < {PARTIAL - TOLERANCE}) AS low,
           count(*) FILTER (WHERE share = 0) AS unused,
           count(*) FILTER (WHERE used > entitled + {TOLERANCE}) AS overused,
           count(*) FILTER (WHERE price IS NULL) AS unpriced,
           sum(used) AS used, sum(entitled) AS entitled, sum(greatest(used - entitled, 0)) AS beyond,
           sum(price * entitled) AS entitled_cost, sum(price * used) AS used_cost,
           sum(price * greatest(entitled - used, 0)) AS wasted_cost,
           sum(price * greatest(used - entitled, 0)) AS overused_cost
    FROM sized GROUP BY GROUPING SETS ((part, account_id, resource_id), (account_id, resource_id)))
SELECT whole, part, count(DISTINCT account_id) FILTER (WHERE lines > 0) AS accounts,
       count(DISTINCT account_id) FILTER (WHERE lines > 0)
       - count(DISTINCT account_id) FILTER (WHERE lines > 0 AND used < {FULL} * entitled - {TOLERANCE})
           AS full_accounts,
       sum(lines) AS lines, sum(shares) / nullif(sum(lines), 0) AS utilization,
       sum(filled) AS filled, sum(partial) AS partial, sum(low) AS low, sum(unused) AS unused,
       sum(overused) AS overused, sum(unpriced) AS unpriced,
       sum(used) AS used, sum(entitled) AS entitled, sum(beyond) AS beyond,
       coalesce(sum(entitled_cost), 0) AS entitled_cost, coalesce(sum(used_cost), 0) AS used_cost,
       coalesce(sum(wasted_cost), 0) AS wasted_cost, coalesce(sum(overused_cost), 0) AS overused_cost
FROM each GROUP BY whole, part ORDER BY wasted_cost DESC, part""")


async def summed(
    connection: AsyncConnection, span: Span, by: Grouping, prices: Mapping[UUID, float]
) -> Sequence[RowMapping]:
    """A row per group, the most wasteful first, and one of the whole (`whole` is 1); one statement."""
    values = span.parameters() | {"priced": list(prices), "prices": list(prices.values())}
    statement = _summed(by, "all" if span.account_id is None else "named")
    return (await connection.execute(statement, values)).mappings().all()


@lru_cache
def _valued(whose: Whose) -> TextClause:
    scope = "AND g.account_id = ANY(CAST(:account_ids AS uuid[]))" if whose == "named" else ""
    return text(f"""{lines(QUARTERS, whose)},
sized AS (
    SELECT l.account_id, l.resource_id,
           avg(CASE WHEN l.entitled > 0 THEN least(l.used / l.entitled, 1) END) AS utilization,
           sum(c.price * l.entitled) AS cost
    FROM lines l {_PRICES} GROUP BY l.account_id, l.resource_id)
SELECT v.account_id, v.resource_id, CAST(v.value AS float8) AS value, v.ratings, s.utilization, s.cost
FROM ({_VALUES.format(scope=scope)}) v LEFT JOIN sized s USING (account_id, resource_id)""")


async def valued(connection: AsyncConnection, span: Span, prices: Mapping[UUID, float]) -> Sequence[RowMapping]:
    """A row per account and resource that the customer rated within a year of the last day."""
    values = span.parameters() | {"priced": list(prices), "prices": list(prices.values())}
    statement = _valued("rated" if span.account_id is None else "named")
    return (await connection.execute(statement, values)).mappings().all()


_OF_ACCOUNT = text(f"""{lines(WHOLE, "named")}
SELECT coalesce(l.resource_id, v.resource_id) AS resource_id, coalesce(l.used, 0) AS used,
       coalesce(l.entitled, 0) AS entitled, CAST(v.value AS float8) AS value
FROM lines l FULL JOIN ({_VALUES.format(scope="AND g.account_id = ANY(CAST(:account_ids AS uuid[]))")}) v
  ON v.account_id = l.account_id AND v.resource_id = l.resource_id""")


async def of_account(connection: AsyncConnection, span: Span) -> dict[UUID, RowMapping]:
    """By resource: what the account used in the days as one period, what was due in them, what it is worth to it."""
    found = await connection.execute(_OF_ACCOUNT, span.parameters())
    return {row["resource_id"]: row for row in found.mappings()}


_ANY = text(
    "SELECT EXISTS (SELECT FROM usage_entries u WHERE u.tenant_id = :tenant_id AND u.used_on < CAST(:until_on AS date))"
)


async def recorded(connection: AsyncConnection, span: Span) -> bool:
    """Whether the organization recorded any usage at all by the last day."""
    values = {"tenant_id": span.tenant_id, "until_on": span.to_on + timedelta(days=1)}
    return bool(await connection.scalar(_ANY, values))
