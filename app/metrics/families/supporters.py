"""Who spoke for us a quarter ago, and no longer does."""

from app.kernel.periods import QUARTER_DAYS
from app.metrics.core.formulas import counts, days, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, day_number

KEY = "supporters_left"
THEN = "stances of the quarter before"

METRICS = (
    Metric(
        KEY, "Supporters who left", "count", "qualitative", "current", "relationship", ("contacts",),
        definition=(
            f"Contacts that were active advocates, coaches or supporters {QUARTER_DAYS} days before as_of and no longer"
            " are: inactive, gone, at another account or of another stance. Merged contacts are one."
        ),
        window=f"Contacts as they were at as_of and {QUARTER_DAYS} days before.",
        when_missing="Null while no stance of any contact of the organization was known on that earlier day.",
    ),
)  # fmt: skip

QUARTER_BEFORE = f":known_before - INTERVAL '{24 * QUARTER_DAYS} hours'"
# Few are merged, and an index knows them: they are joined at once also where the planner knows nothing yet.
MERGED = "{0}.tenant_id = :tenant_id AND {0}.merged_into_id IS NOT NULL AND {0}.removed_at < :known_before"
SUPPORTIVE = "c.active AND c.stance IN ('advocate', 'coach', 'supporter')"


def people(reading: Reading) -> str:
    """One row per account and person: whether it spoke for us a quarter ago, whether it still does, and since when not.

    What was merged by then is followed: a contact to the one that stands for it, an account likewise.
    """
    accounts = reading.scope("c.account_id")
    if reading.account_ids is not None:
        merged = f"SELECT l.id FROM accounts l WHERE l.tenant_id = :tenant_id AND {reading.scope('l.merged_into_id')}"
        # As an array it is found by the index; as a set to be in, every contact would be read.
        accounts = f"c.account_id = ANY(CAST(:account_ids AS uuid[]) || ARRAY({merged}))"
    return f"""
        SELECT coalesce(a.merged_into_id, c.account_id) AS account_id, coalesce(m.merged_into_id, c.id) AS contact_id,
               bool_or(c.valid_from < {QUARTER_BEFORE} AND {SUPPORTIVE}) AS did,
               bool_or(c.valid_to >= :known_before AND {SUPPORTIVE}) AS does,
               CAST(max(c.valid_to) FILTER (WHERE c.valid_to < :known_before) AT TIME ZONE 'UTC' AS date) AS changed_on
        FROM contacts_states c
        LEFT JOIN accounts a ON {MERGED.format("a")} AND a.id = c.account_id
        LEFT JOIN contacts m ON {MERGED.format("m")} AND m.id = c.id
        WHERE c.tenant_id = :tenant_id AND c.valid_from < :known_before AND c.valid_to >= {QUARTER_BEFORE}
          AND {accounts}
        GROUP BY 1, 2"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(
        f"""SELECT p.account_id, count(*) FILTER (WHERE NOT p.does) AS found, count(*) AS facts,
               {day_number("max(p.changed_on) FILTER (WHERE NOT p.does)")} AS latest
        FROM ({people(reading)}) p WHERE p.did GROUP BY p.account_id""",
        ("found", "facts", "latest"),
    )
    for key in asked:
        found = scattered(table.rows, table["found"], reading.accounts, fill=0)
        results.put(
            key,
            recorded(found, known=THEN in reading.recorded),
            counts(scattered(table.rows, table["facts"], reading.accounts, fill=0)),
            days(scattered(table.rows, table["latest"], reading.accounts)),
        )


FAMILY = Family(METRICS, measure, records={KEY: (THEN,)})
