"""How long deals take."""

from app.metrics.core.formulas import counts, days, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import WON_LTM, Reading, day_number, deals

METRICS = (
    Metric(
        "cycle_days", "Sales cycle", "days", "quantitative", "past", "success", ("opportunities",),
        definition="Median days from creation to close of the deals won in the window.",
        window="The 365 days that end at as_of.",
        when_missing="Null without a deal won in the window whose day of creation is known.",
    ),
)  # fmt: skip


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(
        f"""SELECT d.account_id, count(*) AS deals, {day_number("max(d.closed_on)")} AS latest,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY d.closed_on - d.created_on) AS cycle
        FROM ({deals(reading, f"{WON_LTM} AND o.created_on IS NOT NULL")}) d GROUP BY d.account_id""",
        ("deals", "latest", "cycle"),
    )
    for key in asked:
        results.put(
            key,
            scattered(table.rows, table["cycle"], reading.accounts),
            counts(scattered(table.rows, table["deals"], reading.accounts, fill=0)),
            days(scattered(table.rows, table["latest"], reading.accounts)),
        )


FAMILY = Family(METRICS, measure)
