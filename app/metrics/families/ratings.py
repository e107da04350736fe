"""What people judge: each function has one voice, however many of its people rated."""

from dataclasses import replace

from app.metrics.core.measured import Results
from app.metrics.core.registry import rated
from app.metrics.families.family import Asked, Family
from app.metrics.families.observations import SHELVES, fill, shelves
from app.metrics.families.reading import Reading, day_number

METRICS = (
    replace(rated("willingness_to_partner", "Willingness to partner", horizon="future"), measures="potential"),
    rated("goal_fit", "Fit of goals"),
    replace(rated("customer_growth_outlook", "Customer's growth outlook", horizon="future"), measures="potential"),
    rated("market_leadership", "Market leadership"),
    rated("switching_cost", "Switching cost"),
    rated("perceived_value", "Perceived value"),
    rated("influence", "Influence on the market"),
    rated("strategic_importance", "Strategic importance"),
    rated("procurement_disposition", "Disposition of procurement"),
    rated("compatibility", "Compatibility"),
)


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(
        f"""
        SELECT f.account_id, f.number, avg(f.value) AS value, sum(f.facts) AS facts, max(f.latest) AS latest
        FROM (SELECT l.account_id, l.number, l.function, avg(l.value) AS value, count(*) AS facts,
                     {day_number("max(l.rated_on)")} AS latest
              FROM (SELECT DISTINCT ON (r.account_id, k.number, r.function, r.user_id)
                           r.account_id, k.number, r.function, CAST(r.value AS float8) AS value, r.rated_on
                    FROM ratings r JOIN {SHELVES} ON k.metric = r.metric
                    WHERE r.tenant_id = :tenant_id AND {reading.scope("r.account_id")}
                      AND r.rated_on <= :as_of AND r.rated_on > :as_of - k.days
                    ORDER BY r.account_id, k.number, r.function, r.user_id, r.rated_on DESC, r.id DESC) l
              GROUP BY l.account_id, l.number, l.function) f
        GROUP BY f.account_id, f.number""",
        ("number", "value", "facts", "latest"),
        **shelves(asked.values()),
    )
    fill(asked, table, reading.accounts, results)


FAMILY = Family(METRICS, measure)
