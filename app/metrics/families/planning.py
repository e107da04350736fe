"""How long ago the account's plan last changed in substance, and how many functions work on the account together."""

from app.metrics.core.formulas import counts, days, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, day_number

EDITS = "plan edits"

METRICS = (
    Metric(
        "days_since_plan_update", "Days since the plan was updated", "days", "quantitative", "current",
        "collaboration", ("plan_versions",),
        definition=(
            "Days to as_of from the latest version of the account's plan that said something new; a change of wording"
            " alone is no update, and a plan that is archived by then does not count."
        ),
        window="All versions up to as_of.",
        when_missing="Null without a plan.",
    ),
    Metric(
        "collaboration_breadth", "Collaborating functions", "count", "quantitative", "current", "collaboration",
        ("plan_versions",),
        definition=(
            "Distinct functions whose people saved a version of the account's plan in the window. Accepted commitments"
            " will count beside them once they can be recorded."
        ),
        window="The 365 days that end at as_of.",
        when_missing="Null while the organization has recorded no plan edit by a person by as_of.",
    ),
)  # fmt: skip

_LIVE = "v.substantive AND (p.archived_at IS NULL OR p.archived_at >= :known_before)"
_EDIT = "v.function IS NOT NULL AND v.saved_on > :as_of - 365"


def statement(reading: Reading) -> str:
    return f"""
        SELECT p.account_id,
               count(*) FILTER (WHERE {_LIVE}) AS updates,
               {day_number(f"max(v.saved_on) FILTER (WHERE {_LIVE})")} AS updated,
               count(*) FILTER (WHERE {_EDIT}) AS edits,
               count(DISTINCT v.function) FILTER (WHERE {_EDIT}) AS functions,
               {day_number(f"max(v.saved_on) FILTER (WHERE {_EDIT})")} AS edited
        FROM account_plans p JOIN plan_versions v ON v.tenant_id = :tenant_id AND v.plan_id = p.id
        WHERE p.tenant_id = :tenant_id AND {reading.scope("p.account_id")} AND v.saved_on <= :as_of
        GROUP BY p.account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), ("updates", "updated", "edits", "functions", "edited"))
    if "days_since_plan_update" in asked:
        updated = scattered(table.rows, table["updated"], reading.accounts)
        updates = scattered(table.rows, table["updates"], reading.accounts, fill=0)
        results.put("days_since_plan_update", reading.today - updated, counts(updates), days(updated))
    if "collaboration_breadth" in asked:
        functions = scattered(table.rows, table["functions"], reading.accounts, fill=0)
        edits = scattered(table.rows, table["edits"], reading.accounts, fill=0)
        edited = days(scattered(table.rows, table["edited"], reading.accounts))
        known = EDITS in reading.recorded
        results.put("collaboration_breadth", recorded(functions, known=known), counts(edits), edited)


FAMILY = Family(METRICS, measure, records={"collaboration_breadth": (EDITS,)})
