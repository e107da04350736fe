"""In how few hands an account's revenue lies: by offering, buying center and decision maker."""

import numpy as np

from app.metrics.core.formulas import counts, days, herfindahl, known_sum, largest_share, recorded, scattered
from app.metrics.core.measured import Results, Vector
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import WON_LTM, Reading, Table, day_number, deals

NAMING = "buying centers of opportunities"
LTM_WINDOW = "The 365 days that end at as_of."


def _concentration(key: str, title: str, part: str) -> Metric:
    return Metric(
               key, f"Concentration of revenue by {title}", "hhi", "quantitative", "current", "concentration",
               ("opportunities",),
               definition=f"Σ share² of revenue_ltm by {part}, over the deals that name one; 1 when all is in one.",
               window=LTM_WINDOW,
               when_missing=f"Null without a won deal in the window that has an amount and names its {part}.",
           )  # fmt: skip


METRICS = (
    Metric(
        "buying_centers_active", "Active buying centers", "count", "quantitative", "past", "breadth",
        ("opportunities", "buying_centers"),
        definition="Distinct buying centers with a deal won in the window.",
        window=LTM_WINDOW,
        when_missing="Null while no opportunity of the organization names a buying center by as_of.",
    ),
    _concentration("concentration_offering", "offering", "offering"),
    _concentration("concentration_buying_center", "buying center", "buying center"),
    _concentration("concentration_decision_maker", "decision maker", "primary contact"),
    Metric(
        "largest_contact_share", "Revenue that hangs on one contact", "ratio", "quantitative", "current",
        "concentration", ("opportunities", "contacts"),
        definition="The largest share of revenue_ltm that one primary contact has, over the deals that name one.",
        window=LTM_WINDOW,
        when_missing="Null without a won deal in the window that has an amount and names its primary contact.",
    ),
)  # fmt: skip

# The bits of GROUPING(): a row of one grouping set has 0 where its own part stands.
OFFERING, BUYING_CENTER, CONTACT = 3, 5, 6
PARTS = {
    "buying_centers_active": BUYING_CENTER,
    "concentration_offering": OFFERING,
    "concentration_buying_center": BUYING_CENTER,
    "concentration_decision_maker": CONTACT,
    "largest_contact_share": CONTACT,
}


def statement(reading: Reading) -> str:
    return f"""
        SELECT d.account_id, GROUPING(d.offering_id, d.buying_center_id, d.primary_contact_id) AS part,
               count(*) AS deals, sum(d.worth) AS worth, {day_number("max(d.closed_on)")} AS latest
        FROM ({deals(reading, WON_LTM)}) d
        GROUP BY GROUPING SETS ((d.account_id, d.offering_id), (d.account_id, d.buying_center_id),
                                (d.account_id, d.primary_contact_id))
        HAVING coalesce(d.offering_id, d.buying_center_id, d.primary_contact_id) IS NOT NULL"""


def part_of(table: Table, part: int) -> Table:
    """The rows of one grouping set."""
    among = table["part"] == part
    return Table(table.rows[among], {name: column[among] for name, column in table.columns.items()})


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), ("part", "deals", "worth", "latest"))
    for key in asked:
        part = part_of(table, PARTS[key])
        latest = scattered(part.rows, part["latest"], reading.accounts)
        np.fmax.at(latest, part.rows, part["latest"])
        facts = counts(known_sum(part.rows, part["deals"], reading.accounts))
        results.put(key, _value(key, part, reading), facts, days(latest))


def _value(key: str, part: Table, reading: Reading) -> Vector:
    if key == "buying_centers_active":
        centers = np.bincount(part.rows, minlength=reading.accounts).astype(np.float64)
        return recorded(centers, known=NAMING in reading.recorded)
    formula = largest_share if key == "largest_contact_share" else herfindahl
    return formula(part.rows, part["worth"], reading.accounts)


FAMILY = Family(METRICS, measure, records={"buying_centers_active": (NAMING,)})
