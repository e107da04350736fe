"""Invented facts of many accounts, made inside the database by its owner: deals, ratings and a small catalogue."""

from typing import Any
from uuid import UUID

import asyncpg

METRICS = (
    "goal_fit", "willingness_to_partner", "procurement_disposition", "strategic_importance",
    "customer_growth_outlook", "market_leadership", "switching_cost",
)  # fmt: skip

# What an account or a deal is, follows from its number, so that every run meets the same facts.
_STATEMENTS = (
    """INSERT INTO offerings (tenant_id, id, name, code, list_price, list_price_currency)
       SELECT $1, gen_random_uuid(), 'Offering ' || n, 'O' || n, 100 * n, 'USD' FROM generate_series(1, 12) n""",
    """INSERT INTO accounts (tenant_id, id, name, name_key, valid_from)
       SELECT $1, gen_random_uuid(), 'Account ' || n, 'account ' || n, now() - interval '4 years'
       FROM generate_series(1, $2::int) n""",
    """INSERT INTO ratings (tenant_id, id, account_id, metric, value, function, rated_on)
       SELECT $1, gen_random_uuid(), a.id, m.key, 1 + abs(hashtext(a.name || m.key)) % 5, 'sales', current_date - 30
       FROM accounts a CROSS JOIN unnest($2::text[]) AS m(key) WHERE a.tenant_id = $1""",
)
# All refers to what is there, as it is made from it: to look at every reference would take longer than to make them.
UNCHECKED = "SET LOCAL session_replication_role = replica"
_DEALS = """
    INSERT INTO opportunities (tenant_id, id, account_id, name, offering_id, amount, currency, stage, stage_entered_at,
                               status, probability, created_on, expected_close_on, closed_on, valid_from)
    SELECT $1, gen_random_uuid(), a.id, 'Deal ' || n, o.ids[1 + n % 12], 100 + (n * 7919::bigint) % 100000, 'USD',
           'Proposal',
           now(), kind.status, CASE WHEN kind.status = 'open' THEN (n % 10) / 10.0 END,
           current_date - 1200 + n % 700, CASE WHEN kind.status = 'open' THEN current_date + 30 END,
           CASE WHEN kind.status <> 'open' THEN current_date - 1200 + n % 700 + n % 500 END,
           now() - interval '2 years'
    FROM (SELECT id, row_number() OVER (ORDER BY id)::int AS number FROM accounts WHERE tenant_id = $1) a
    CROSS JOIN (SELECT array_agg(id) AS ids FROM offerings WHERE tenant_id = $1) o
    CROSS JOIN LATERAL generate_series(a.number * 31, a.number * 31 + $2::int - 1) AS n
    CROSS JOIN LATERAL (
        SELECT CASE WHEN n % 10 < 5 THEN 'won' WHEN n % 10 < 8 THEN 'lost' ELSE 'open' END AS status) kind
"""


async def make(connection: "asyncpg.Connection[Any]", tenant_id: UUID, *, accounts: int, deals_each: int) -> None:
    """Accounts with deals and ratings, and the statistics that autovacuum would have gathered by and by."""
    offerings, accounts_, ratings = _STATEMENTS
    async with connection.transaction():
        await connection.execute(UNCHECKED)
        await connection.execute(offerings, tenant_id)
        await connection.execute(accounts_, tenant_id, accounts)
        await connection.execute(ratings, tenant_id, list(METRICS))
        await connection.execute(_DEALS, tenant_id, deals_each, timeout=600)
    await connection.execute("VACUUM ANALYZE offerings, accounts, ratings, opportunities", timeout=600)
