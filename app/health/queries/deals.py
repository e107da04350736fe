"""SQL of deals one by one, as the metrics count them on a day: what they are worth, and how likely they are."""

import json
from typing import Any

from app.metrics.families.deals import STAGE_PROBABILITY
from app.metrics.families.reading import DECIDED, EXISTS_BY_THEN, OPEN_THEN, STATUS, Reading, converted, known


def priced_deals(reading: Reading) -> str:
    """Deals as they stood: an open one without amount has its offering's list price, and a chance where one is known.

    `closed_on` is NULL while it was open. Needs the parameters of `chances`.
    """
    worth, rate = converted(
        reading, "o.amount", "o.currency", f"(CASE WHEN {DECIDED} THEN o.closed_on ELSE :as_of END)", "r"
    )
    price, price_rate = converted(reading, "p.list_price", "p.list_price_currency", ":as_of", "pr")
    chance = f"coalesce(o.probability, {STAGE_PROBABILITY}, CAST(:win_rate AS float8))"
    return f"""
        SELECT o.id, o.account_id, o.offering_id, o.buying_center_id, o.created_on, o.stage, o.competitor,
               CASE WHEN {DECIDED} THEN o.closed_on END AS closed_on, {STATUS} AS status,
               CASE WHEN o.amount IS NULL AND {OPEN_THEN} THEN {price} ELSE {worth} END AS worth,
               CASE WHEN {OPEN_THEN} THEN {chance} END AS chance
        FROM opportunities_states o
        LEFT JOIN offerings p ON p.tenant_id = :tenant_id AND p.id = o.offering_id {rate} {price_rate}
        WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN}"""


def chances(reading: Reading, win_rate: float | None = None) -> dict[str, Any]:
    """What stands in for a deal's own chance: its stage's, else the organization's win rate."""
    return {"stage_probabilities": json.dumps(dict(reading.stage_probabilities)), "win_rate": win_rate}
