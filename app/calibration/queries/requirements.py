"""SQL of the expectations in force of many accounts at once, as of a day."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day

# What the parties went back behind counted until then; what was withdrawn counted until that day.
_ON_FILE: Final = text("""
    SELECT c.account_id, e.id AS expectation_id, e.owed_by, e.title, e.metric, e.comparison, e.target, e.due_on,
           last.met, last.value, last.assessed_on,
           CASE WHEN NOT last.met THEN (
             SELECT min(a.assessed_on) FROM expectation_assessments a
             WHERE a.tenant_id = :tenant_id AND a.expectation_id = e.id AND a.assessed_on <= :as_of AND NOT a.met
               AND NOT EXISTS (
                 SELECT FROM expectation_assessments k
                 WHERE k.tenant_id = :tenant_id AND k.expectation_id = e.id AND k.assessed_on <= :as_of AND k.met
                   AND (k.assessed_on, k.id) > (a.assessed_on, a.id))) END AS missed_since
    FROM calibrations c
    JOIN expectations e ON e.tenant_id = :tenant_id AND e.calibration_id = c.id
      AND (e.invalidated_at IS NULL OR e.invalidated_at >= :known_before)
      AND (e.withdrawn_on IS NULL OR e.withdrawn_on > :as_of)
    LEFT JOIN LATERAL (
      SELECT a.met, a.value, a.assessed_on FROM expectation_assessments a
      WHERE a.tenant_id = :tenant_id AND a.expectation_id = e.id AND a.assessed_on <= :as_of
      ORDER BY a.assessed_on DESC, a.id DESC LIMIT 1) last ON true
    WHERE c.tenant_id = :tenant_id AND c.account_id = ANY(CAST(:account_ids AS uuid[]))
      AND c.activated_on <= :as_of AND (c.ended_on IS NULL OR c.ended_on > :as_of)
    ORDER BY c.account_id, e.due_on, e.id""")


async def on_file(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], as_of: date
) -> Sequence[RowMapping]:
    """The expectations of the calibrations that were in force at the end of a day, with the latest word on each."""
    values = {
        "tenant_id": tenant_id,
        "account_ids": list(account_ids),
        "as_of": as_of,
        "known_before": end_of_day(as_of),
    }
    return (await connection.execute(_ON_FILE, values)).mappings().all()
