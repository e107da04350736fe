"""How many functions work on the account together."""

import numpy as np

from app.metrics.core.formulas import UNKNOWN
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading

METRICS = (
    Metric(
        "collaboration_breadth", "Collaborating functions", "count", "quantitative", "current", "collaboration",
        ("commitments", "review_votes", "plan_versions"),
        definition="Distinct functions with an accepted commitment, a review vote or a plan edit in the window.",
        window="The 365 days that end at as_of.",
        when_missing=(
            "Null while the organization records no commitments, review votes or plan edits by as_of; none"
            " of these facts can be recorded yet, so it is always null."
        ),
    ),
)  # fmt: skip


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    """Unknown for every account: there is no fact to read."""
    for key in asked:
        nothing = np.zeros(reading.accounts, dtype=np.int64)
        never = np.full(reading.accounts, np.datetime64("NaT"), dtype="datetime64[D]")
        results.put(key, np.full(reading.accounts, UNKNOWN), nothing, never)


FAMILY = Family(METRICS, measure)
