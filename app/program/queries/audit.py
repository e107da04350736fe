"""SQL of what the audit looks at: what each key account has, and what the program as a whole has, as of a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day
from app.resourcing.core.sponsorships import CHARTER

_OWN: Final = "t.tenant_id = :tenant_id AND t.account_id = a.id"
# What a merge made another account's since was of its account then.
_THEN: Final = """t.tenant_id = :tenant_id
    AND (t.account_id = a.id OR t.id = ANY(ARRAY(SELECT m.row_id FROM merged_rows m
        WHERE m.tenant_id = :tenant_id AND m.account_id = a.id AND m.until_at >= :known_before)))
    AND a.id = coalesce((SELECT m.account_id FROM merged_rows m WHERE m.tenant_id = :tenant_id AND m.row_id = t.id
        AND m.until_at >= :known_before ORDER BY m.until_at LIMIT 1), t.account_id)"""
_LASTS: Final = "t.started_on <= :as_of AND (t.ended_on IS NULL OR t.ended_on > :as_of)"
_YEAR: Final = "CAST(:as_of AS date) - 365"
_OWNED: Final = "t.tenant_id = :tenant_id AND t.active AND t.created_at < :known_before"
_STANDS: Final = "coalesce(t.approved_on, t.decided_on)"  # a decision for less stands once it is approved
_HOLDS: Final = "t.from_on <= :as_of AND (t.until_on IS NULL OR t.until_on > :as_of)"


def _values(tenant_id: TenantId, as_of: date, **more: Any) -> dict[str, Any]:
    return {"tenant_id": tenant_id, "as_of": as_of, "known_before": end_of_day(as_of), **more}


async def accounts(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId]
) -> Sequence[RowMapping]:
    """What each of these accounts has, in the order of their ids, with their names."""
    values = _values(tenant_id, as_of, account_ids=list(account_ids))
    return (await connection.execute(_ACCOUNTS, values)).mappings().all()


_ACCOUNTS = text(f"""
    SELECT a.id AS account_id, a.name,
        EXISTS (SELECT FROM scores t WHERE {_OWN} AND t.as_of <= :as_of) AS scored,
        EXISTS (SELECT FROM decision_records t WHERE {_OWN} AND t.decision = 'select' AND t.created_at < :known_before)
            AS decided,
        EXISTS (SELECT FROM sponsorships t WHERE {_THEN} AND {_LASTS}) AS sponsored,
        EXISTS (SELECT FROM account_plans t JOIN plan_approvals p ON p.tenant_id = :tenant_id AND p.plan_id = t.id
            WHERE {_THEN} AND p.side = 'customer' AND p.approved_on <= :as_of
              AND (t.archived_at IS NULL OR t.archived_at >= :known_before)) AS signed,
        EXISTS (SELECT FROM account_entitlements t WHERE {_OWN} AND t.basis IN ('agreement', 'exception', 'level')
            AND t.quantity > 0 AND {_HOLDS}) AS tailored,
        EXISTS (SELECT FROM appraisals t WHERE {_OWN} AND t.opened_on BETWEEN {_YEAR} AND :as_of) AS appraised,
        EXISTS (SELECT FROM scores t WHERE {_OWN} AND t.as_of BETWEEN {_YEAR} AND :as_of)
            OR EXISTS (SELECT FROM retierings t WHERE {_OWN} AND t.state = 'decided'
                AND {_STANDS} BETWEEN {_YEAR} AND :as_of) AS looked_at,
        EXISTS (SELECT FROM health_scores t WHERE {_OWN} AND t.as_of BETWEEN CAST(:as_of AS date) - 30 AND :as_of)
            AS health_kept
    FROM accounts a WHERE a.tenant_id = :tenant_id AND a.id = ANY(CAST(:account_ids AS uuid[])) ORDER BY a.id
""")


async def program(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> RowMapping:
    """What the program as a whole has, in one row."""
    values = _values(tenant_id, as_of, charter=list(CHARTER))
    return (await connection.execute(_PROGRAM, values)).mappings().one()


_PROGRAM = text(f"""
    SELECT
        (SELECT count(DISTINCT t.function) FROM resources t WHERE {_OWNED}) AS owning,
        (SELECT count(DISTINCT t.function) FROM resources t WHERE {_OWNED}
            AND EXISTS (SELECT FROM function_leaders l WHERE l.tenant_id = :tenant_id AND l.function = t.function
                AND l.from_on <= :as_of)) AS led,
        (SELECT count(*) FROM sponsorships t WHERE t.tenant_id = :tenant_id AND {_LASTS}) AS sponsorships,
        (SELECT count(*) FROM sponsorships t WHERE t.tenant_id = :tenant_id AND {_LASTS}
            AND NOT EXISTS (SELECT FROM unnest(CAST(:charter AS text[])) c(name)
                WHERE coalesce(t.charter ->> c.name, '') IN ('', '[]'))) AS chartered,
        (SELECT jsonb_array_length(t.functions) FROM program_mandates t WHERE t.tenant_id = :tenant_id AND {_HOLDS}
            ORDER BY t.from_on DESC, t.id DESC LIMIT 1) AS mandated,
        (SELECT count(*) FROM retierings t WHERE t.tenant_id = :tenant_id AND t.state = 'decided'
            AND {_STANDS} <= :as_of AND t.recommended IN ('downtier', 'exit_program')) AS down_recommended,
        (SELECT count(*) FROM retierings t WHERE t.tenant_id = :tenant_id AND t.state = 'decided'
            AND {_STANDS} <= :as_of AND t.recommended IN ('downtier', 'exit_program')
            AND t.decision IN ('downtier', 'exit_program')) AS down_decided
""")


async def model_in_force(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, model_id: UUID | None
) -> RowMapping | None:
    """The version of a model that was published at the end of a day, with who had their say and its newest backtest.

    functions: how many other than sales took part in rounds on the model that were closed by then. backtest: what the
    newest one says of the composite; None without one that had data enough.
    """
    row: RowMapping | None = (
        (await connection.execute(_MODEL, _values(tenant_id, as_of, model_id=model_id))).mappings().one_or_none()
    )
    return row


_MODEL = text("""
    SELECT v.model_id, v.number, v.document,
        (SELECT count(DISTINCT p.function) FROM feedback_rounds r
            JOIN feedback_participants p ON p.tenant_id = :tenant_id AND p.round_id = r.id
            WHERE r.tenant_id = :tenant_id AND r.model_id = v.model_id AND r.closed_at < :known_before
              AND p.submitted_at IS NOT NULL AND p.function <> 'sales') AS functions,
        (SELECT b.result #>> '{composite,verdict}' FROM analyses b
            WHERE b.tenant_id = :tenant_id AND b.kind = 'backtest' AND b.model_id = v.model_id
              AND b.model_version = v.number AND b.created_at < :known_before AND b.result ->> 'status' = 'ok'
            ORDER BY b.id DESC LIMIT 1) AS backtest
    FROM selection_model_versions v
    WHERE v.tenant_id = :tenant_id AND v.model_id = CAST(:model_id AS uuid) AND v.published_at < :known_before
      AND (v.retired_at IS NULL OR v.retired_at >= :known_before)
    ORDER BY v.number DESC LIMIT 1
""")
