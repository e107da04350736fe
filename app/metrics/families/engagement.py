"""How recently the account was met in the ways that count, and where it opened new doors."""

from app.kernel.periods import QUARTER_DAYS
from app.metrics.core.formulas import counts, days, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, day_number, known

NAMING = "referrals"

METRICS = (
    Metric(
        "referrals_new_buying_center", "Referrals to new buying centers", "count", "quantitative", "current",
        "breadth", ("engagements", "buying_centers"),
        definition="Referral engagements that name a buying center with no engagement before that day.",
        window=f"The {QUARTER_DAYS} days that end at as_of.",
        when_missing="Null while the organization has recorded no referral by as_of.",
    ),
    Metric(
        "days_since_qbr", "Days since the last business review", "days", "quantitative", "current", "relationship",
        ("engagements",),
        definition="Days from the latest qbr to as_of.",
        window="All engagements up to as_of.",
        when_missing="Null before the first qbr.",
    ),
    Metric(
        "days_since_executive_meeting", "Days since the last executive meeting", "days", "quantitative", "current",
        "relationship", ("engagements", "contacts"),
        definition=(
            "Days to as_of from the latest executive_review, or engagement of any kind in which a contact"
            " took part who as of that day is a vp or of c_level."
        ),
        window="All engagements up to as_of.",
        when_missing="Null before the first such meeting.",
    ),
)  # fmt: skip

# What each metric counts among the engagements.
AMONG = {
    "referrals_new_buying_center": f"""
        e.kind = 'referral' AND e.held_on > :as_of - {QUARTER_DAYS} AND e.buying_center_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM engagements b WHERE b.tenant_id = :tenant_id AND b.buying_center_id = e.buying_center_id
                AND b.held_on < e.held_on)""",
    "days_since_qbr": "e.kind = 'qbr'",
    "days_since_executive_meeting": f"""
        (e.kind = 'executive_review' OR EXISTS (
            SELECT FROM engagement_contacts p JOIN contacts_states c ON {known("c")} AND c.id = p.contact_id
            WHERE p.tenant_id = :tenant_id AND p.engagement_id = e.id AND c.seniority IN ('vp', 'c_level')))""",
}


def statement(reading: Reading, asked: Asked) -> str:
    columns = ", ".join(
        f"count(*) FILTER (WHERE {AMONG[key]}) AS {key},"
        f" {day_number(f'max(e.held_on) FILTER (WHERE {AMONG[key]})')} AS {key}_on"
        for key in asked
    )
    return f"""
        SELECT e.account_id, {columns} FROM engagements e
        WHERE e.tenant_id = :tenant_id AND {reading.scope("e.account_id")} AND e.held_on <= :as_of
        GROUP BY e.account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading, asked), [name for key in asked for name in (key, f"{key}_on")])
    for key in asked:
        found = scattered(table.rows, table[key], reading.accounts, fill=0)
        latest = days(scattered(table.rows, table[f"{key}_on"], reading.accounts))
        if key == "referrals_new_buying_center":
            value = recorded(found, known=NAMING in reading.recorded)
        else:
            value = reading.today - scattered(table.rows, table[f"{key}_on"], reading.accounts)
        results.put(key, value, counts(found), latest)


FAMILY = Family(METRICS, measure, records={"referrals_new_buying_center": (NAMING,)})
