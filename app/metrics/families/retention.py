"""How much of last year's revenue came again where it was."""

import numpy as np

from app.metrics.core.formulas import counted_sum, known_sum, latest_of, ratio
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import EXISTS_BY_THEN, WON, WON_LTM, Reading, deals, known

METRICS = (
    Metric(
        "gross_retention", "Gross retention", "ratio", "quantitative", "past", "retention", ("opportunities",),
        definition=(
            "min(continuation, revenue_prior_ltm) / revenue_prior_ltm; continuation is revenue_ltm of an"
            " offering in a buying center that had bought it before the window. Deals that name no buying"
            " center, or no offering, are together one."
        ),
        window="The 730 days that end at as_of, in two halves.",
        when_missing="Null where the year before is unknown or not above 0.",
    ),
)  # fmt: skip
NEEDS = {"gross_retention": ("revenue_ltm", "revenue_prior_ltm")}


def statement(reading: Reading) -> str:
    bought = f"""
        SELECT DISTINCT o.account_id, coalesce(o.buying_center_id, o.account_id) AS buying_center_id,
               coalesce(o.offering_id, o.account_id) AS offering_id
        FROM opportunities_states o
        WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN} AND {WON}
          AND o.closed_on <= :as_of - 365"""
    return f"""
        SELECT d.account_id, count(*) AS deals, count(d.worth) AS counted, sum(d.worth) AS worth
        FROM ({deals(reading, WON_LTM)}) d
        JOIN ({bought}) b ON b.account_id = d.account_id
          AND b.buying_center_id = coalesce(d.buying_center_id, d.account_id)
          AND b.offering_id = coalesce(d.offering_id, d.account_id)
        GROUP BY d.account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), ("deals", "counted", "worth"))
    continued, counted, facts = (
        known_sum(table.rows, table[name], reading.accounts) for name in ("worth", "counted", "deals")
    )
    prior, recent = results.columns["revenue_prior_ltm"], results.columns["revenue_ltm"]
    continuation = counted_sum(continued, counted, facts)
    for key in asked:
        results.put(
            key,
            ratio(np.minimum(continuation, prior.value), prior.value),
            prior.facts + recent.facts,
            latest_of(prior.latest, recent.latest),
        )


FAMILY = Family(METRICS, measure, needs=NEEDS)
