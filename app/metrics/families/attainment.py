"""What was achieved of what was planned, and whether the pipeline covers what is planned next."""

import numpy as np

from app.metrics.core.formulas import UNKNOWN, counted_sum, counts, days, latest_of, ratio, recorded, scattered
from app.metrics.core.measured import Column, Results, Vector
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import WON_LTM, Reading, day_number, deals, known

PRO_RATA = "Targets count by the share of their days in the window, converted at the rate of as_of; several add up."
COVERED = "The days of the 365 that end at as_of which a target covers."

METRICS = (
    Metric(
        "revenue_attainment", "Revenue attainment", "ratio", "quantitative", "past", "attainment",
        ("targets", "opportunities"),
        definition=f"Revenue won on the days that a target covers / revenue target. {PRO_RATA}",
        window=COVERED,
        when_missing="Null without a revenue target, or where one has no exchange rate.",
    ),
    Metric(
        "margin_attainment", "Margin attainment", "ratio", "quantitative", "past", "attainment",
        ("targets", "observations", "opportunities"),
        definition=(
            "The latest observed margin (a share of revenue) · revenue won on the days that a margin target covers"
            f" / margin target. {PRO_RATA}"
        ),
        window=COVERED,
        when_missing=(
            "Null without a margin target or where one has no exchange rate, and without an observed margin"
            " from -1 to 1."
        ),
    ),
    Metric(
        "pipeline_coverage", "Pipeline coverage", "ratio", "quantitative", "future", "pipeline",
        ("targets", "opportunities"),
        definition=(
            "future_spend / revenue target of the window; as of as_of nothing of it is won yet, so nothing is deducted."
            f" {PRO_RATA}"
        ),
        window="The 365 days that follow as_of.",
        when_missing="Null without a revenue target in the window, or where one has no exchange rate.",
    ),
)  # fmt: skip
NEEDS = {"pipeline_coverage": ("future_spend",), "margin_attainment": ("margin",)}

# Window by name: its first and last day, and what the targets in it plan.
WINDOWS = {
    "revenue": (":as_of - 364", ":as_of", "revenue"),
    "margin": (":as_of - 364", ":as_of", "margin"),
    "next": (":as_of + 1", ":as_of + 365", "revenue"),
}


def targets(reading: Reading) -> str:
    """What is planned for each window: amount, number of targets, how many of them could not be converted."""
    columns = []
    for name, (first, last, metric) in WINDOWS.items():
        overlap = f"(least(t.period_to, {last}) - greatest(t.period_from, {first}) + 1)"
        among = f"FILTER (WHERE t.metric = '{metric}' AND {overlap} > 0)"
        columns += [
            f"sum(t.worth * {overlap} / (t.period_to - t.period_from + 1)) {among} AS {name}",
            f"count(*) {among} AS {name}_targets",
            f"count(*) {among} - count(t.worth) {among} AS {name}_unconverted",
            f"{day_number(f'max(t.known_on) {among}')} AS {name}_on",
        ]
    return f"""
        SELECT t.account_id, {", ".join(columns)}
        FROM (SELECT s.account_id, s.metric, s.period_from, s.period_to,
                     CAST(s.valid_from AT TIME ZONE 'UTC' AS date) AS known_on,
                     CASE WHEN s.currency = :currency THEN s.amount
                          ELSE s.amount * (SELECT e.rate FROM exchange_rates e
                                           WHERE e.tenant_id = :tenant_id AND e.currency = s.currency
                                             AND e.into_currency = :currency AND e.from_on <= :as_of
                                           ORDER BY e.from_on DESC LIMIT 1) END AS worth
              FROM targets_states s
              WHERE {known("s")} AND {reading.scope("s.account_id")}
                AND s.period_to > :as_of - 365 AND s.period_from <= :as_of + 365) t
        GROUP BY t.account_id"""


def actuals(reading: Reading) -> str:
    """Revenue won on the days that targets of each kind cover."""
    columns = ", ".join(
        f"count(*) FILTER (WHERE {metric}) AS {metric}_deals, count(worth) FILTER (WHERE {metric}) AS {metric}_counted,"
        f" sum(worth) FILTER (WHERE {metric}) AS {metric},"
        f" {day_number(f'max(closed_on) FILTER (WHERE {metric})')} AS {metric}_on"
        for metric in ("revenue", "margin")
    )
    covers = ", ".join(
        f"""EXISTS (SELECT FROM targets_states s WHERE {known("s")} AND s.account_id = d.account_id
                    AND s.metric = '{metric}' AND d.closed_on BETWEEN s.period_from AND s.period_to) AS {metric}"""
        for metric in ("revenue", "margin")
    )
    return f"""
        SELECT account_id, {columns}
        FROM (SELECT d.account_id, d.worth, d.closed_on, {covers} FROM ({deals(reading, WON_LTM)}) d) c
        GROUP BY account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    plans = await _spread(
        reading, targets(reading), [f"{w}{c}" for w in WINDOWS for c in ("", "_targets", "_unconverted", "_on")]
    )
    planned = {name: _planned(plans, name) for name in WINDOWS}
    if "pipeline_coverage" in asked:
        _put(results, "pipeline_coverage", results.columns["future_spend"], planned["next"])
    if "revenue_attainment" in asked or "margin_attainment" in asked:
        names = [f"{m}{c}" for m in ("revenue", "margin") for c in ("", "_deals", "_counted", "_on")]
        done = await _spread(reading, actuals(reading), names)
        for metric in ("revenue", "margin"):
            if f"{metric}_attainment" in asked:
                won = _won(done, metric, known="opportunities" in reading.recorded)
                actual = won if metric == "revenue" else _earned(won, results.columns["margin"])
                _put(results, f"{metric}_attainment", actual, planned[metric])
    for key, window in {
        "pipeline_coverage": "next",
        "revenue_attainment": "revenue",
        "margin_attainment": "margin",
    }.items():
        if key in asked:
            results.notes[key] = {"targets_without_rate": np.nan_to_num(plans[f"{window}_unconverted"])}


async def _spread(reading: Reading, sql: str, names: list[str]) -> dict[str, Vector]:
    table = await reading.table(sql, names)
    return {name: scattered(table.rows, table[name], reading.accounts) for name in names}


def _planned(plans: dict[str, Vector], name: str) -> Column:
    amount = np.where(plans[f"{name}_unconverted"] == 0, plans[name], UNKNOWN)
    return Column(amount, counts(plans[f"{name}_targets"]), days(plans[f"{name}_on"]))


def _won(done: dict[str, Vector], metric: str, *, known: bool) -> Column:
    total, facts, counted = (np.nan_to_num(done[f"{metric}{suffix}"]) for suffix in ("", "_deals", "_counted"))
    return Column(recorded(counted_sum(total, counted, facts), known=known), counts(facts), days(done[f"{metric}_on"]))


def _earned(won: Column, margin: Column) -> Column:
    usable = np.where(np.abs(margin.value) <= 1, margin.value, UNKNOWN)
    return Column(won.value * usable, won.facts + margin.facts, latest_of(won.latest, margin.latest))


def _put(results: Results, key: str, actual: Column, plan: Column) -> None:
    results.put(key, ratio(actual.value, plan.value), actual.facts + plan.facts, latest_of(actual.latest, plan.latest))


FAMILY = Family(
    METRICS,
    measure,
    needs=NEEDS,
    records=dict.fromkeys(("revenue_attainment", "margin_attainment"), ("opportunities",)),
)
