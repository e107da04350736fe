"""SQL of the records behind warnings, as they were known on a day, by rule and way."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.queries.promise_records import COMMITMENTS_MISSED, EXPECTATIONS_UNMET, RESOURCES_UNUSED
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day

AT_MOST: Final = 5  # of each way


def _known(alias: str, before: str = ":known_before") -> str:
    return f"{alias}.tenant_id = :tenant_id AND {alias}.valid_from < {before} AND {alias}.valid_to >= {before}"


def _mine(alias: str) -> str:
    return f"{alias}.account_id = ANY(:account_ids)"


# Rows of one shape; `rank` puts those first that matter most.
_NO_MEASURE = "NULL::float8 AS value, NULL::float8 AS share, NULL::bigint AS count"
_THERE = "(o.created_on IS NULL OR o.created_on <= :as_of)"
_WON_LTM = f"{_known('o')} AND {_mine('o')} AND {_THERE} AND o.status = 'won' AND o.closed_on <= :as_of"
_WON_LTM += " AND o.closed_on > :as_of - 365"
_OPEN = f"{_known('o')} AND {_mine('o')} AND {_THERE} AND (o.closed_on IS NULL OR o.closed_on > :as_of)"
_WORTH = """CASE WHEN o.currency = :currency THEN o.amount ELSE o.amount * (
    SELECT e.rate FROM exchange_rates e WHERE e.tenant_id = :tenant_id AND e.currency = o.currency
        AND e.into_currency = :currency AND e.from_on <= o.closed_on ORDER BY e.from_on DESC LIMIT 1) END"""
_SUPPORTIVE = "('advocate', 'coach', 'supporter')"
_QUARTER_BEFORE = "(:known_before - INTERVAL '2160 hours')"


def _parts(way: str, kind: str, column: str) -> str:
    """In whose hands the revenue of a year lies: the largest parts, with their shares."""
    return f"""
        SELECT w.account_id, '{way}' AS way, '{kind}' AS kind, w.{column} AS id, max(w.closed_on) AS dated_on,
               NULL AS detail, NULL::float8 AS value,
               CAST(sum(w.worth) / nullif(sum(sum(w.worth)) OVER (PARTITION BY w.account_id), 0) AS float8) AS share,
               count(*) AS count, CAST(sum(w.worth) AS float8) AS rank
        FROM (SELECT o.account_id, o.{column}, o.closed_on, {_WORTH} AS worth FROM opportunities_states o
              WHERE {_WON_LTM} AND o.{column} IS NOT NULL) w
        WHERE w.worth > 0 GROUP BY w.account_id, w.{column}"""


def _contacts(way: str, where: str) -> str:
    """Active contacts of whom something holds."""
    return f"""
        SELECT c.account_id, '{way}' AS way, 'contact' AS kind, c.id,
               CAST(c.valid_from AT TIME ZONE 'UTC' AS date) AS dated_on, c.stance AS detail, {_NO_MEASURE},
               CASE c.seniority WHEN 'c_level' THEN 5 WHEN 'vp' THEN 4 WHEN 'director' THEN 3 WHEN 'manager' THEN 2
                    ELSE 1 END AS rank
        FROM contacts_states c WHERE {_known("c")} AND {_mine("c")} AND c.active AND {where}"""


def _observed(way: str, metric: str) -> str:
    return f"""
        SELECT o.account_id, '{way}' AS way, 'observation' AS kind, o.id, o.observed_on AS dated_on,
               o.metric AS detail, o.value, NULL::float8 AS share, NULL::bigint AS count,
               extract(epoch FROM o.observed_on) AS rank
        FROM observations o WHERE o.tenant_id = :tenant_id AND {_mine("o")} AND o.metric = '{metric}'
          AND o.observed_on <= :as_of AND o.observed_on > :as_of - 365"""


def _rated(way: str, metric: str) -> str:
    return f"""
        SELECT r.account_id, '{way}' AS way, 'rating' AS kind, r.id, r.rated_on AS dated_on, r.function AS detail,
               CAST(r.value AS float8) AS value, NULL::float8 AS share, NULL::bigint AS count,
               extract(epoch FROM r.rated_on) AS rank
        FROM ratings r WHERE r.tenant_id = :tenant_id AND {_mine("r")} AND r.metric = '{metric}'
          AND r.rated_on <= :as_of AND r.rated_on > :as_of - 365"""


def _deals(way: str, where: str, day: str, detail: str = "NULL") -> str:
    return f"""
        SELECT o.account_id, '{way}' AS way, 'opportunity' AS kind, o.id, {day} AS dated_on, {detail} AS detail,
               {_NO_MEASURE}, extract(epoch FROM {day}) AS rank
        FROM opportunities_states o WHERE {where}"""


def _met(way: str, where: str) -> str:
    return f"""
        SELECT e.account_id, '{way}' AS way, 'engagement' AS kind, e.id, e.held_on AS dated_on, e.kind AS detail,
               {_NO_MEASURE}, extract(epoch FROM e.held_on) AS rank
        FROM engagements e WHERE e.tenant_id = :tenant_id AND {_mine("e")} AND e.held_on <= :as_of AND {where}"""


_KEPT_MEETING = f"""
    SELECT e.account_id, 'no_new_doors' AS way, 'contact' AS kind, p.contact_id AS id, max(e.held_on) AS dated_on,
           NULL AS detail, NULL::float8 AS value, NULL::float8 AS share, count(*) AS count,
           CAST(count(*) AS float8) AS rank
    FROM engagements e JOIN engagement_contacts p ON p.tenant_id = :tenant_id AND p.engagement_id = e.id
    WHERE e.tenant_id = :tenant_id AND {_mine("e")} AND e.held_on <= :as_of AND e.held_on > :as_of - 180
    GROUP BY e.account_id, p.contact_id"""
# Each person's states in one pass: joined with themselves, they cost a scan for each where the planner knows nothing.
_THEN = f"(c.valid_from < {_QUARTER_BEFORE} AND c.valid_to >= {_QUARTER_BEFORE})"
_NOW = "(c.valid_to >= :known_before)"
_SPOKE = f"c.active AND c.stance IN {_SUPPORTIVE}"
_LEFT = f"""
    SELECT c.account_id, 'lost' AS way, 'contact' AS kind, c.id,
           CAST(coalesce(max(c.valid_from) FILTER (WHERE {_NOW}), max(c.valid_to)) AT TIME ZONE 'UTC' AS date)
               AS dated_on,
           CASE WHEN NOT bool_or({_NOW}) THEN 'gone' WHEN NOT bool_or({_NOW} AND c.active) THEN 'inactive'
                ELSE max(c.stance) FILTER (WHERE {_NOW}) END AS detail,
           {_NO_MEASURE}, CASE max(c.stance) FILTER (WHERE {_THEN}) WHEN 'supporter' THEN 1 ELSE 2 END AS rank
    FROM contacts_states c
    WHERE c.tenant_id = :tenant_id AND {_mine("c")} AND c.valid_from < :known_before
      AND c.valid_to >= {_QUARTER_BEFORE}
    GROUP BY c.account_id, c.id
    HAVING bool_or({_THEN} AND {_SPOKE}) AND NOT bool_or({_NOW} AND {_SPOKE})"""
_UNTOUCHED_CENTERS = f"""
    SELECT b.account_id, NULL AS way, 'buying_center' AS kind, b.id, NULL::date AS dated_on, NULL AS detail,
           NULL::float8 AS value, NULL::float8 AS share, count(DISTINCT o.offering_id) AS count,
           -CAST(count(DISTINCT o.offering_id) AS float8) AS rank
    FROM buying_centers b
    LEFT JOIN opportunities_states o ON {_known("o")} AND o.buying_center_id = b.id AND {_THERE} AND o.status <> 'lost'
    WHERE b.tenant_id = :tenant_id AND {_mine("b")} AND b.created_at < :known_before
    GROUP BY b.account_id, b.id"""
_PLAN = f"""
    SELECT p.account_id, 'not_updated' AS way, 'plan' AS kind, p.id, max(v.saved_on) AS dated_on, NULL AS detail,
           NULL::float8 AS value, NULL::float8 AS share, max(v.number)::bigint AS count, 0::float8 AS rank
    FROM account_plans p JOIN plan_versions v ON v.tenant_id = :tenant_id AND v.plan_id = p.id
    WHERE p.tenant_id = :tenant_id AND {_mine("p")} AND p.state = 'active' AND v.saved_on <= :as_of AND v.substantive
    GROUP BY p.account_id, p.id"""
_WITH_EXECUTIVES = f"""(e.kind = 'executive_review' OR EXISTS (
    SELECT FROM engagement_contacts p JOIN contacts_states c ON {_known("c")} AND c.id = p.contact_id
    WHERE p.tenant_id = :tenant_id AND p.engagement_id = e.id AND c.seniority IN ('vp', 'c_level')))"""
_RIVAL = "o.competitor IS NOT NULL"
_RIVAL_OPEN = f"{_OPEN} AND {_RIVAL}"
_RIVAL_WON = f"{_known('o')} AND {_mine('o')} AND {_THERE} AND {_RIVAL} AND o.status = 'lost'"
_RIVAL_WON += " AND o.closed_on <= :as_of AND o.closed_on > :as_of - 365"

RECORDS: Final[Mapping[str, Sequence[str]]] = {
    "comfort_zone": [_KEPT_MEETING],
    "concentrated": [
        _parts("by_offering", "offering", "offering_id"),
        _parts("by_buying_center", "buying_center", "buying_center_id"),
        _parts("by_decision_maker", "contact", "primary_contact_id"),
    ],
    "flattening": [_deals("trend_turned", _WON_LTM, "o.closed_on")],
    "thin_relationships": [
        _contacts("few_advocates", "c.stance IN ('advocate', 'coach')"),
        _parts("one_contact", "contact", "primary_contact_id"),
    ],
    "supporter_left": [_LEFT],
    "competitor_foothold": [
        _deals("foothold", _RIVAL_OPEN, "o.created_on", "o.competitor"),
        _deals("foothold", _RIVAL_WON, "o.closed_on", "o.competitor"),
    ],
    "untapped_whitespace": [_UNTOUCHED_CENTERS],
    "plan_stale": [_PLAN],
    "engagement_lapsed": [_met("business_review", "e.kind = 'qbr'"), _met("executives", _WITH_EXECUTIVES)],
    "resources_unused": [RESOURCES_UNUSED],
    "commitments_missed": [COMMITMENTS_MISSED],
    "expectations_unmet": [EXPECTATIONS_UNMET],
    "usage_falling": [_observed("adoption_fell", "adoption")],
    "detractor": [
        _observed("score_low", "nps"),
        _contacts("deciding", "c.stance = 'detractor' AND c.seniority IN ('director', 'vp', 'c_level')"),
    ],
    "all_competitive": [_deals("contested", f"{_OPEN} AND o.sole_sourced IS FALSE", "o.created_on")],
    "market_worsening": [
        _rated("growth_outlook", "customer_growth_outlook"),
        _rated("leadership", "market_leadership"),
    ],
    "user_base_matured": [_observed("saturated", "adoption")],
}


async def records(
    connection: AsyncConnection,
    tenant_id: TenantId,
    code: str,
    account_ids: Sequence[AccountId],
    *,
    as_of: date,
    currency: str,
) -> Sequence[RowMapping]:
    """The records behind a rule's warnings of these accounts, a few of each way, those first that matter most."""
    statements = RECORDS.get(code)
    if not statements:
        return ()
    values = {"tenant_id": tenant_id, "account_ids": list(account_ids), "as_of": as_of,
              "known_before": end_of_day(as_of), "currency": currency}  # fmt: skip
    sql = _first_of(" UNION ALL ".join(statements))
    used = {name: value for name, value in values.items() if f":{name}" in sql}
    return (await connection.execute(text(_typed(sql)), used)).mappings().all()


def _first_of(sql: str) -> str:
    return (
        "SELECT account_id, way, kind, id, dated_on, detail, value, share, count FROM (SELECT f.*, row_number()"
        "  OVER (PARTITION BY f.account_id, f.way ORDER BY f.rank DESC NULLS LAST, f.id) AS place"
        f" FROM ({sql}) f) n WHERE place <= {AT_MOST} ORDER BY account_id, way, place"
    )


def _typed(sql: str) -> str:
    """`:as_of - 365` alone does not tell the server what kind of value comes."""
    return (
        sql.replace(":as_of", "CAST(:as_of AS date)")
        .replace(":known_before", "CAST(:known_before AS timestamptz)")
        .replace(":account_ids", "CAST(:account_ids AS uuid[])")
        .replace(":currency", "CAST(:currency AS text)")
    )


async def names(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """What records are called, those that have names."""
    rows = await connection.execute(_NAMES, {"tenant_id": tenant_id, "ids": list(ids)})
    return {row.id: row.name for row in rows}


_NAMES = text(
    " UNION ALL ".join(
        f"SELECT id, {name} AS name FROM {table} WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))"
        for table, name in (
            ("contacts", "name"),
            ("opportunities", "name"),
            ("buying_centers", "name"),
            ("offerings", "name"),
            ("engagements", "subject"),
            ("resources", "name"),
            ("commitments", "expected_outcome"),
            ("expectations", "title"),
        )
    )
)
