"""Who at the customer speaks for us."""

from app.metrics.core.formulas import counts, days, ratio, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, day_number, known

METRICS = (
    Metric(
        "advocacy", "Advocacy", "ratio", "qualitative", "current", "relationship", ("contacts",),
        definition="Active contacts whose stance is advocate or coach / active contacts whose stance is known.",
        window="Contacts as they were at as_of.",
        when_missing="Null where no active contact's stance is known.",
    ),
)  # fmt: skip


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(
        f"""SELECT c.account_id, count(*) AS stances,
               count(*) FILTER (WHERE c.stance IN ('advocate', 'coach')) AS advocates,
               {day_number("CAST(max(c.valid_from) AT TIME ZONE 'UTC' AS date)")} AS latest
        FROM contacts_states c
        WHERE {known("c")} AND {reading.scope("c.account_id")} AND c.active AND c.stance <> 'unknown'
        GROUP BY c.account_id""",
        ("stances", "advocates", "latest"),
    )
    for key in asked:
        results.put(
            key,
            scattered(table.rows, ratio(table["advocates"], table["stances"]), reading.accounts),
            counts(scattered(table.rows, table["stances"], reading.accounts, fill=0)),
            days(scattered(table.rows, table["latest"], reading.accounts)),
        )


FAMILY = Family(METRICS, measure)
