"""How the account's business stands against competitors: sole-sourced, or with a rival's foot in the door."""

import numpy as np

from app.metrics.core.formulas import counts, days, ratio, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, day_number, deals

METRICS = (
    Metric(
        "sole_source_share", "Sole-sourced share", "ratio", "quantitative", "current", "competition",
        ("opportunities",),
        definition="Amount of the deals flagged sole-sourced / amount of the deals whose flag is known.",
        window="Deals open at as_of, and those won in the 365 days that end there.",
        when_missing="Null where no such deal has both an amount and a known flag.",
    ),
    Metric(
        "competitor_footholds", "Competitors' footholds", "count", "quantitative", "current", "competition",
        ("opportunities", "buying_centers"),
        definition=(
            "Buying centers with an open deal that names a competitor or one lost with a competitor named;"
            " deals without buying center are together one."
        ),
        window="Deals open at as_of, and those lost in the 365 days that end there.",
        when_missing="Null while no opportunity of the organization names a competitor by as_of.",
    ),
)  # fmt: skip
RECORDS = {"competitor_footholds": ("competitors",)}
COLUMNS = ("sole", "flagged", "flags", "flag_on", "footholds", "rivals", "rival_on")

FLAGGED = "d.sole_sourced IS NOT NULL AND d.status <> 'lost' AND d.worth IS NOT NULL"
RIVAL = "d.competitor IS NOT NULL AND d.status <> 'won'"
# An open deal's fact is its creation, a decided one's its close.
FACT_ON = "CASE WHEN d.status = 'open' THEN d.created_on ELSE d.closed_on END"
# A state that says closed later was open on the day, so its close is out of every window that ends there.
RECENT = (
    "(o.sole_sourced IS NOT NULL OR o.competitor IS NOT NULL) AND (o.closed_on IS NULL OR o.closed_on > :as_of - 365)"
)


def statement(reading: Reading) -> str:
    return f"""
        SELECT d.account_id,
            sum(d.worth) FILTER (WHERE {FLAGGED} AND d.sole_sourced) AS sole,
            sum(d.worth) FILTER (WHERE {FLAGGED}) AS flagged, count(*) FILTER (WHERE {FLAGGED}) AS flags,
            {day_number(f"max({FACT_ON}) FILTER (WHERE {FLAGGED})")} AS flag_on,
            count(DISTINCT coalesce(d.buying_center_id, d.account_id)) FILTER (WHERE {RIVAL}) AS footholds,
            count(*) FILTER (WHERE {RIVAL}) AS rivals,
            {day_number(f"max({FACT_ON}) FILTER (WHERE {RIVAL})")} AS rival_on
        FROM ({deals(reading, RECENT)}) d GROUP BY d.account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), COLUMNS)
    column = {name: scattered(table.rows, table[name], reading.accounts) for name in COLUMNS}
    if "sole_source_share" in asked:
        results.put(
            "sole_source_share",
            ratio(np.nan_to_num(column["sole"]), column["flagged"]),
            counts(column["flags"]),
            days(column["flag_on"]),
        )
    if "competitor_footholds" in asked:
        footholds = scattered(table.rows, table["footholds"], reading.accounts, fill=0)
        value = recorded(footholds, known="competitors" in reading.recorded)
        results.put("competitor_footholds", value, counts(column["rivals"]), days(column["rival_on"]))


FAMILY = Family(METRICS, measure, records=RECORDS)
