"""What is newly offered to an account: offerings it never bought, and proposals."""

from datetime import timedelta

from app.kernel.periods import QUARTER_DAYS, end_of_day
from app.metrics.core.formulas import counts, days, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, day_number, deals, known

QUARTER = "The 90 days that end at as_of."
RECORDS = {
    "offerings_proposed_new": ("offerings of opportunities",),
    "proposals_new": ("proposals", "proposal engagements"),
}

METRICS = (
    Metric(
        "offerings_proposed_new", "New offerings proposed", "count", "quantitative", "current", "breadth",
        ("opportunities", "offerings"),
        definition=(
            "Distinct offerings on opportunities created in the window that the account had not won before"
            " that day."
        ),
        window=QUARTER,
        when_missing="Null while no opportunity of the organization names an offering by as_of.",
    ),
    Metric(
        "proposals_new", "New proposals", "count", "quantitative", "current", "pipeline",
        ("opportunities", "engagements"),
        definition=(
            "Opportunities that entered one of the organization's proposal stages in the window, plus"
            " proposal engagements."
        ),
        window=QUARTER,
        when_missing=(
            "Null while no opportunity of the organization entered such a stage and no proposal was"
            " recorded by as_of."
        ),
    ),
)  # fmt: skip


def offerings_proposed(reading: Reading) -> str:
    created = f"o.created_on > :as_of - {QUARTER_DAYS} AND o.offering_id IS NOT NULL"
    return f"""
        SELECT d.account_id, count(DISTINCT d.offering_id) AS found, count(*) AS facts,
               {day_number("max(d.created_on)")} AS latest
        FROM ({deals(reading, created)}) d
        WHERE NOT EXISTS (
            SELECT FROM opportunities_states w
            WHERE {known("w")} AND w.account_id = d.account_id AND w.offering_id = d.offering_id
              AND w.status = 'won' AND w.closed_on < d.created_on)
        GROUP BY d.account_id"""


def proposals(reading: Reading) -> str:
    return f"""
        SELECT f.account_id, count(*) AS found, count(*) AS facts, {day_number("max(f.fact_on)")} AS latest
        FROM (SELECT o.account_id, o.id, CAST(max(s.stage_entered_at) AT TIME ZONE 'UTC' AS date) AS fact_on
              FROM opportunities_states o JOIN opportunities_states s ON s.tenant_id = :tenant_id AND s.id = o.id
              WHERE {known("o")} AND {reading.scope("o.account_id")} AND s.valid_from < :known_before
                AND s.stage = ANY(CAST(:proposal_stages AS text[]))
                AND s.stage_entered_at >= :window_begins AND s.stage_entered_at < :known_before
              GROUP BY o.account_id, o.id
              UNION ALL
              SELECT e.account_id, e.id, e.held_on FROM engagements e
              WHERE e.tenant_id = :tenant_id AND {reading.scope("e.account_id")} AND e.kind = 'proposal'
                AND e.held_on > :as_of - {QUARTER_DAYS} AND e.held_on <= :as_of) f
        GROUP BY f.account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    statements = {"offerings_proposed_new": offerings_proposed, "proposals_new": proposals}
    for key in asked:
        table = await reading.table(
            statements[key](reading),
            ("found", "facts", "latest"),
            proposal_stages=list(reading.proposal_stages),
            window_begins=end_of_day(reading.as_of - timedelta(days=QUARTER_DAYS)),
        )
        found = scattered(table.rows, table["found"], reading.accounts, fill=0)
        results.put(
            key,
            recorded(found, known=not reading.recorded.isdisjoint(RECORDS[key])),
            counts(scattered(table.rows, table["facts"], reading.accounts, fill=0)),
            days(scattered(table.rows, table["latest"], reading.accounts)),
        )


FAMILY = Family(METRICS, measure, records=RECORDS)
