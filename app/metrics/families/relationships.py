"""Whom at the customer the supplier meets."""

import numpy as np

from app.kernel.periods import QUARTER_DAYS
from app.metrics.core.formulas import UNKNOWN, counts, days, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, day_number, known

NAMING = "participants"
ENGAGED_DAYS = 180
DIRECTOR = 3

METRICS = (
    Metric(
        "relationship_depth", "Relationship depth", "level", "quantitative", "current", "relationship",
        ("engagements", "contacts"),
        definition=(
            "Highest seniority as of that day among the engaged contacts who are still active: functional 1,"
            " manager 2, director 3, vp 4, c_level 5; 0 if none was engaged."
        ),
        window=f"The {ENGAGED_DAYS} days that end at as_of.",
        when_missing=(
            "Null while no engagement of the organization names a contact by as_of, or where the seniority"
            " of none engaged is known."
        ),
    ),
    Metric(
        "executives_met_new", "Executives met for the first time", "count", "quantitative", "current", "relationship",
        ("engagements", "contacts"),
        definition=(
            "Contacts of seniority director or above (as of that day) whose first engagement falls into the"
            " window."
        ),
        window=f"The {QUARTER_DAYS} days that end at as_of.",
        when_missing="Null while no engagement of the organization names a contact by as_of.",
    ),
)  # fmt: skip

LEVEL = """CASE c.seniority WHEN 'functional' THEN 1 WHEN 'manager' THEN 2 WHEN 'director' THEN 3
                            WHEN 'vp' THEN 4 WHEN 'c_level' THEN 5 END"""
COLUMNS = ("engaged", "level", "meetings", "met_on", "executives", "executive_on")
# A contact without a state by then was engaged, but nothing is known of it; unless it had been removed by then.
REMOVED = """
    c.id IS NULL AND (
        EXISTS (SELECT FROM contacts k WHERE k.tenant_id = :tenant_id AND k.id = p.contact_id
                AND k.removed_at < :known_before)
        OR EXISTS (SELECT FROM contacts_past k WHERE k.tenant_id = :tenant_id AND k.id = p.contact_id
                   AND k.valid_to < :known_before))"""
PRESENT = f"m.last_on > :as_of - {ENGAGED_DAYS} AND m.active IS NOT FALSE"
NEW = f"m.level >= {DIRECTOR} AND m.first_on > :as_of - {QUARTER_DAYS}"


def met(reading: Reading) -> str:
    """Whom of each account was met, and when first and last."""
    return f"""
        SELECT e.account_id, p.contact_id, {LEVEL} AS level, c.active,
               min(e.held_on) AS first_on, max(e.held_on) AS last_on,
               count(*) FILTER (WHERE e.held_on > :as_of - {ENGAGED_DAYS}) AS recent
        FROM engagements e
        JOIN engagement_contacts p ON p.tenant_id = :tenant_id AND p.engagement_id = e.id
        LEFT JOIN contacts_states c ON {known("c")} AND c.id = p.contact_id
        WHERE e.tenant_id = :tenant_id AND {reading.scope("e.account_id")} AND e.held_on <= :as_of
          AND NOT ({REMOVED})
        GROUP BY e.account_id, p.contact_id, c.seniority, c.active"""


def statement(reading: Reading) -> str:
    return f"""
        SELECT m.account_id, count(*) FILTER (WHERE {PRESENT}) AS engaged,
               max(m.level) FILTER (WHERE {PRESENT}) AS level,
               sum(m.recent) FILTER (WHERE {PRESENT}) AS meetings,
               {day_number(f"max(m.last_on) FILTER (WHERE {PRESENT})")} AS met_on,
               count(*) FILTER (WHERE {NEW}) AS executives,
               {day_number(f"max(m.first_on) FILTER (WHERE {NEW})")} AS executive_on
        FROM ({met(reading)}) m
        GROUP BY m.account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), COLUMNS)
    known_kind = NAMING in reading.recorded
    if "relationship_depth" in asked:
        level = np.where(table["engaged"] == 0, 0.0, table["level"])
        depth = scattered(table.rows, level, reading.accounts, fill=0)
        _put(
            results,
            "relationship_depth",
            recorded(depth, known=known_kind),
            (table.rows, table["meetings"], table["met_on"]),
        )
    if "executives_met_new" in asked:
        met = scattered(table.rows, table["executives"], reading.accounts, fill=0)
        facts = (table.rows, table["executives"], table["executive_on"])
        _put(results, "executives_met_new", recorded(met, known=known_kind), facts)


def _put(results: Results, key: str, value: "np.ndarray", facts: "tuple[np.ndarray, np.ndarray, np.ndarray]") -> None:
    rows, number, latest = facts
    results.put(
        key,
        value,
        counts(scattered(rows, number, len(value), fill=0)),
        days(scattered(rows, latest, len(value), fill=UNKNOWN)),
    )


FAMILY = Family(METRICS, measure, records={metric.key: (NAMING,) for metric in METRICS})
