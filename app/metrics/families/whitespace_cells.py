"""The cells of whitespace, buying center by offering: what each could bring, how that is known, and who pursues it.

One statement yields them, and the metrics sum up what the grid shows cell by cell.
"""

from app.metrics.families.reading import EXISTS_BY_THEN, OPEN_THEN, WON_LTM, Reading, deals, known

ACTIVE = "(p.active_from IS NULL OR p.active_from <= :as_of) AND (p.active_to IS NULL OR p.active_to >= :as_of)"
UNWANTED = ("no_pursue", "not_applicable")


def centers(reading: Reading) -> str:
    """Buying centers made by then, or named by a fact of then: an import makes them later than their facts.

    The facts are read once each, and not once for each center: past states have no index by their center.
    """
    held = "x.tenant_id = :tenant_id AND x.held_on <= :as_of"
    facts = {
        "opportunities_states": known("x"),
        "contacts_states": known("x"),
        "engagements": held,
        "whitespace_statements": held.replace("held_on", "said_on"),
    }
    named = " OR ".join(
        f"b.id IN (SELECT x.buying_center_id FROM {table} x WHERE {condition} AND {reading.scope('x.account_id')}"
        " AND x.buying_center_id IS NOT NULL)"
        for table, condition in facts.items()
    )
    return f"""
        SELECT b.account_id, b.id FROM buying_centers b
        WHERE b.tenant_id = :tenant_id AND {reading.scope("b.account_id")}
          AND (b.created_at < :known_before OR {named})"""


def said(reading: Reading) -> str:
    """The last word on each cell by then; `worth` is its potential in the reporting currency, at that day's rate."""
    rate = """
        SELECT DISTINCT ON (currency) currency, rate FROM exchange_rates
        WHERE tenant_id = :tenant_id AND into_currency = :currency AND from_on <= :as_of
        ORDER BY currency, from_on DESC"""
    return f"""
        SELECT w.*, CAST(w.potential * CASE WHEN w.currency = :currency THEN 1 ELSE r.rate END AS float8) AS worth
        FROM (SELECT DISTINCT ON (s.account_id, s.buying_center_id, s.offering_id) s.* FROM whitespace_statements s
              WHERE s.tenant_id = :tenant_id AND {reading.scope("s.account_id")} AND s.said_on <= :as_of
              ORDER BY s.account_id, s.buying_center_id, s.offering_id, s.said_on DESC, s.id DESC) w
        LEFT JOIN ({rate}) r ON r.currency = w.currency"""


def acted(reading: Reading) -> str:
    """The cells that an action pursues which was open then, of a plan that was in force."""
    return f"""
        SELECT a.buying_center_id, a.offering_id, max(a.opened_on) AS opened_on, count(*) AS actions
        FROM plan_actions a JOIN account_plans l ON l.tenant_id = :tenant_id AND l.id = a.plan_id
        WHERE a.tenant_id = :tenant_id AND {reading.scope("a.account_id")} AND a.opened_on <= :as_of
          AND (a.closed_on IS NULL OR a.closed_on > :as_of)
          AND (l.archived_at IS NULL OR l.archived_at >= :known_before)
          AND a.buying_center_id IS NOT NULL AND a.offering_id IS NOT NULL
        GROUP BY a.buying_center_id, a.offering_id"""


def cells(reading: Reading) -> str:
    """Every cell of the accounts' buying centers and the active catalogue, with what was said of it.

    account_id, buying_center_id, offering_id; vacant: neither bought nor with an open deal, and not ruled out by word;
    potential: entered, else the median revenue_ltm of that offering over the buying centers that bought it, of accounts
    of the same industry where there are any, else of all; how: `entered`, `industry`, `all` or NULL, and among how many
    such centers; latest_on: the latest fact behind the potential; actions and pursued_on: the open plan actions, and
    when the strategy (an owner, a next step and its date; or such an action) was laid down, NULL without one; and the
    columns of the last word on it.
    """
    bought = deals(reading, f"{WON_LTM} AND o.offering_id IS NOT NULL AND o.buying_center_id IS NOT NULL", scoped=False)
    return f"""
        WITH revenue AS (
            SELECT a.industry, d.offering_id, d.buying_center_id, sum(d.worth) AS worth, max(d.closed_on) AS latest_on
            FROM ({bought}) d LEFT JOIN accounts_states a ON {known("a")} AND a.id = d.account_id
            GROUP BY a.industry, d.offering_id, d.buying_center_id
        ), potential AS (
            SELECT r.offering_id, r.industry, GROUPING(r.industry) AS overall, max(r.latest_on) AS latest_on,
                   count(*) AS among, percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(r.worth AS float8)) AS worth
            FROM revenue r WHERE r.worth > 0
            GROUP BY GROUPING SETS ((r.offering_id, r.industry), (r.offering_id))
        ), taken AS (
            SELECT DISTINCT o.buying_center_id, o.offering_id
            FROM opportunities_states o
            WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN}
              AND (o.status = 'won' OR {OPEN_THEN}) AND o.buying_center_id IS NOT NULL AND o.offering_id IS NOT NULL
        ), said AS ({said(reading)}), acted AS ({acted(reading)})
        SELECT c.account_id, c.id AS buying_center_id, p.id AS offering_id,
               t.offering_id IS NULL AND coalesce(s.state NOT IN {UNWANTED}, true) AS vacant,
               CASE WHEN s.potential IS NOT NULL THEN s.worth ELSE coalesce(own.worth, every.worth) END AS potential,
               CASE WHEN s.potential IS NOT NULL THEN 'entered' WHEN own.worth IS NOT NULL THEN 'industry'
                    WHEN every.worth IS NOT NULL THEN 'all' END AS how,
               CASE WHEN s.potential IS NULL THEN coalesce(own.among, every.among) END AS among,
               CASE WHEN s.potential IS NOT NULL THEN s.said_on ELSE coalesce(own.latest_on, every.latest_on) END
                   AS latest_on,
               coalesce(w.actions, 0) AS actions,
               greatest(CASE WHEN s.owner_user_id IS NOT NULL AND s.next_step IS NOT NULL AND s.due_on IS NOT NULL
                             THEN s.said_on END, w.opened_on) AS pursued_on,
               s.id AS statement_id, s.state AS said_state, s.said_on, s.potential AS said_potential,
               s.currency AS said_currency, s.how AS said_how, s.confidence, s.competitor, s.owner_user_id,
               s.next_step, s.due_on
        FROM ({centers(reading)}) c
        JOIN offerings p ON p.tenant_id = :tenant_id AND {ACTIVE}
        LEFT JOIN taken t ON t.buying_center_id = c.id AND t.offering_id = p.id
        LEFT JOIN said s ON s.account_id = c.account_id AND s.buying_center_id = c.id AND s.offering_id = p.id
        LEFT JOIN acted w ON w.buying_center_id = c.id AND w.offering_id = p.id
        LEFT JOIN accounts_states a ON {known("a")} AND a.id = c.account_id
        LEFT JOIN potential own ON own.overall = 0 AND own.offering_id = p.id AND own.industry = a.industry
        LEFT JOIN potential every ON every.overall = 1 AND every.offering_id = p.id"""
