"""Writes where accounts stand into the CRM's own records: only what changed; and knows the echo of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.client.crm import Crm
from app.crm.client.failures import CrmBusy, CrmDown, CrmLies, NeedsReauth
from app.crm.client.reach import Reach
from app.crm.client.writes import Wrote
from app.crm.core import write_backs
from app.crm.core.connection import Connection
from app.crm.core.wanted import fields_wanted
from app.crm.core.write_backs import Result, Standing, Told, Write
from app.crm.queries import writes as queries
from app.crm.service import connections, resting
from app.crm.tables import crm_writes
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import ConnectionId, TenantId

CHUNK: Final = 200
KEYSET = Keyset(
    {"updated_at": crm_writes.c.updated_at, "external_id": crm_writes.c.external_id},
    tiebreak=crm_writes.c.account_id,
    default="-updated_at",
)


@dataclass(slots=True)
class Outcome:
    """What came of a connection's write-back; again_at: when there is something left to do."""

    results: dict[Result, int] = field(default_factory=dict)
    again_at: datetime | None = None

    def count(self, result: Result) -> None:
        self.results[result] = self.results.get(result, 0) + 1

    def again(self, at: datetime | None) -> None:
        if at is not None and (self.again_at is None or at < self.again_at):
            self.again_at = at


async def wanting(db: AsyncConnection, tenant_id: TenantId) -> list[Connection]:
    """The connections that write back."""
    found = await connections.active(db, tenant_id)
    return [one for one in found if one.settings.write_back and _writable(one)]


def _writable(connection: Connection) -> bool:
    rules = connection.spec.objects.get("account")
    return rules is not None and rules.write is not None


async def write_changed(reach: Reach, connection: Connection, standings: Sequence[Standing]) -> Outcome:
    """Write what differs from what was last written; no transaction is open while the CRM is called."""
    outcome = Outcome()
    if not resting.awake(connection, reach.now()):
        outcome.again(connection.resting_until)
        return outcome
    async with reach.database.transaction(connection.tenant_id) as db:
        before = await queries.written(db, connection.tenant_id, connection.id)
    due = write_backs.due(connection.settings.write_back, standings, before, reach.now())
    outcome.again(due.next_at)
    crm = Crm(reach, connection)
    for start in range(0, len(due.writes), CHUNK):
        if not await _written(reach, connection, crm, due.writes[start : start + CHUNK], outcome):
            break
    return outcome


async def _written(reach: Reach, connection: Connection, crm: Crm, writes: Sequence[Write], outcome: Outcome) -> bool:
    """Write some and note what came of it; False if the CRM takes no more for now."""
    tenant_id = connection.tenant_id
    async with reach.database.transaction(tenant_id) as db:
        await queries.intend(db, tenant_id, connection.id, writes)
    trouble: _Trouble | None = None
    try:
        results = [_result(each) for each in await crm.written(_rows(connection, writes))]
    except (CrmBusy, CrmDown, CrmLies, NeedsReauth) as error:
        trouble, results = error, [("failed", error.detail)] * len(writes)
    async with reach.database.transaction(tenant_id) as db:
        await queries.settle(db, tenant_id, connection.id, writes, results)
    for write, (result, _) in zip(writes, results, strict=True):
        outcome.count(result)
        if result == "failed" and not isinstance(trouble, NeedsReauth):
            outcome.again(reach.now() + write_backs.pause_after(write.attempts))
    if isinstance(trouble, CrmBusy | CrmDown | CrmLies):
        outcome.again_at = await resting.rest(reach, connection, trouble)
    return trouble is None


def _rows(connection: Connection, writes: Sequence[Write]) -> list[tuple[str, dict[str, Any]]]:
    """The writes as the CRM takes them: not every one takes null for nothing."""
    rules = connection.spec.objects["account"].write
    cleared = rules.cleared if rules else None
    return [(one.external_id, {n: cleared if v is None else v for n, v in one.fields.items()}) for one in writes]


_Trouble = CrmBusy | CrmDown | CrmLies | NeedsReauth


def _result(wrote: Wrote) -> tuple[Result, str | None]:
    if wrote.ok:
        return "written", None
    return "failed" if wrote.again else "refused", wrote.reason


async def echoes(db: AsyncConnection, connection: Connection, events: Sequence[RowMapping]) -> set[UUID]:
    """Those of the events of account records that tell of nothing but what we wrote: their ids.

    events: as `crm.queries.hints.waiting_events` has them (id, external_id, change, occurred_at, detail).
    """
    if not connection.settings.write_back or not events:
        return set()
    ids = sorted({event["external_id"] for event in events})
    found = await queries.written(db, connection.tenant_id, connection.id, ids)
    by_record = {written.external_id: written for written in found.values()}
    read = frozenset(fields_wanted(connection, "account"))
    return {
        event["id"]
        for event in events
        if (written := by_record.get(event["external_id"])) is not None
        and write_backs.is_echo(_told(event), written, read)
    }


def _told(event: RowMapping) -> Told:
    detail: Mapping[str, Any] = event["detail"]
    return Told(
        event["change"],
        event["occurred_at"],
        detail.get("property_name"),
        detail.get("property_value"),
        detail.get("changed_fields") or (),
    )


async def page(
    db: AsyncConnection,
    tenant_id: TenantId,
    connection_id: ConnectionId,
    asked: PageRequest,
    wanted: Mapping[str, str],
) -> Slice[RowMapping]:
    """A page of what was written through a connection, record by record, the latest first."""
    await connections.row(db, tenant_id, connection_id)
    rows = (await db.execute(KEYSET.page(queries.rows_of(tenant_id, connection_id, wanted), asked))).all()
    return KEYSET.cut(rows, asked, by_name)
