"""How far an account uses what it is entitled to."""

from app.metrics.core.formulas import counts, days, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, day_number

USAGE = "usage entries"

METRICS = (
    Metric(
        "resource_utilization", "Resource utilization", "ratio", "quantitative", "current", "collaboration",
        ("usage_entries", "account_entitlements"),
        definition=(
            "The mean, over the resources that the account was entitled to, of used / entitled, each 1 at most."
            " Entitled is what was due in the window by the days on which it held: the greatest that tier and agreement"
            " bring, with exceptions on top."
        ),
        window="The 90 days that end at as_of.",
        when_missing=(
            "Null where nothing was due in the window, and while the organization has recorded no usage by as_of."
        ),
    ),
)  # fmt: skip

# What was due changes where a statement begins or ends: the window is cut there, and its parts add up by their days.
DUE = """
    WITH held AS MATERIALIZED (
        SELECT s.account_id, s.resource_id, s.basis, s.quantity, greatest(s.from_on, :as_of - 89) AS b,
               least(coalesce(s.until_on, :as_of + 1), :as_of + 1) AS e
        FROM account_entitlements s
        WHERE s.tenant_id = :tenant_id AND {scope} AND s.from_on <= :as_of
          AND (s.until_on IS NULL OR (s.until_on > :as_of - 89 AND s.until_on > s.from_on))),
    edges AS (SELECT account_id, resource_id, b AS day FROM held UNION SELECT account_id, resource_id, e FROM held),
    parts AS (
        SELECT account_id, resource_id, day AS b,
               lead(day) OVER (PARTITION BY account_id, resource_id ORDER BY day) AS e
        FROM edges),
    given AS (
        SELECT p.account_id, p.resource_id, (p.e - p.b) / 90.0 AS share,
               coalesce(max(h.quantity) FILTER (WHERE h.basis <> 'exception'), 0)
               + coalesce(sum(h.quantity) FILTER (WHERE h.basis = 'exception'), 0) AS quantity
        FROM parts p JOIN held h USING (account_id, resource_id)
        WHERE h.b <= p.b AND h.e >= p.e GROUP BY p.account_id, p.resource_id, p.b, p.e)
    SELECT account_id, resource_id, sum(share * quantity) AS entitled FROM given GROUP BY account_id, resource_id"""


def statement(reading: Reading) -> str:
    return f"""
        SELECT d.account_id, avg(least(coalesce(u.used, 0) / d.entitled, 1)) AS share,
               coalesce(sum(u.entries), 0) AS entries, {day_number("max(u.latest)")} AS latest
        FROM ({DUE.format(scope=reading.scope("s.account_id"))}) d
        LEFT JOIN (
            SELECT u.account_id, u.resource_id, sum(u.quantity) AS used, count(*) AS entries, max(u.used_on) AS latest
            FROM usage_entries u
            WHERE u.tenant_id = :tenant_id AND {reading.scope("u.account_id")}
              AND u.used_on > :as_of - 90 AND u.used_on <= :as_of
            GROUP BY u.account_id, u.resource_id) u USING (account_id, resource_id)
        WHERE d.entitled > 0
        GROUP BY d.account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), ("share", "entries", "latest"))
    for key in asked:
        share = scattered(table.rows, table["share"], reading.accounts)
        results.put(
            key,
            recorded(share, known=USAGE in reading.recorded),
            counts(scattered(table.rows, table["entries"], reading.accounts, fill=0)),
            days(scattered(table.rows, table["latest"], reading.accounts)),
        )


FAMILY = Family(METRICS, measure, records={"resource_utilization": (USAGE,)})
