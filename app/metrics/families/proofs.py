"""The records behind a figure: which of them a metric counts, by the same conditions by which it counts them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.metrics.families import advocacy, engagement, novelty, relationships, rivalry
from app.metrics.families.reading import Reading, deals, known, typed


def offerings_proposed_new(reading: Reading) -> str:
    """One row per deal: an offering that was offered twice comes twice."""
    return f"""
        SELECT f.account_id, f.offering_id, p.name AS offering_name, f.id AS opportunity_id, o.name AS opportunity_name,
               f.status, f.created_on AS fact_on
        FROM ({novelty.offered(reading)}) f
        JOIN offerings p ON p.tenant_id = :tenant_id AND p.id = f.offering_id
        JOIN opportunities_states o ON {known("o")} AND o.id = f.id
        ORDER BY f.created_on DESC, f.id DESC"""


def executives_met_new(reading: Reading) -> str:
    """One row per contact, with the engagement by which it was met first."""
    return f"""
        SELECT m.account_id, m.contact_id, c.name AS contact_name, c.title, c.seniority, m.first_on AS fact_on,
               e.id AS engagement_id, e.kind, e.subject
        FROM ({relationships.met(reading)}) m
        JOIN contacts_states c ON {known("c")} AND c.id = m.contact_id
        CROSS JOIN LATERAL (
            SELECT e.id, e.kind, e.subject FROM engagements e
            JOIN engagement_contacts p ON p.tenant_id = :tenant_id AND p.engagement_id = e.id
            WHERE e.tenant_id = :tenant_id AND e.account_id = m.account_id AND e.held_on = m.first_on
              AND p.contact_id = m.contact_id
            ORDER BY e.id LIMIT 1) e
        WHERE {relationships.NEW}
        ORDER BY m.first_on DESC, m.contact_id DESC"""


def proposals_new(reading: Reading) -> str:
    """One row per deal that entered such a stage, and per engagement."""
    return f"""
        SELECT f.account_id, f.opportunity_id, f.engagement_id, coalesce(o.name, e.subject) AS name, f.fact_on
        FROM ({novelty.proposed(reading)}) f
        LEFT JOIN opportunities_states o ON {known("o")} AND o.id = f.opportunity_id
        LEFT JOIN engagements e ON e.tenant_id = :tenant_id AND e.id = f.engagement_id
        ORDER BY f.fact_on DESC, coalesce(f.opportunity_id, f.engagement_id) DESC"""


def referrals_new_buying_center(reading: Reading) -> str:
    """One row per referral, with who took part."""
    among = engagement.AMONG["referrals_new_buying_center"]
    return f"""
        SELECT e.account_id, e.id AS engagement_id, e.subject, e.held_on AS fact_on, e.buying_center_id,
               b.name AS buying_center_name,
               (SELECT coalesce(array_agg(c.name ORDER BY c.name), '{{}}') FROM engagement_contacts p
                JOIN contacts_states c ON {known("c")} AND c.id = p.contact_id
                WHERE p.tenant_id = :tenant_id AND p.engagement_id = e.id) AS contact_names
        FROM engagements e
        JOIN buying_centers b ON b.tenant_id = :tenant_id AND b.id = e.buying_center_id
        WHERE e.tenant_id = :tenant_id AND {reading.scope("e.account_id")} AND e.held_on <= :as_of AND {among}
        ORDER BY e.held_on DESC, e.id DESC"""


def advocacy_of(reading: Reading) -> str:
    """One row per active contact whose stance is known, those who advocate first."""
    return f"""
        SELECT c.account_id, c.id AS contact_id, c.name AS contact_name, c.title, c.seniority, c.stance,
               {advocacy.ADVOCATE} AS counts, CAST(c.valid_from AT TIME ZONE 'UTC' AS date) AS fact_on
        FROM ({advocacy.taking_sides(reading)}) c
        ORDER BY counts DESC, fact_on DESC, c.id DESC"""


def sole_source_share(reading: Reading) -> str:
    """One row per deal with an amount whose flag is known, the sole-sourced ones first, then the dearest."""
    return f"""
        SELECT d.account_id, d.id AS opportunity_id, o.name AS opportunity_name, d.status,
               d.sole_sourced AS counts, d.worth, {rivalry.FACT_ON} AS fact_on
        FROM ({deals(reading, rivalry.RECENT)}) d
        JOIN opportunities_states o ON {known("o")} AND o.id = d.id
        WHERE {rivalry.FLAGGED}
        ORDER BY d.sole_sourced DESC, d.worth DESC, d.id DESC"""


STATEMENTS: Mapping[str, Callable[[Reading], str]] = {
    "offerings_proposed_new": offerings_proposed_new,
    "executives_met_new": executives_met_new,
    "proposals_new": proposals_new,
    "referrals_new_buying_center": referrals_new_buying_center,
    "advocacy": advocacy_of,
    "sole_source_share": sole_source_share,
}


async def proof(reading: Reading, key: str) -> Sequence[Mapping[str, Any]]:
    """The records behind one metric of the accounts asked for; all of them, however many there are."""
    sql = STATEMENTS[key](reading)
    more = novelty.window(reading) if key == "proposals_new" else {}
    found = await reading.connection.execute(typed(sql), reading.parameters() | more)
    return [dict(row) for row in found.mappings()]
