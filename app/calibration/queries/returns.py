"""SQL of how long it took until accounts had brought in what was put into them, counted by days."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId

# The clock of an account that was calibrated with starts when the first calibration began, whatever became of it, so
# that none is left out for not having come to its end; that of another when the first resource with a price was used.
# From then on what was used at its cost is added up beside what was won, day by day.
_TO_RETURN = text("""
    WITH used AS (
      SELECT u.account_id, u.used_on AS day, u.quantity * c.price AS invested
      FROM usage_entries u
      LEFT JOIN unnest(CAST(:priced AS uuid[]), CAST(:prices AS float8[])) c(resource_id, price)
        ON c.resource_id = u.resource_id
      WHERE u.tenant_id = :tenant_id AND u.used_on <= :as_of),
    begun AS (
      SELECT account_id, min(started_on) AS day FROM calibrations
      WHERE tenant_id = :tenant_id AND started_on <= :as_of GROUP BY account_id),
    started AS (
      SELECT account_id, day, true AS calibrated FROM begun
      UNION ALL
      SELECT account_id, min(day), false FROM used
      WHERE invested IS NOT NULL AND account_id NOT IN (SELECT account_id FROM begun) GROUP BY account_id),
    flows AS (
      SELECT account_id, day, invested, 0 AS won, invested IS NULL AS no_price, false AS no_rate FROM used
      UNION ALL
      SELECT w.account_id, w.closed_on, 0, w.worth, false, w.worth IS NULL
      FROM (
        SELECT o.account_id, o.closed_on, CAST(o.amount * CASE WHEN o.currency = :currency THEN 1 ELSE (
                 SELECT e.rate FROM exchange_rates e
                 WHERE e.tenant_id = :tenant_id AND e.currency = o.currency AND e.into_currency = :currency
                   AND e.from_on <= o.closed_on
                 ORDER BY e.from_on DESC LIMIT 1) END AS float8) AS worth
        FROM opportunities o
        WHERE o.tenant_id = :tenant_id AND o.status = 'won' AND o.closed_on <= :as_of AND o.amount IS NOT NULL
          AND o.removed_at IS NULL) w),
    daily AS (
      SELECT s.account_id, s.calibrated, s.day AS start, f.day,
             sum(sum(f.invested)) OVER so_far AS invested, sum(sum(f.won)) OVER so_far AS won,
             count(*) FILTER (WHERE f.no_price) AS no_price, count(*) FILTER (WHERE f.no_rate) AS no_rate
      FROM started s JOIN flows f ON f.account_id = s.account_id AND f.day >= s.day
      GROUP BY s.account_id, s.calibrated, s.day, f.day
      WINDOW so_far AS (PARTITION BY s.account_id ORDER BY f.day)),
    accounted AS (
      SELECT account_id, calibrated, start, min(day) FILTER (WHERE invested > 0 AND won >= invested) AS returned_on,
             coalesce(max(invested), 0) AS invested, sum(no_price) AS no_price, sum(no_rate) AS no_rate
      FROM daily GROUP BY account_id, calibrated, start)
    SELECT calibrated, coalesce(returned_on, :as_of) - start AS days, returned_on IS NOT NULL AS ended,
           invested > 0 AS counted, count(*) AS count, CAST(sum(no_price) AS integer) AS no_price,
           CAST(sum(no_rate) AS integer) AS no_rate
    FROM accounted
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4""")


async def to_return(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, currency: str, prices: Mapping[UUID, float]
) -> Sequence[RowMapping]:
    """By whether accounts were `calibrated`: `days`, whether they had returned then (`ended`), and how many accounts.

    prices: of a unit of each resource in the currency. counted: whether anything was put in. no_price, no_rate: how
    many uses and how many deals are left out, as what they are worth is not known.
    """
    values = {"tenant_id": tenant_id, "as_of": as_of, "currency": currency}
    priced = {"priced": list(prices), "prices": list(prices.values())}
    return (await connection.execute(_TO_RETURN, {**values, **priced})).mappings().all()
