"""SQL of how much support varies among the accounts of a tier."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from sqlalchemy import TextClause, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.resourcing.queries.promises import ASKED, FELL_DUE, HELP_DAYS, IN_TIME, PROMISED, RESPONSE_DAYS

VariabilityGrouping = Literal["function", "kam"]
MEASURES: Final = ("kept_share", "response_days", "help_days")
_BY: Final[Mapping[VariabilityGrouping, str]] = {"function": "p.function", "kam": "CAST(a.kam_user_id AS text)"}


@lru_cache
def _statement(by: VariabilityGrouping) -> TextClause:
    spreads = ",\n       ".join(
        f"count({name}) AS {name}_accounts, avg({name}) AS {name}_mean, stddev_samp({name}) AS {name}_deviation"
        for name in MEASURES
    )
    return text(f"""WITH {PROMISED},
tiers AS (
    SELECT DISTINCT ON (s.account_id) s.account_id, s.basis_name AS tier FROM account_entitlements s
    WHERE s.tenant_id = :tenant_id AND s.basis = 'tier' AND s.from_on < CAST(:until_on AS date)
      AND (s.until_on IS NULL OR s.until_on >= CAST(:until_on AS date))
    ORDER BY s.account_id, s.from_on DESC, s.id DESC),
each AS (
    SELECT coalesce(t.tier, '') AS tier, coalesce({_BY[by]}, '') AS part, grouping({_BY[by]}) AS whole, p.account_id,
           avg(CASE WHEN {FELL_DUE} THEN CAST(CAST({IN_TIME} AS int) AS float8) END) AS kept_share,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY CASE WHEN {ASKED} THEN {RESPONSE_DAYS} END) AS response_days,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY CASE WHEN {ASKED} THEN {HELP_DAYS} END) AS help_days
    FROM promised p JOIN accounts a ON a.tenant_id = :tenant_id AND a.id = p.account_id
    LEFT JOIN tiers t ON t.account_id = p.account_id
    WHERE ({ASKED}) OR ({FELL_DUE})
    GROUP BY GROUPING SETS ((t.tier, {_BY[by]}, p.account_id), (t.tier, p.account_id)))
SELECT tier, part, whole, {spreads}
FROM each GROUP BY tier, part, whole ORDER BY tier = '', tier, whole DESC, part""")


async def spreads(
    connection: AsyncConnection, tenant_id: TenantId, days: tuple[date, date], today: date, by: VariabilityGrouping
) -> Sequence[RowMapping]:
    """A row per tier (`whole` is 1), then one per group of it; `tier` and `part` are empty where there is none.

    Each account has one voice, whatever it asked for. Of each measure: how many accounts, mean, standard deviation.
    """
    values = {
        "tenant_id": tenant_id,
        "from_on": days[0],
        "until_on": days[1] + timedelta(days=1),
        "today": today,
    }
    return (await connection.execute(_statement(by), values)).mappings().all()
