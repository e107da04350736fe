"""SQL of the signs of how functions work together for an account, as they were known at the end of a day."""

from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId

# Whose help a request for them is: people who know something, not access or technology.
SPECIALISTS: Final = ("subject_expert", "technical_expert", "consulting", "data_analyst", "project_manager")
SHARED_SUCCESS: Final = "shared_success"

_HELP: Final = """
SELECT count(*) AS requests,
       array_agg(coalesce(h.helped_on, CAST(:day AS date)) - h.requested_on) FILTER (WHERE h.waits) AS waits,
       array_agg(h.helped_on IS NOT NULL) FILTER (WHERE h.waits) AS helped
FROM (
    SELECT c.requested_on, NOT (c.state = 'withdrawn' AND c.closed_on <= :day) AS waits,
           least((SELECT min(u.used_on) FROM usage_entries u
                  WHERE u.tenant_id = :tenant_id AND u.account_id = c.account_id AND u.commitment_id = c.id
                    AND u.used_on <= :day),
                 CASE WHEN c.delivered_on <= :day THEN c.delivered_on END) AS helped_on
    FROM commitments c JOIN resources r ON r.tenant_id = :tenant_id AND r.id = c.resource_id
    WHERE c.tenant_id = :tenant_id AND c.account_id = :account_id AND r.kind = ANY(:specialists)
      AND c.requested_on > CAST(:day AS date) - 365 AND c.requested_on <= :day) h"""

# What colleagues outside sales did without being asked: {0} narrows it.
_INPUTS: Final = """
    SELECT g.function, g.rated_on AS day FROM ratings g
    WHERE g.tenant_id = :tenant_id AND g.function <> 'sales' AND g.rated_on <= :day {0}
    UNION ALL
    SELECT w.function, g.requested_on FROM commitments g
    JOIN resources r ON r.tenant_id = :tenant_id AND r.id = g.resource_id
    JOIN users w ON w.tenant_id = :tenant_id AND w.id = g.requested_by_user_id
    WHERE g.tenant_id = :tenant_id AND w.function = r.function AND w.function <> 'sales' AND g.requested_on <= :day {0}
    UNION ALL
    SELECT w.function, g.opened_on FROM roadblocks g
    JOIN roadblock_moves m ON m.tenant_id = :tenant_id AND m.roadblock_id = g.id AND m.kind = 'opened'
    JOIN users w ON w.tenant_id = :tenant_id AND w.id = m.user_id
    WHERE g.tenant_id = :tenant_id AND w.function <> 'sales' AND g.opened_on <= :day {0}"""

# The mean of each function's latest rating of the last 365 days, then the mean over functions.
_SHARED: Final = """
SELECT avg(f.value) FROM (
    SELECT avg(l.value) AS value FROM (
        SELECT DISTINCT ON (g.function, g.user_id) g.function, g.value FROM ratings g
        WHERE g.tenant_id = :tenant_id AND g.account_id = :account_id AND g.metric = :shared
          AND g.rated_on > CAST(:day AS date) - 365 AND g.rated_on <= :day
        ORDER BY g.function, g.user_id, g.rated_on DESC, g.id DESC) l
    GROUP BY l.function) f"""

_SIGNS: Final = text(f"""
SELECT h.requests, h.waits, h.helped, CAST(({_SHARED}) AS float8) AS shared_success,
       EXISTS (SELECT FROM ({_INPUTS.format("")}) every) AS recorded,
       (SELECT count(*) FROM ({_INPUTS.format("AND g.account_id = :account_id")}) i
        WHERE i.day > CAST(:day AS date) - 90) AS inputs,
       (SELECT count(DISTINCT i.function) FROM ({_INPUTS.format("AND g.account_id = :account_id")}) i
        WHERE i.day > CAST(:day AS date) - 90) AS functions
FROM ({_HELP}) h""")


async def signs(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date) -> RowMapping:
    """What is known of an account: one row. `recorded`: whether the organization records such inputs at all.

    waits, helped: of each request that was not taken back, the days until help came, or until `day` where none has.
    """
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "account_id": account_id,
        "day": day,
        "specialists": list(SPECIALISTS),
        "shared": SHARED_SUCCESS,
    }
    row: RowMapping = (await connection.execute(_SIGNS, values)).mappings().one()
    return row
