"""Asks a CRM for what is known of it and was not met on the way; what it lacks is gone."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.crm.core.met import Met
from app.crm.core.spec import ObjectName
from app.crm.queries import records
from app.crm.service import pulling
from app.crm.service.keeping import KINDS
from app.crm.service.pulling import Line
from app.crm.service.turning import Page
from app.kernel.ids import JobId

_ASKED_AT_ONCE: Final = 100
_LOOKED_AT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Way:
    """The way that a sync has come with one kind of record. met: what it met, as far as this process knows."""

    sync_id: JobId
    object: ObjectName
    began_at: datetime
    met: Met

    @property
    def key(self) -> tuple[JobId, ObjectName]:
        return self.sync_id, self.object


async def unmet(line: Line, way: Way, after: str) -> AsyncGenerator[Page, None]:
    """Page after page what the CRM has of the records that were not met, in the order of their ids, from `after` on."""
    connection = line.connection
    values = {"tenant_id": connection.tenant_id, "source": connection.source, "before": way.began_at}
    table, last = KINDS[way.object].table, False
    while not last:
        async with line.database.transaction(connection.tenant_id) as db:
            known = await records.untouched(db, table, values, after=after, limit=_LOOKED_AT)
        last = len(known) < _LOOKED_AT
        after = known[-1] if known else after
        ids = way.met.unmet(way.key, known)
        for start in range(0, len(ids), _ASKED_AT_ONCE):
            some = ids[start : start + _ASKED_AT_ONCE]
            found = await pulling.pulled(line.crm, way.object, some, line.now())
            yield Page(pulling.batch_of(connection, way.object, found), some[-1], None, last=False)
    way.met.forget(way.key)
