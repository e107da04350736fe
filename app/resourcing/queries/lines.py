"""The SQL of what was used of what was due: a line per account, resource and period, for whoever sums them up.

What an account was entitled to changes from day to day: the days are cut where a statement begins or ends, in each part
the greatest of what tier and agreements bring counts, with exceptions on top, and parts add up by their days. Where one
statement holds all the while, as mostly, there is nothing to cut.

Parameters of every statement made with it: tenant_id, from_on (the first day), until_on (the day after the last), and
account_ids where it is of named accounts.
"""

from collections.abc import Mapping
from typing import Final, Literal

# Of every account, of those named, or of those whose resources were ever rated.
Whose = Literal["all", "named", "rated"]
_WHOSE: Mapping[Whose, str] = {
    "all": "",
    "named": "AND {0}.account_id = ANY(CAST(:account_ids AS uuid[]))",
    "rated": "AND {0}.account_id IN (SELECT account_id FROM resource_ratings WHERE tenant_id = :tenant_id)",
}
_FROM, _UNTIL = "CAST(:from_on AS date)", "CAST(:until_on AS date)"
# An account that is removed, or merged into another, is entitled to nothing from that day on.
_GONE = "CAST(a.removed_at AT TIME ZONE 'UTC' AS date)"
# Calendar quarters, the first and the last cut where the days begin and end.
QUARTERS: Final = f"""
    SELECT CAST(q AS date) AS quarter, greatest(CAST(q AS date), {_FROM}) AS b,
           least(CAST(q + INTERVAL '3 months' AS date), {_UNTIL}) AS e,
           CAST(q + INTERVAL '3 months' AS date) - CAST(q AS date) AS days
    FROM generate_series(date_trunc('quarter', CAST({_FROM} AS timestamp)), CAST({_UNTIL} - 1 AS timestamp),
                         INTERVAL '3 months') q"""
# The days as one period, in which a quarter's worth is due.
WHOLE: Final = f"SELECT {_FROM} AS quarter, {_FROM} AS b, {_UNTIL} AS e, {_UNTIL} - {_FROM} AS days"


def lines(periods: str, whose: Whose) -> str:
    """The beginning of a statement, up to the table `lines`: account_id, resource_id, quarter, entitled, used.

    `quarter` is the first day of the period; both amounts are in the resource's unit, and 0 where there is none.
    """
    return f"""
WITH periods AS MATERIALIZED ({periods}),
held AS MATERIALIZED (
    SELECT s.account_id, s.resource_id, s.basis, s.quantity, greatest(s.from_on, {_FROM}) AS b,
           least(s.until_on, {_GONE}, {_UNTIL}) AS e,
           count(*) OVER (PARTITION BY s.account_id, s.resource_id) AS statements
    FROM account_entitlements s JOIN accounts a ON a.tenant_id = :tenant_id AND a.id = s.account_id
    WHERE s.tenant_id = :tenant_id {_WHOSE[whose].format("s")} AND s.from_on < {_UNTIL}
      AND (s.until_on IS NULL OR (s.until_on > {_FROM} AND s.until_on > s.from_on))
      AND (a.removed_at IS NULL OR {_GONE} > greatest(s.from_on, {_FROM}))),
edges AS (
    SELECT account_id, resource_id, b AS day FROM held WHERE statements > 1
    UNION SELECT account_id, resource_id, e FROM held WHERE statements > 1),
parts AS (
    SELECT account_id, resource_id, day AS b,
           lead(day) OVER (PARTITION BY account_id, resource_id ORDER BY day) AS e
    FROM edges),
given AS (
    SELECT account_id, resource_id, b, e, quantity FROM held WHERE statements = 1
    UNION ALL
    SELECT p.account_id, p.resource_id, p.b, p.e,
           coalesce(max(h.quantity) FILTER (WHERE h.basis <> 'exception'), 0)
           + coalesce(sum(h.quantity) FILTER (WHERE h.basis = 'exception'), 0)
    FROM parts p JOIN held h USING (account_id, resource_id)
    WHERE h.b <= p.b AND h.e >= p.e
    GROUP BY p.account_id, p.resource_id, p.b, p.e),
due AS (
    SELECT g.account_id, g.resource_id, p.quarter,
           sum(g.quantity * CAST(least(g.e, p.e) - greatest(g.b, p.b) AS float8) / p.days) AS entitled
    FROM given g JOIN periods p ON g.b < p.e AND g.e > p.b
    GROUP BY g.account_id, g.resource_id, p.quarter),
taken AS (
    SELECT u.account_id, u.resource_id, p.quarter, sum(u.quantity) AS used
    FROM periods p JOIN usage_entries u ON u.used_on >= p.b AND u.used_on < p.e
    WHERE u.tenant_id = :tenant_id AND u.used_on >= {_FROM} AND u.used_on < {_UNTIL} {_WHOSE[whose].format("u")}
    GROUP BY u.account_id, u.resource_id, p.quarter),
lines AS MATERIALIZED (
    SELECT account_id, resource_id, quarter, coalesce(d.entitled, 0) AS entitled, coalesce(t.used, 0) AS used
    FROM due d FULL JOIN taken t USING (account_id, resource_id, quarter))"""
