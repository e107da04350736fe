"""Whether what was promised for the account arrived in time, and how many functions work on the account together."""

from app.metrics.core.formulas import counts, days, ratio, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, account_then, day_number, joined_then

HANDS = ("plan edits", "review votes", "accepted commitments")

METRICS = (
    Metric(
        "commitments_kept", "Commitments kept", "ratio", "quantitative", "past", "collaboration",
        ("commitments",),
        definition=(
            "Promises of resources to the account that were delivered on or before their day / all that fell due. A"
            " promise falls due on its day, or as soon as it is given up as missed; one that was withdrawn by then does"
            " not. On the day itself one that is not delivered yet is still in time."
        ),
        window="Promises that fell due in the 365 days that end at as_of, as they stood then.",
        when_missing="Null where no promise to the account fell due in the window.",
    ),
    Metric(
        "collaboration_breadth", "Collaborating functions", "count", "quantitative", "current", "collaboration",
        ("plan_versions", "review_votes", "commitments"),
        definition=(
            "Distinct functions whose people saved a version of the account's plan, voted on the account in a review,"
            " or answered a request for resources that was accepted."
        ),
        window="The 365 days that end at as_of; a request counts by the day on which it was accepted.",
        when_missing="Null while the organization has recorded none of the three by as_of.",
    ),
)  # fmt: skip

# What is promised by the day, less what was withdrawn before it fell due, with the day on which it did.
PROMISED = """c.accepted_on <= :as_of
    AND NOT (c.state = 'withdrawn' AND c.closed_on <= least(c.due_on, :as_of))"""
FELL_ON = "CASE WHEN c.state = 'missed' AND c.closed_on <= :as_of THEN least(c.closed_on, c.due_on) ELSE c.due_on END"
IN_TIME = "c.delivered_on <= least(c.due_on, :as_of)"
# What is due on the day itself is settled if it was delivered or given up by then.
SETTLED = f"({FELL_ON} < :as_of OR {FELL_ON} = :as_of AND (c.delivered_on <= :as_of OR c.closed_on <= :as_of))"


def kept_statement(reading: Reading) -> str:
    return f"""
        SELECT c.account_id, count(*) AS due, count(*) FILTER (WHERE {IN_TIME}) AS kept,
               {day_number(f"max({FELL_ON})")} AS fell_on
        FROM commitments c
        WHERE c.tenant_id = :tenant_id AND {reading.scope("c.account_id")} AND {PROMISED}
          AND {FELL_ON} > :as_of - 365 AND {SETTLED}
        GROUP BY c.account_id"""


def hands_statement(reading: Reading) -> str:
    return f"""
        SELECT h.account_id, count(*) AS facts, count(DISTINCT h.function) AS functions,
               {day_number("max(h.happened_on)")} AS happened_on
        FROM (
            SELECT {account_then("p")} AS account_id, v.function, v.saved_on AS happened_on
            FROM account_plans p JOIN plan_versions v ON v.tenant_id = :tenant_id AND v.plan_id = p.id
            {joined_then("p")}
            WHERE p.tenant_id = :tenant_id AND {reading.scope_then("p")}
            UNION ALL
            SELECT v.account_id, v.function, CAST(v.created_at AT TIME ZONE 'UTC' AS date)
            FROM review_votes v WHERE v.tenant_id = :tenant_id AND {reading.scope("v.account_id")}
            UNION ALL
            SELECT c.account_id, m.function, c.accepted_on
            FROM commitments c JOIN commitment_moves m ON m.tenant_id = :tenant_id AND m.commitment_id = c.id
            WHERE c.tenant_id = :tenant_id AND {reading.scope("c.account_id")}
              AND m.from_state = 'requested' AND m.to_state IN ('accepted', 'countered')) h
        WHERE h.function IS NOT NULL AND h.happened_on <= :as_of AND h.happened_on > :as_of - 365
        GROUP BY h.account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    if "commitments_kept" in asked:
        table = await reading.table(kept_statement(reading), ("due", "kept", "fell_on"))
        due = scattered(table.rows, table["due"], reading.accounts, fill=0)
        kept = scattered(table.rows, table["kept"], reading.accounts, fill=0)
        fell_on = days(scattered(table.rows, table["fell_on"], reading.accounts))
        results.put("commitments_kept", ratio(kept, due), counts(due), fell_on)
    if "collaboration_breadth" in asked:
        table = await reading.table(hands_statement(reading), ("facts", "functions", "happened_on"))
        functions = scattered(table.rows, table["functions"], reading.accounts, fill=0)
        facts = scattered(table.rows, table["facts"], reading.accounts, fill=0)
        happened_on = days(scattered(table.rows, table["happened_on"], reading.accounts))
        known = any(kind in reading.recorded for kind in HANDS)
        results.put("collaboration_breadth", recorded(functions, known=known), counts(facts), happened_on)


FAMILY = Family(METRICS, measure, records={"collaboration_breadth": HANDS})
