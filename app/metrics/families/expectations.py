"""Whether what each side expects of the other is met, by the calibration that was in force on the day."""

from app.metrics.core.formulas import counts, days, ratio, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, account_then, day_number, joined_then

METRICS = (
    Metric(
        "expectations_met", "Expectations met", "ratio", "quantitative", "current", "collaboration",
        ("expectation_assessments", "expectations", "calibrations"),
        definition=(
            "Of the expectations, of either side, that belong to the calibration in force on that day and were assessed"
            " by then, the share whose latest assessment says that they are met; withdrawn ones do not count."
        ),
        window="The calibration that is active at as_of, and all its assessments up to as_of.",
        when_missing="Null without an active calibration, or before any of its expectations was assessed.",
    ),
)  # fmt: skip

IN_FORCE = "c.activated_on <= :as_of AND (c.ended_on IS NULL OR c.ended_on > :as_of)"
COUNTS = """(e.invalidated_at IS NULL OR e.invalidated_at >= :known_before)
    AND (e.withdrawn_on IS NULL OR e.withdrawn_on > :as_of)"""


def statement(reading: Reading) -> str:
    return f"""
        SELECT f.account_id, count(*) AS assessed, count(*) FILTER (WHERE f.met) AS met,
               {day_number("max(f.assessed_on)")} AS assessed_on
        FROM (
            SELECT DISTINCT ON (e.id) {account_then("c")} AS account_id, a.met, a.assessed_on
            FROM calibrations c
            JOIN expectations e ON e.tenant_id = :tenant_id AND e.calibration_id = c.id AND {COUNTS}
            JOIN expectation_assessments a
                ON a.tenant_id = :tenant_id AND a.expectation_id = e.id AND a.assessed_on <= :as_of
            {joined_then("c")}
            WHERE c.tenant_id = :tenant_id AND {reading.scope_then("c")} AND {IN_FORCE}
            ORDER BY e.id, a.assessed_on DESC, a.id DESC) f
        GROUP BY f.account_id"""


async def measure(reading: Reading, _asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), ("assessed", "met", "assessed_on"))
    assessed = scattered(table.rows, table["assessed"], reading.accounts, fill=0)
    met = scattered(table.rows, table["met"], reading.accounts, fill=0)
    latest = days(scattered(table.rows, table["assessed_on"], reading.accounts))
    results.put("expectations_met", ratio(met, assessed), counts(assessed), latest)


FAMILY = Family(METRICS, measure)
