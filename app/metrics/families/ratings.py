"""What people judge: each function has one voice, however many of its people rated."""

from dataclasses import replace

from app.accounts.core.functions import FUNCTIONS
from app.metrics.core.measured import Results
from app.metrics.core.registry import rated
from app.metrics.core.voices import Ratings, voices
from app.metrics.families.family import Asked, Family
from app.metrics.families.observations import SHELVES, fill, shelves
from app.metrics.families.reading import Reading, Table, day_number

METRICS = (
    replace(rated("willingness_to_partner", "Willingness to partner", horizon="future"), measures="potential"),
    rated("goal_fit", "Fit of goals"),
    replace(rated("customer_growth_outlook", "Customer's growth outlook", horizon="future"), measures="potential"),
    rated("market_leadership", "Market leadership"),
    rated("switching_cost", "Switching cost"),
    rated("perceived_value", "Perceived value"),
    rated("influence", "Influence on the market"),
    rated("strategic_importance", "Strategic importance"),
    rated("procurement_disposition", "Disposition of procurement"),
    rated("compatibility", "Compatibility"),
)


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(
        f"""
        SELECT r.account_id, k.number * {len(FUNCTIONS)} + array_position(CAST(:functions AS text[]), r.function) - 1
                   AS voice, r.user_id, r.id, {day_number("r.rated_on")} AS rated_on, r.value
        FROM ratings r JOIN {SHELVES} ON k.metric = r.metric
        WHERE r.tenant_id = :tenant_id AND {reading.scope("r.account_id")}
          AND r.rated_on <= :as_of AND r.rated_on > :as_of - k.days""",
        ("voice:int4", "user_id:uuid", "id:uuid", "rated_on:int4", "value"),
        functions=list(FUNCTIONS),
        **shelves(asked.values()),
    )
    judged = voices(_ratings(table))
    columns = {"number": judged.number, "value": judged.value, "facts": judged.facts, "latest": judged.latest}
    fill(asked, Table(judged.rows, columns), reading.accounts, results)


def _ratings(table: Table) -> Ratings:
    voice = table.whole("voice")
    return Ratings(
        rows=table.rows,
        number=voice // len(FUNCTIONS),
        function=voice % len(FUNCTIONS),
        functions=len(FUNCTIONS),
        user=table.columns["user_id"],
        on=table.whole("rated_on"),
        ids=table.columns["id"],
        value=table["value"],
    )


FAMILY = Family(METRICS, measure)
