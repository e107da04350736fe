"""Who at the customer speaks for us, and who against."""

import numpy as np

from app.metrics.core.formulas import counts, days, ratio, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, day_number, known

DAY = "Contacts as they were at as_of."
UNSAID = "Null while no stance of any contact of the organization was known by as_of"

METRICS = (
    Metric(
        "advocacy", "Advocacy", "ratio", "qualitative", "current", "relationship", ("contacts",),
        definition="Active contacts whose stance is advocate or coach / active contacts whose stance is known.",
        window=DAY,
        when_missing="Null where no active contact's stance is known.",
    ),
    Metric(
        "advocates", "Advocates", "count", "qualitative", "current", "relationship", ("contacts",),
        definition="Active contacts whose stance is advocate or coach.",
        window=DAY,
        when_missing=f"{UNSAID}.",
    ),
    Metric(
        "detractors_deciding", "Detractors who decide", "count", "qualitative", "current", "relationship",
        ("contacts",),
        definition="Active contacts of seniority director or above whose stance is detractor.",
        window=DAY,
        when_missing=f"{UNSAID}, or no seniority was.",
    ),
)  # fmt: skip
RECORDS = {"advocates": ("stances",), "detractors_deciding": ("stances", "seniorities")}

ADVOCATE = "c.stance IN ('advocate', 'coach')"
DECIDING_DETRACTOR = "c.stance = 'detractor' AND c.seniority IN ('director', 'vp', 'c_level')"
# By metric: the contacts it counts, and those of which they are part.
COUNTED = {
    "advocacy": (ADVOCATE, "TRUE"),
    "advocates": (ADVOCATE, ADVOCATE),
    "detractors_deciding": (DECIDING_DETRACTOR, DECIDING_DETRACTOR),
}


def taking_sides(reading: Reading) -> str:
    """The active contacts whose stance is known."""
    return f"""SELECT c.* FROM contacts_states c
        WHERE {known("c")} AND {reading.scope("c.account_id")} AND c.active AND c.stance <> 'unknown'"""


def statement(reading: Reading, asked: Asked) -> str:
    since = "CAST(max(c.valid_from) FILTER (WHERE {}) AT TIME ZONE 'UTC' AS date)"
    columns = ", ".join(
        f"count(*) FILTER (WHERE {counted}) AS {key}, count(*) FILTER (WHERE {facts}) AS {key}_of,"
        f" {day_number(since.format(facts))} AS {key}_on"
        for key, (counted, facts) in COUNTED.items()
        if key in asked
    )
    return f"SELECT c.account_id, {columns} FROM ({taking_sides(reading)}) c GROUP BY c.account_id"


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    columns = [f"{key}{of}" for key in asked for of in ("", "_of", "_on")]
    table = await reading.table(statement(reading, asked), columns)
    for key in asked:
        found, of = table[key], table[f"{key}_of"]
        if key == "advocacy":
            value = scattered(table.rows, ratio(found, of), reading.accounts)
        else:
            known_kind = reading.recorded.issuperset(RECORDS[key])
            value = recorded(scattered(table.rows, found, reading.accounts, fill=0), known=known_kind)
        latest = np.where(of > 0, table[f"{key}_on"], np.nan)
        results.put(
            key,
            value,
            counts(scattered(table.rows, of, reading.accounts, fill=0)),
            days(scattered(table.rows, latest, reading.accounts)),
        )


FAMILY = Family(METRICS, measure, records=RECORDS)
