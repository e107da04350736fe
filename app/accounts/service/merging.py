"""Records that are gone from their source, and records that were merged there: they stay, and say so."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import queries
from app.accounts.core.history import gone, told_at
from app.accounts.queries import inheriting, merging
from app.accounts.service import changing
from app.accounts.tables import accounts
from app.events import service as events
from app.infra.records import statements
from app.infra.records.kind import Columns, Kind, Moment
from app.kernel.errors import Conflict
from app.kernel.ids import TenantId


class MergeCircle(Conflict):
    """A record cannot be merged into one that was merged into it."""


async def mark_gone(
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: Kind,
    records: Mapping[UUID, datetime | None],
    moment: Moment,
) -> set[UUID]:
    """Let records be gone from the time that their source tells on, or from now on; which of them newly are.

    What their source changed after that time is not gone. A later change of the source brings a record back.
    """
    rows = await statements.by_key(connection, kind.table, tenant_id, ("id",), [(each,) for each in sorted(records)])
    outcomes = {row["id"]: gone(row, records[row["id"]], moment.now) for row in rows}
    settled = {record_id: outcome for record_id, outcome in outcomes.items() if outcome is not None}
    await _store(connection, tenant_id, kind, settled)
    newly = [row for row in rows if row["id"] in settled and row["removed_at"] is None]
    await changing.told(connection, tenant_id, kind, changing.accounts_of(kind, newly), any_record=bool(newly))
    return {row["id"] for row in newly}


async def _store(
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: Kind,
    settled: Mapping[UUID, tuple[dict[str, Any], list[dict[str, Any]]]],
) -> None:
    assert kind.past is not None, f"{kind.plural} have no past"
    await statements.write(connection, kind.table, tenant_id, [present for present, _ in settled.values()])
    await statements.write(connection, kind.past, tenant_id, [state for _, past in settled.values() for state in past])


async def merge(
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: Kind,
    loser_id: UUID,
    survivor_id: UUID,
    at: datetime | None = None,
) -> UUID:
    """Merge a record into another of its kind; returns the one that stands for both. Told again, it is as it was.

    From `at` on, or now, the loser is gone, and everything that refers to it refers to the survivor; see
    `queries.merging` for what stays, and why, and `core.inheriting` for what passes on only where the survivor has
    nothing of the kind: its place in the program, its plan, what was agreed with the customer and is granted. Who
    names the loser means the survivor. Where the survivor was itself
    merged, the record that stands for it is meant, so that no chain is longer than one step.
    Raises MergeCircle when the survivor was merged into the loser, and the kind's refusal where one does not exist.
    """
    if kind.table is accounts:
        await queries.hold_parents(connection, tenant_id)
    loser, survivor = await _both(connection, tenant_id, kind, loser_id, survivor_id)
    into: UUID = survivor["merged_into_id"] or survivor_id
    if into == loser_id:
        raise MergeCircle(f"{survivor_id} was merged into {loser_id}")
    if loser["merged_into_id"] == into:
        return into
    now = datetime.now(UTC)
    when = told_at(at, now) or now
    await merging.repoint(connection, tenant_id, kind.table, loser_id, into, when)
    if kind.table is accounts:
        await _inherit(connection, tenant_id, loser_id, into, when)
    ended = None if loser["removed_at"] else gone({**loser, "source_modified_at": None}, when, now)
    present, past = ended or (dict(loser), [])
    present |= {"merged_into_id": into, "source_modified_at": loser["source_modified_at"]}
    await _store(connection, tenant_id, kind, {loser_id: (present, past)})
    touched = changing.accounts_of(kind, [loser, survivor]) | ({into} if kind.table is accounts else set())
    await changing.told(connection, tenant_id, kind, touched, any_record=True)
    return into


async def _inherit(
    connection: AsyncConnection, tenant_id: TenantId, loser_id: UUID, survivor_id: UUID, at: datetime
) -> None:
    """Let what is in force pass on, and tell what did and what did not."""
    passed = await inheriting.inherit(connection, tenant_id, loser_id, survivor_id, at)
    told = {"account_id": str(survivor_id), "merged_account_id": str(loser_id), "merged_at": at.isoformat(), **passed}
    await events.record(connection, tenant_id, "account.merged", "account", survivor_id, told)


async def _both(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, loser_id: UUID, survivor_id: UUID
) -> tuple[Columns, Columns]:
    """Both records, held; in the order of their ids, so that two merges do not wait for one another."""
    wanted = [(each,) for each in sorted({loser_id, survivor_id})]
    rows = {row["id"]: row for row in await statements.by_key(connection, kind.table, tenant_id, ("id",), wanted)}
    for record_id in (loser_id, survivor_id):
        if record_id not in rows:
            raise kind.missing(str(record_id))
    if loser_id == survivor_id:
        raise MergeCircle("it is the same record")
    return rows[loser_id], rows[survivor_id]
