"""How long ago the account's plan last changed in substance."""

from app.metrics.core.formulas import counts, days, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, account_then, day_number, joined_then

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
)  # fmt: skip


def statement(reading: Reading) -> str:
    return f"""
        SELECT {account_then("p")} AS account_id, count(*) AS updates, {day_number("max(v.saved_on)")} AS updated
        FROM account_plans p JOIN plan_versions v ON v.tenant_id = :tenant_id AND v.plan_id = p.id
        {joined_then("p")}
        WHERE p.tenant_id = :tenant_id AND {reading.scope_then("p")} AND v.saved_on <= :as_of AND v.substantive
          AND (p.archived_at IS NULL OR p.archived_at >= :known_before)
        GROUP BY 1"""


async def measure(reading: Reading, _asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), ("updates", "updated"))
    updated = scattered(table.rows, table["updated"], reading.accounts)
    updates = scattered(table.rows, table["updates"], reading.accounts, fill=0)
    results.put("days_since_plan_update", reading.today - updated, counts(updates), days(updated))


FAMILY = Family(METRICS, measure)
