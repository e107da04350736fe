"""What an account's buying centers could still buy, by what was said of them and by what others like them buy."""

import numpy as np

from app.metrics.core.formulas import counted_sum, counts, days, latest_of, ratio, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, Table, day_number
from app.metrics.families.whitespace_cells import cells

METRICS = (
    Metric(
        "whitespace", "Whitespace", "money", "quantitative", "future", "potential",
        ("opportunities", "buying_centers", "offerings", "whitespace_statements"),
        definition=(
            "Σ potential of the cells (buying center and offering of the active catalogue) that neither have"
            " bought nor have an open deal, those left out that somebody said do not apply or are not pursued."
            " A cell's potential is the one that was entered, else the median revenue_ltm of that offering per"
            " buying center that bought it, over accounts of the same industry, else over all."
        ),
        window="Cells at as_of; entered potentials at the rate of that day, others from the 365 days that end there.",
        when_missing=(
            "Null without buying centers or an active catalogue, or where no potential was entered and nobody"
            " bought any of the open offerings in the window."
        ),
    ),
    Metric(
        "whitespace_ratio", "Whitespace ratio", "ratio", "quantitative", "future", "potential",
        ("opportunities", "buying_centers", "offerings", "whitespace_statements"),
        definition="(whitespace + open_pipeline) / open_pipeline.",
        window="As whitespace and open_pipeline.",
        when_missing="Null where either is unknown or the open pipeline is 0.",
    ),
    Metric(
        "whitespace_covered", "Whitespace with a strategy", "ratio", "quantitative", "future", "potential",
        ("whitespace_statements", "plan_actions", "opportunities", "buying_centers", "offerings"),
        definition=(
            "The share of whitespace in cells that somebody pursues: the last word on the cell names an owner,"
            " a next step and its date, or a plan in force has an open action on that buying center and offering."
        ),
        window="As whitespace.",
        when_missing=(
            "Null where whitespace is unknown or 0, and while the organization has recorded neither a statement"
            " on whitespace nor a plan action by as_of."
        ),
    ),
)  # fmt: skip
NEEDS = {"whitespace_ratio": ("whitespace", "open_pipeline")}
RECORDS = {"whitespace_covered": ("strategies",)}
OF_CELLS = ("whitespace", "whitespace_covered")


def statement(reading: Reading) -> str:
    return f"""
        SELECT account_id, count(*) FILTER (WHERE vacant) AS vacant,
               count(potential) FILTER (WHERE vacant) AS counted, sum(potential) FILTER (WHERE vacant) AS worth,
               {day_number("max(latest_on) FILTER (WHERE vacant)")} AS latest,
               coalesce(sum(potential) FILTER (WHERE vacant AND pursued_on IS NOT NULL), 0) AS pursued,
               count(potential) FILTER (WHERE vacant AND pursued_on IS NOT NULL) AS strategies,
               {day_number("max(pursued_on) FILTER (WHERE vacant)")} AS pursued_on
        FROM ({cells(reading)}) c GROUP BY account_id"""


COLUMNS = ("vacant", "counted", "worth", "latest", "pursued", "strategies", "pursued_on")


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    if not asked.keys().isdisjoint(OF_CELLS):
        table = await reading.table(statement(reading), COLUMNS)
        if "whitespace" in asked:
            _whitespace(reading, table, results)
        if "whitespace_covered" in asked:
            _covered(reading, table, results)
    if "whitespace_ratio" in asked:
        empty, pipeline = results.columns["whitespace"], results.columns["open_pipeline"]
        value = ratio(empty.value + pipeline.value, pipeline.value)
        results.put("whitespace_ratio", value, empty.facts + pipeline.facts, latest_of(empty.latest, pipeline.latest))


def _whitespace(reading: Reading, table: Table, results: Results) -> None:
    counted = table["counted"]
    worth = counted_sum(np.nan_to_num(table["worth"]), counted, table["vacant"])
    results.put(
        "whitespace",
        scattered(table.rows, worth, reading.accounts),
        counts(scattered(table.rows, counted, reading.accounts, fill=0)),
        days(scattered(table.rows, table["latest"], reading.accounts)),
    )
    without = scattered(table.rows, table["vacant"] - counted, reading.accounts, fill=0)
    results.notes["whitespace"] = {"cells_without_potential": without}


def _covered(reading: Reading, table: Table, results: Results) -> None:
    share = ratio(table["pursued"], table["worth"])
    results.put(
        "whitespace_covered",
        recorded(scattered(table.rows, share, reading.accounts), known="strategies" in reading.recorded),
        counts(scattered(table.rows, table["strategies"], reading.accounts, fill=0)),
        days(scattered(table.rows, table["pursued_on"], reading.accounts)),
    )


FAMILY = Family(METRICS, measure, needs=NEEDS, records=RECORDS)
