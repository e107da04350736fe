"""B9: the accountability report of a whole portfolio over a year: over HTTP, authenticated, under its policies."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial

import asyncpg

from benchmarks import facts
from benchmarks.figures import Figure, duration, medians
from benchmarks.ground import Ground
from benchmarks.load import request
from benchmarks.one_request import body_of

_FILLED = ("resources", "account_entitlements", "commitments", "usage_entries", "roadblocks")
# Five entitlements, eight commitments and twenty uses each; a roadblock for every fifth account.
_FILL = (
    """INSERT INTO resources (tenant_id, id, code, name, kind, function, unit, unit_cost, currency)
       SELECT $1, gen_random_uuid(), 'R' || n, 'Resource ' || n, 'other',
              (ARRAY['service', 'product', 'operations', 'finance'])[1 + n % 4], 'days', 100 * n, 'USD'
       FROM generate_series(1, 8) n""",
    """INSERT INTO account_entitlements (tenant_id, id, account_id, resource_id, quantity, from_on, basis, basis_name)
       SELECT $1, gen_random_uuid(), a.id, r.id, 2 + abs(hashtext(a.name)) % 9, current_date - 400, 'tier', 'tier_1'
       FROM accounts a CROSS JOIN (SELECT id, row_number() OVER (ORDER BY code) AS n FROM resources
                                   WHERE tenant_id = $1) r
       WHERE a.tenant_id = $1 AND r.n <= 5""",
    """INSERT INTO commitments (tenant_id, id, account_id, resource_id, quantity, due_on, expected_outcome, channel,
                                state, requested_on, answered_on, accepted_on, delivered_on)
       SELECT $1, gen_random_uuid(), a.id, r.ids[1 + (a.h + n) % 8], 1 + (a.h + n) % 5, current_date - d.days,
              'Uptime', CASE WHEN (a.h + n) % 3 = 0 THEN 'personal_relationship' ELSE 'defined_process' END, d.state,
              current_date - d.days - 30, current_date - d.days - 30 + (a.h + n) % 12, current_date - d.days - 15,
              CASE WHEN d.state = 'delivered' THEN current_date - d.days + (a.h + n) % 7 - 3 END
       FROM (SELECT id, abs(hashtext(name)) AS h FROM accounts WHERE tenant_id = $1) a
       CROSS JOIN (SELECT array_agg(id ORDER BY code) AS ids FROM resources WHERE tenant_id = $1) r
       CROSS JOIN generate_series(1, 8) n
       CROSS JOIN LATERAL (SELECT 5 + (a.h + 41 * n) % 340 AS days,
                                  CASE WHEN (a.h + n) % 5 = 0 THEN 'accepted' ELSE 'delivered' END AS state) d""",
    """INSERT INTO usage_entries (tenant_id, id, account_id, resource_id, quantity, used_on)
       SELECT $1, gen_random_uuid(), a.id, r.ids[1 + (a.h + n) % 5], 0.5 + (a.h + n) % 3, current_date - (17 * n) % 360
       FROM (SELECT id, abs(hashtext(name)) AS h FROM accounts WHERE tenant_id = $1) a
       CROSS JOIN (SELECT array_agg(id ORDER BY code) AS ids FROM resources WHERE tenant_id = $1) r
       CROSS JOIN generate_series(1, 20) n""",
    """INSERT INTO roadblocks (tenant_id, id, account_id, kind, function, severity, title, opened_on, due_on)
       SELECT $1, gen_random_uuid(), id, 'capacity', 'service', 'high', 'Nobody free', current_date - 60,
              current_date - 53 FROM accounts WHERE tenant_id = $1 AND abs(hashtext(name)) % 5 = 0""",
)
# The figures by function, asked once, by the role's owner, whom no policy binds: what was asked, promised and kept;
# what was due, used and wasted, quarter by quarter and by days; what stands in the way.
_QUERY = """
    WITH quarters AS (
        SELECT q::date AS quarter, greatest(q::date, $2) AS a, least((q + interval '3 months')::date, $3) AS b,
               ((q + interval '3 months')::date - q::date) AS days
        FROM generate_series(date_trunc('quarter', $2::date), $3::date - 1, interval '3 months') q),
    uses AS (
        SELECT account_id, resource_id, date_trunc('quarter', used_on)::date AS quarter, sum(quantity) AS used
        FROM usage_entries WHERE tenant_id = $1 AND used_on >= $2 AND used_on < $3 GROUP BY 1, 2, 3),
    lines AS (
        SELECT e.resource_id, coalesce(u.used, 0) AS used,
               e.quantity * (least(q.b, coalesce(e.until_on, q.b)) - greatest(q.a, e.from_on)) / q.days::float AS due
        FROM account_entitlements e
        JOIN quarters q ON e.from_on < q.b AND coalesce(e.until_on, 'infinity') > q.a
        LEFT JOIN uses u USING (account_id, resource_id, quarter)
        WHERE e.tenant_id = $1),
    costs AS (
        SELECT r.function, sum(r.unit_cost * due::numeric) AS entitled, sum(r.unit_cost * used::numeric) AS used,
               sum(r.unit_cost * greatest(due - used, 0)::numeric) AS wasted
        FROM lines l JOIN resources r ON r.tenant_id = $1 AND r.id = l.resource_id GROUP BY 1),
    promises AS (
        SELECT r.function, count(*) AS requested, count(c.accepted_on) AS accepted,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY c.answered_on - c.requested_on) AS response_days,
               count(*) FILTER (WHERE c.due_on < current_date AND c.accepted_on IS NOT NULL) AS fell_due,
               count(*) FILTER (WHERE c.delivered_on <= c.due_on) AS kept,
               count(*) FILTER (WHERE c.state = 'missed') AS missed,
               count(*) FILTER (WHERE c.state = 'accepted' AND c.due_on < current_date) AS overdue,
               sum(r.unit_cost * c.quantity::numeric) FILTER (WHERE c.accepted_on IS NOT NULL) AS committed
        FROM commitments c JOIN resources r ON r.tenant_id = $1 AND r.id = c.resource_id
        WHERE c.tenant_id = $1 AND c.due_on >= $2 GROUP BY 1),
    blocks AS (
        SELECT function, count(*) FILTER (WHERE state <> 'resolved') AS open,
               count(*) FILTER (WHERE state <> 'resolved' AND due_on < current_date) AS breached
        FROM roadblocks WHERE tenant_id = $1 GROUP BY 1)
    SELECT * FROM promises FULL JOIN costs USING (function) FULL JOIN blocks USING (function)
"""


def accountability(ground: Ground, port: int, *, accounts: int, repetitions: int) -> list[Figure]:
    """B9, the part of resourcing, on accounts that are there: one report, and one query of its figures, in turn.

    A report takes seconds where a page takes milliseconds: each repetition is a single one.
    """
    ground.owning(lambda connection: _fill(connection, ground))
    asked = request("GET", "/v1/resourcing/accountability?group_by=function", key=ground.key)
    found = medians(
        {
            "ours": lambda: asyncio.run(_seconds_for(partial(body_of, port, asked))),
            "query": lambda: ground.owning(partial(_seconds_of_query, ground)),
        },
        repetitions,
    )
    name = f"B9 GET /v1/resourcing/accountability of {accounts:,} accounts, beside one query of its figures"
    return [duration(name, found["ours"], found["query"], 3)]


async def _fill(connection: asyncpg.Connection, ground: Ground) -> None:
    async with connection.transaction():
        await connection.execute(facts.UNCHECKED)
        for statement in _FILL:
            await connection.execute(statement, ground.tenant_id, timeout=600)
    await connection.execute(f"VACUUM ANALYZE {', '.join(_FILLED)}", timeout=600)


async def _seconds_of_query(ground: Ground, connection: asyncpg.Connection) -> float:
    today = date.today()  # noqa: DTZ011  # the database's own, which is here
    year = today - timedelta(days=364), today + timedelta(days=1)
    return await _seconds_for(partial(connection.fetch, _QUERY, ground.tenant_id, *year))


async def _seconds_for(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await ask()
    return time.perf_counter() - began
