"""What is new at an account: offerings it never bought, proposals, and buying centers that buy for the first time."""

from datetime import timedelta
from typing import Any

from app.kernel.periods import QUARTER_DAYS, end_of_day
from app.metrics.core.formulas import counts, days, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import WON, Reading, day_number, deals, known

QUARTER = "The 90 days that end at as_of."
RECORDS = {
    "offerings_proposed_new": ("offerings of opportunities",),
    "proposals_new": ("proposals", "proposal engagements"),
    "buying_centers_new": ("buying centers of opportunities",),
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
    Metric(
        "buying_centers_new", "New buying centers won", "count", "quantitative", "current", "breadth",
        ("opportunities", "buying_centers"),
        definition="Distinct buying centers whose first deal that was ever won closed in the window.",
        window=QUARTER,
        when_missing="Null while no opportunity of the organization names a buying center by as_of.",
    ),
)  # fmt: skip


def offered(reading: Reading) -> str:
    """The deals that offered something new: one row each, so an offering may come more than once."""
    created = f"o.created_on > :as_of - {QUARTER_DAYS} AND o.offering_id IS NOT NULL"
    return f"""
        SELECT d.* FROM ({deals(reading, created)}) d
        WHERE NOT EXISTS (
            SELECT FROM opportunities_states w
            WHERE {known("w")} AND w.account_id = d.account_id AND w.offering_id = d.offering_id
              AND w.status = 'won' AND w.closed_on < d.created_on)"""


def proposed(reading: Reading) -> str:
    """What was proposed: deals that entered such a stage, and engagements; one row each."""
    return f"""
        SELECT o.account_id, o.id AS opportunity_id, CAST(NULL AS uuid) AS engagement_id,
               CAST(max(s.stage_entered_at) AT TIME ZONE 'UTC' AS date) AS fact_on
        FROM opportunities_states o JOIN opportunities_states s ON s.tenant_id = :tenant_id AND s.id = o.id
        WHERE {known("o")} AND {reading.scope("o.account_id")} AND s.valid_from < :known_before
          AND s.stage = ANY(CAST(:proposal_stages AS text[]))
          AND s.stage_entered_at >= :window_begins AND s.stage_entered_at < :known_before
        GROUP BY o.account_id, o.id
        UNION ALL
        SELECT e.account_id, NULL, e.id, e.held_on FROM engagements e
        WHERE e.tenant_id = :tenant_id AND {reading.scope("e.account_id")} AND e.kind = 'proposal'
          AND e.held_on > :as_of - {QUARTER_DAYS} AND e.held_on <= :as_of"""


def opened(reading: Reading) -> str:
    """The deals by which a buying center bought for the first time, and those it bought in the window after it."""
    won = f"{WON} AND o.closed_on > :as_of - {QUARTER_DAYS} AND o.buying_center_id IS NOT NULL"
    return f"""
        SELECT d.* FROM ({deals(reading, won)}) d
        WHERE NOT EXISTS (
            SELECT FROM opportunities_states w
            WHERE {known("w")} AND w.account_id = d.account_id AND w.buying_center_id = d.buying_center_id
              AND w.status = 'won' AND w.closed_on <= :as_of - {QUARTER_DAYS})"""


# By metric: its facts, what of them is counted, and the day of each.
COUNTED = {
    "offerings_proposed_new": (offered, "DISTINCT f.offering_id", "f.created_on"),
    "proposals_new": (proposed, "*", "f.fact_on"),
    "buying_centers_new": (opened, "DISTINCT f.buying_center_id", "f.closed_on"),
}


def window(reading: Reading) -> dict[str, Any]:
    """The parameters of `proposed` beyond the reading's own."""
    return {
        "proposal_stages": list(reading.proposal_stages),
        "window_begins": end_of_day(reading.as_of - timedelta(days=QUARTER_DAYS)),
    }


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    for key in asked:
        rows, counted, day = COUNTED[key]
        table = await reading.table(
            f"""SELECT f.account_id, count({counted}) AS found, count(*) AS facts, {day_number(f"max({day})")} AS latest
            FROM ({rows(reading)}) f GROUP BY f.account_id""",
            ("found", "facts", "latest"),
            **window(reading),
        )
        found = scattered(table.rows, table["found"], reading.accounts, fill=0)
        results.put(
            key,
            recorded(found, known=not reading.recorded.isdisjoint(RECORDS[key])),
            counts(scattered(table.rows, table["facts"], reading.accounts, fill=0)),
            days(scattered(table.rows, table["latest"], reading.accounts)),
        )


FAMILY = Family(METRICS, measure, records=RECORDS)
