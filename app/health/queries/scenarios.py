"""SQL of one account's facts as they were on a day: all of its deals, its people, its buying centers."""

from collections.abc import Sequence

from sqlalchemy.engine import RowMapping

from app.metrics.families.deals import STATE_ON
from app.metrics.families.reading import Reading, deals, known, typed
from app.metrics.families.relationships import met


async def deals_of(reading: Reading) -> Sequence[RowMapping]:
    """The deals: as the metrics read them, with how likely open ones are and whether targets cover their close."""
    covers = ", ".join(
        f"""EXISTS (SELECT FROM targets_states t WHERE {known("t")} AND t.account_id = d.account_id
                    AND t.metric = '{metric}' AND d.closed_on BETWEEN t.period_from AND t.period_to)
            AS plans_{metric}"""
        for metric in ("revenue", "margin")
    )
    return await _rows(
        reading,
        f"""
        SELECT d.id, o.name, d.status, CAST(d.worth AS float8) AS worth, o.amount IS NULL AS without_amount,
               d.offering_id, d.buying_center_id, d.primary_contact_id, d.created_on, d.closed_on,
               {STATE_ON} AS state_on, d.sole_sourced, d.competitor IS NOT NULL AS competitor, o.probability,
               o.stage, {covers}
        FROM ({deals(reading)}) d
        JOIN opportunities_states o ON {known("o")} AND o.id = d.id
        ORDER BY d.id""",
    )


async def people_of(reading: Reading) -> Sequence[RowMapping]:
    """The account's contacts, and whoever else was met for it, with when they were met first and last."""
    return await _rows(
        reading,
        f"""
        SELECT coalesce(c.id, m.contact_id) AS id, c.name, c.account_id = m.account_id AS own, c.seniority, c.stance,
               c.active, c.buying_center_id, m.first_on, m.last_on
        FROM ({met(reading)}) m LEFT JOIN contacts_states c ON {known("c")} AND c.id = m.contact_id
        UNION ALL
        SELECT c.id, c.name, true, c.seniority, c.stance, c.active, c.buying_center_id, NULL, NULL
        FROM contacts_states c
        WHERE {known("c")} AND {reading.scope("c.account_id")}
          AND NOT EXISTS (SELECT FROM ({met(reading)}) m WHERE m.contact_id = c.id)
        ORDER BY 1""",
    )


async def centers_of(reading: Reading) -> Sequence[RowMapping]:
    """The account's buying centers by name."""
    return await _rows(
        reading,
        f"""SELECT b.id, b.name FROM buying_centers b
        WHERE b.tenant_id = :tenant_id AND {reading.scope("b.account_id")} ORDER BY b.id""",
    )


async def _rows(reading: Reading, sql: str) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await reading.connection.execute(typed(sql), reading.parameters())).mappings().all()
    return rows
