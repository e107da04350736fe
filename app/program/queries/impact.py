"""SQL of what sponsored accounts and those like them did: decided deals, and how content they said they were."""

import numpy as np

from app.metrics.families.reading import DECIDED, Reading, day_number, deals
from app.program.core.sponsored_windows import History, decided, observed


async def history(reading: Reading, after: int) -> History:
    """All that is known of the reading's accounts since a day (of days since 1970), as of the reading's day."""
    since = f"DATE '1970-01-01' + {int(after)}"
    closed = await reading.table(
        f"""SELECT d.account_id, {day_number("d.closed_on")} AS day, CAST(d.status = 'won' AS int) AS won, d.worth,
               d.closed_on - d.created_on AS cycle
        FROM ({deals(reading, f"{DECIDED} AND o.closed_on > {since}")}) d""",
        ("day:int4", "won:int4", "worth", "cycle"),
    )
    said = await reading.table(
        f"""SELECT o.account_id, {day_number("o.observed_on")} AS day, o.value FROM observations o
        WHERE o.tenant_id = :tenant_id AND {reading.scope("o.account_id")} AND o.metric = 'csat'
          AND o.observed_on <= :as_of AND o.observed_on > {since}""",
        ("day:int4", "value"),
    )
    deals_ = decided(
        closed.rows.astype(np.int64), closed.whole("day"), closed.whole("won") == 1, closed["worth"], closed["cycle"]
    )
    return History(reading.accounts, deals_, observed(said.rows.astype(np.int64), said.whole("day"), said["value"]))
